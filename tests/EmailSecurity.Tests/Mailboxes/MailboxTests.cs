using EmailSecurity.Ports;
using EmailSecurity.Tests.Contracts;
using EmailSecurity.Tests.TlsReports;
using EmailSecurity.TlsReports;

namespace EmailSecurity.Tests.Mailboxes;

/// <summary>Reports in a mailbox, on a real server.</summary>
public sealed class MailboxTests(Dovecot dovecot) : IClassFixture<Dovecot>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task Reports_are_read_in_order_with_TLS_from_the_first_octet_and_with_STARTTLS(bool startTls)
    {
        dovecot.Need();
        var name = AwsWorld.Unique("plain");
        dovecot.Fill(name, [.. Messages.Of(5), "From: a@b.example\r\n\r\nhello\r\n"u8.ToArray()]);
        var settings = dovecot.Settings(name) with { UsesStartTls = startTls, Server = Invariant($"localhost:{(startTls ? dovecot.ClearPort : dovecot.TlsPort)}") };
        var found = await ReadAsync(settings);
        Assert.Equal(Messages.Ids(5), found.Reports.Select(r => r.ReportId));
        Assert.Matches(Invariant($@"^imap://localhost:\d+/{name};UIDVALIDITY=\d+/;UID=1!?"), found.Reports.First().Source);
        var refused = Assert.Single(found.Refused);
        Assert.Contains(";UID=6", refused.Source, StringComparison.Ordinal);
        Assert.Contains("It is a message without a TLS report: it has text/plain.", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reading_changes_nothing_and_marking_marks_messages_with_reports_alone()
    {
        dovecot.Need();
        var name = AwsWorld.Unique("flags");
        dovecot.Fill(name, [.. Messages.Of(6), "From: a@b.example\r\n\r\nhello\r\n"u8.ToArray()]);
        var before = dovecot.Snapshot(name);
        Assert.Equal(6, (await ReadAsync(dovecot.Settings(name))).Reports.Count);
        Assert.Equal(before, dovecot.Snapshot(name)); // not even moved from new to cur

        Assert.Equal(6, (await ReadAsync(dovecot.Settings(name) with { MarksSeen = true })).Reports.Count);
        var after = dovecot.Snapshot(name);
        Assert.Equal(7, after.Count);
        Assert.Equal(6, after.Count(f => f.EndsWith(":2,S", StringComparison.Ordinal)));
        Assert.EndsWith(":2,", Assert.Single(after, f => f.Contains(".M6.", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Five_thousand_messages_are_read_each_once()
    {
        dovecot.Need();
        var name = AwsWorld.Unique("many");
        dovecot.Fill(name, Messages.Of(5_000));
        var found = await ReadAsync(dovecot.Settings(name));
        Assert.Equal(Messages.Ids(5_000), found.Reports.Select(r => r.ReportId));
        Assert.Empty(found.Refused);
    }

    [Theory]
    [InlineData(40_000), InlineData(60_000), InlineData(100_001)]
    public async Task A_connection_that_is_cut_in_the_middle_is_made_again_and_each_message_is_read_once(int octets)
    {
        dovecot.Need();
        var name = AwsWorld.Unique("cut");
        dovecot.Fill(name, Messages.Of(300));
        await using var proxy = new CuttingProxy(dovecot.TlsPort, number => number <= 4 ? octets : null);
        var time = new QuickTime();
        var found = await ReadAsync(dovecot.Settings(name) with { Server = Invariant($"localhost:{proxy.Port}") }, time);
        Assert.Equal(Messages.Ids(300), found.Reports.Select(r => r.ReportId));
        Assert.InRange(proxy.Connections, 2, 5);
    }

    [Fact]
    public async Task Where_it_cannot_go_on_it_says_where_it_stopped_and_another_run_reads_the_rest()
    {
        dovecot.Need();
        var name = AwsWorld.Unique("stop");
        dovecot.Fill(name, Messages.Of(300));
        await using var proxy = new CuttingProxy(dovecot.TlsPort, number => number == 1 ? 80_000 : 500);
        var time = new QuickTime();
        var found = new RemoteReports();
        var e = await AwsWorld.FailsAsync("MailboxInterrupted", () => ReadAsync(dovecot.Settings(name) with { Server = Invariant($"localhost:{proxy.Port}") }, time, found));
        var read = found.Reports.Count;
        Assert.InRange(read, 1, 299);
        Assert.StartsWith(Invariant($"Reading stopped before the message with UID {read + 1}; it and {299 - read} later ones were not read."), e.What, StringComparison.Ordinal);
        Assert.Equal(Invariant($"Run the same command with -AfterUid {read} to read these alone."), e.Fix);
        Assert.Equal(ErrorKind.Unavailable, e.Kind);

        await ReadAsync(dovecot.Settings(name), null, found, afterUid: (uint)read);
        Assert.Equal(Messages.Ids(300), found.Reports.Select(r => r.ReportId));
    }

    [Fact]
    public async Task Messages_that_are_numbered_anew_while_they_are_read_end_it()
    {
        dovecot.Need();
        var name = AwsWorld.Unique("renumbered");
        dovecot.Fill(name, Messages.Of(200));
        await using var proxy = new CuttingProxy(dovecot.TlsPort, number =>
        {
            if (number == 2)
            {
                dovecot.AwaitLeft();
                dovecot.Renumber(name);
            }

            return number == 1 ? 60_000 : null;
        });
        var time = new QuickTime();
        var found = new RemoteReports();
        var e = await AwsWorld.FailsAsync("MailboxChanged", () => ReadAsync(dovecot.Settings(name) with { Server = Invariant($"localhost:{proxy.Port}") }, time, found));
        Assert.Contains(Invariant($"{200 - found.Reports.Count} messages had not been read by then."), e.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task A_wrong_password_is_told_without_the_password(bool startTls)
    {
        dovecot.Need();
        var settings = dovecot.Settings() with { Secret = "wrong-and-secret", UsesStartTls = startTls, Server = Invariant($"localhost:{(startTls ? dovecot.ClearPort : dovecot.TlsPort)}") };
        var e = await AwsWorld.FailsAsync("MailboxSignInRefused", () => ReadAsync(settings));
        Assert.Equal(ErrorKind.Authentication, e.Kind);
        Assert.Contains("refused the sign-in of reports@example.com: ", e.What, StringComparison.Ordinal);
        Assert.Contains("Check user name and password.", e.Fix, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-and-secret", e.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-and-secret", settings.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_access_token_signs_in_and_a_bad_one_is_refused()
    {
        dovecot.Need();
        var name = AwsWorld.Unique("token");
        dovecot.Fill(name, Messages.Of(2));
        var settings = dovecot.Settings(name) with { IsToken = true, Secret = dovecot.Token() };
        Assert.Equal(2, (await ReadAsync(settings)).Reports.Count);
        var e = await AwsWorld.FailsAsync("MailboxSignInRefused", () => ReadAsync(settings with { Secret = dovecot.Token()[..^4] + "AAAA" }));
        Assert.StartsWith("Get a new access token", e.Fix, StringComparison.Ordinal);
        await AwsWorld.FailsAsync("MailboxSignInRefused", () => ReadAsync(settings with { Secret = dovecot.Token("other@example.com") }));
    }

    [Fact]
    public async Task A_certificate_that_is_not_valid_is_refused_before_anything_secret_is_sent()
    {
        dovecot.Need();
        foreach (var startTls in (bool[])[false, true])
        {
            var settings = dovecot.Settings() with { UsesStartTls = startTls, Server = Invariant($"localhost:{(startTls ? dovecot.ClearPort : dovecot.TlsPort)}") };
            var untrusted = await AwsWorld.FailsAsync("MailboxCertificateInvalid", () => ReadAsync(settings with { TrustedRoot = null }));
            Assert.Contains("nothing secret was sent", untrusted.What, StringComparison.Ordinal);
            Assert.Contains("-TrustedRoot", untrusted.Fix, StringComparison.Ordinal);
            var misnamed = await AwsWorld.FailsAsync("MailboxCertificateInvalid", () => ReadAsync(settings with { Server = settings.Server.Replace("localhost", "127.0.0.1", StringComparison.Ordinal) }));
            Assert.Contains("do not match 127.0.0.1", misnamed.What, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_folder_that_is_not_there_names_those_that_are()
    {
        dovecot.Need();
        var name = AwsWorld.Unique("there");
        dovecot.Fill(name, []);
        var e = await AwsWorld.FailsAsync("MailboxFolderNotFound", () => ReadAsync(dovecot.Settings("Lost")));
        Assert.Contains("has no folder 'Lost'", e.What, StringComparison.Ordinal);
        Assert.Contains(name, e.Fix, StringComparison.Ordinal);
        Assert.Empty((await ReadAsync(dovecot.Settings("inbox"))).Reports);
    }

    [Theory]
    [InlineData(0, 3), InlineData(1, 2), InlineData(3, 0)]
    public async Task Since_is_exact_to_the_second(int hours, int count)
    {
        dovecot.Need();
        var name = AwsWorld.Unique("since");
        dovecot.Fill(name, Messages.Of(3));
        var first = DateTimeOffset.UtcNow.AddDays(-10);
        foreach (var (file, i) in dovecot.Snapshot(name).OrderBy(f => f[4..], StringComparer.Ordinal).Select((f, i) => (f, i)))
        {
            dovecot.Touch(name, file, first.AddHours(i));
        }

        var found = await ReadAsync(dovecot.Settings(name), since: first.AddHours(hours).AddSeconds(-1).ToOffset(TimeSpan.FromHours(-11)));
        Assert.Equal(count, found.Reports.Count);
    }

    [Fact]
    public async Task Nothing_secret_is_shown_in_what_is_watched()
    {
        dovecot.Need();
        var name = AwsWorld.Unique("watched");
        dovecot.Fill(name, Messages.Of(2));
        var host = new Support.RecordingSessionHost();
        await new MailboxReports(new EmailSecurity.Net.Mailboxes(), new EmailSecurity.Net.Messages(), TimeProvider.System, host)
            .ReadAsync(dovecot.Settings(name), 0, null, new RemoteReports(), Token);
        var told = host.Calls.Select(c => c.ToString()).Concat(host.Details).ToArray();
        Assert.Contains(told, t => t.StartsWith("IMAP sign in (reports@example.com)", StringComparison.Ordinal));
        Assert.Contains(told, t => t.StartsWith($"IMAP FETCH (BODY.PEEK[]) ({name}): 2 messages", StringComparison.Ordinal));
        Assert.All(told, t => Assert.DoesNotContain(Dovecot.Password, t, StringComparison.Ordinal));
    }

    private static async Task<RemoteReports> ReadAsync(
        MailboxSettings settings, TimeProvider? time = null, RemoteReports? found = null, uint afterUid = 0, DateTimeOffset? since = null)
    {
        found ??= new RemoteReports();
        await new MailboxReports(new EmailSecurity.Net.Mailboxes(), new EmailSecurity.Net.Messages(), time ?? TimeProvider.System).ReadAsync(settings, afterUid, since, found, Token);
        return found;
    }
}
