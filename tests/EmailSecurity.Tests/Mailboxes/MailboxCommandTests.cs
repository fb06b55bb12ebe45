using System.Management.Automation;
using System.Security;
using EmailSecurity.Tests.Contracts;
using EmailSecurity.Tests.Engine;
using EmailSecurity.TlsReports;

namespace EmailSecurity.Tests.Mailboxes;

/// <summary>Import-TlsRptReport on a real mail server.</summary>
public sealed class MailboxCommandTests(Dovecot dovecot) : IClassFixture<Dovecot>
{
    private const string With = "-ImapServer $server -TrustedRoot $root -Folder $folder";

    [Fact]
    public async Task A_mailbox_is_read_with_a_password_and_marked_on_request()
    {
        dovecot.Need();
        var name = AwsWorld.Unique("command");
        dovecot.Fill(name, Messages.Of(7));
        await using var session = EngineSession.Open();
        var before = dovecot.Snapshot(name);
        var result = Invoke(session, $"Import-TlsRptReport {With} -Credential $credential", name);
        Assert.Equal(Messages.Ids(7), result.ShouldSucceed().Of<TlsRptReport>().Select(r => r.ReportId));
        Assert.Equal(before, dovecot.Snapshot(name));

        Invoke(session, $"Import-TlsRptReport {With} -Credential $credential -MarkSeen -AfterUid 4 -Since 2020-01-01", name).ShouldSucceed();
        Assert.Equal(3, dovecot.Snapshot(name).Count(f => f.EndsWith(":2,S", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("$token"), InlineData("(ConvertTo-SecureString $token -AsPlainText -Force)")]
    public async Task A_token_is_taken_as_text_and_as_secure_text(string token)
    {
        dovecot.Need();
        var name = AwsWorld.Unique("token");
        dovecot.Fill(name, Messages.Of(2));
        await using var session = EngineSession.Open();
        Assert.Equal(2, Invoke(session, $"Import-TlsRptReport {With} -AccessToken {token} -UserName {Dovecot.User}", name).ShouldSucceed().Of<TlsRptReport>().Count);
    }

    [Fact]
    public async Task Nothing_shows_a_secret()
    {
        dovecot.Need();
        var name = AwsWorld.Unique("shown");
        dovecot.Fill(name, Messages.Of(1));
        await using var session = EngineSession.Open();
        var shown = Invoke(session, $$"""
            & { Import-TlsRptReport {{With}} -Credential $credential -Verbose -Debug
                Import-TlsRptReport {{With}} -AccessToken $token -UserName {{Dovecot.User}} -Verbose -Debug
                Import-TlsRptReport {{With}} -AccessToken wrong-and-secret -UserName {{Dovecot.User}} -Verbose -Debug -ErrorAction Continue } *>&1 | Out-String -Width 500
            $Error | Format-List * -Force | Out-String -Width 500
            """, name);
        var text = string.Concat(result(shown));
        Assert.Contains("IMAP sign in", text, StringComparison.Ordinal);
        Assert.Contains("MailboxSignInRefused", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Dovecot.Password, text, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-and-secret", text.Replace("-AccessToken wrong-and-secret", "", StringComparison.Ordinal), StringComparison.Ordinal);

        static IEnumerable<string> result(EngineResult shown) => shown.Objects.Select(o => o.ToString());
    }

    [Fact]
    public async Task A_refused_sign_in_is_one_error_that_names_the_server()
    {
        dovecot.Need();
        await using var session = EngineSession.Open();
        var error = Assert.Single(Invoke(session, $"Import-TlsRptReport {With} -AccessToken bad -UserName {Dovecot.User}", "INBOX").Errors);
        Assert.Equal("MailboxSignInRefused", error.FullyQualifiedErrorId.Split(',')[0]);
        Assert.Equal(ErrorCategory.AuthenticationError, error.CategoryInfo.Category);
    }

    private EngineResult Invoke(EngineSession session, string script, string folder)
    {
        var password = new SecureString();
        foreach (var letter in Dovecot.Password)
        {
            password.AppendChar(letter);
        }

        return session.Invoke(script, ("server", Invariant($"localhost:{dovecot.TlsPort}")), ("root", dovecot.Root), ("folder", folder),
            ("credential", new PSCredential(Dovecot.User, password)), ("token", dovecot.Token()));
    }
}
