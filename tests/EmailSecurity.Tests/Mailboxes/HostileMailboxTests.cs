using EmailSecurity.Ports;
using EmailSecurity.Tests.Contracts;
using EmailSecurity.Tests.Net;
using EmailSecurity.Tests.TlsReports;
using EmailSecurity.TlsReports;

namespace EmailSecurity.Tests.Mailboxes;

/// <summary>What no honest mail server does, and no network should.</summary>
public class HostileMailboxTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("MailboxNotSecure", "it does not offer STARTTLS: it said 'a1 BAD unknown'", "* OK hello\r\n", "a1 BAD unknown\r\n")]
    [InlineData("MailboxNotSecure", "it does not offer STARTTLS", "* OK hello\r\n", "* OK more\r\na1 NO not now\r\n")]
    [InlineData("MailboxNotSecure", "signed in already, in the clear (PREAUTH)", "* PREAUTH hello\r\n")]
    [InlineData("MailboxNotSecure", "it sent more after its reply to STARTTLS", "* OK hello\r\n", "a1 OK go\r\n* 1 EXISTS\r\n")]
    [InlineData("MailboxNotSecure", "is not the greeting of an IMAP server", "220 smtp\r\n")]
    [InlineData("MailboxUnavailable", "it said '* BYE busy'", "* BYE busy\r\n")]
    public async Task Nothing_secret_is_sent_in_the_clear(string error, string told, params string[] says)
    {
        List<string> heard = [];
        await using var server = FakeImap.Clear(heard, says);
        var e = await AwsWorld.FailsAsync(error, () => OpenAsync(new MailboxSettings { Server = Invariant($"localhost:{server.Port}"), UsesStartTls = true, UserName = "u", Secret = "geheim" }));
        Assert.Contains(told, e.What, StringComparison.Ordinal);
        Assert.All(heard, line => Assert.Equal("a1 STARTTLS", line));
    }

    [Fact]
    public async Task A_server_that_speaks_in_the_clear_at_the_port_for_TLS_is_left()
    {
        List<string> heard = [];
        await using var server = FakeImap.Clear(heard, "* OK hello\r\n");
        var e = await AwsWorld.FailsAsync("MailboxNotSecure", () => OpenAsync(new MailboxSettings { Server = Invariant($"localhost:{server.Port}"), UserName = "u", Secret = "geheim" }));
        Assert.Contains("use -StartTls", e.Fix, StringComparison.Ordinal);
        Assert.All(heard, line => Assert.DoesNotContain("geheim", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_greeting_without_end_is_cut_off()
    {
        await using var server = FakeImap.Clear([], "* OK " + new string('x', 100_000));
        var e = await AwsWorld.FailsAsync("MailboxUnexpectedResponse", () => OpenAsync(new MailboxSettings { Server = Invariant($"localhost:{server.Port}"), UsesStartTls = true, UserName = "u", Secret = "geheim" }));
        Assert.Contains("more than 16 KB before TLS", e.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_there_is_told()
    {
        using var closed = ClosedPort.Tcp();
        var e = await AwsWorld.FailsAsync("MailboxUnavailable", () => OpenAsync(new MailboxSettings { Server = Invariant($"localhost:{closed.Port}"), UserName = "u", Secret = "geheim" }));
        Assert.Contains("could not be reached", e.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_is_larger_than_the_server_said_is_cut_off()
    {
        var found = new RemoteReports();
        var e = await ReadAsync("MailboxInterrupted", found, command => IsFetch(command) ? FakeImap.Message(1, new byte[8 * 1024 * 1024]) : null);
        Assert.Contains("Reading stopped before the message with UID 1; it and 2 later ones were not read.", e.What, StringComparison.Ordinal);
        Assert.Contains("the server sent more than", e.What, StringComparison.Ordinal);
        Assert.Equal(ErrorKind.InvalidData, e.Kind);
    }

    [Fact]
    public async Task A_message_that_is_too_large_is_named_and_not_fetched()
    {
        var found = new RemoteReports();
        List<string> fetched = [];
        await ReadAsync("", found, command =>
        {
            if (command.Contains("RFC822.SIZE", StringComparison.Ordinal))
            {
                return Invariant($"* 1 FETCH (UID 1 RFC822.SIZE 2000)\r\n* 2 FETCH (UID 2 RFC822.SIZE {(64 * 1024 * 1024) + 1})\r\n* 3 FETCH (UID 3 RFC822.SIZE 2000)\r\n");
            }

            if (IsFetch(command))
            {
                fetched.Add(command);
                return string.Concat(Numbers(command).Select(i => FakeImap.Message(i, RemoteReports.Message(Invariant($"r{i}")))));
            }

            return null;
        });
        Assert.Equal(["r1", "r3"], found.Reports.Select(r => r.ReportId));
        Assert.Equal("It is larger than 64 MiB, which no report is.", Assert.Single(found.Refused).Reason);
        Assert.DoesNotContain(2, fetched.SelectMany(Numbers));
    }

    [Fact]
    public async Task Messages_in_another_order_twice_or_not_asked_for_are_read_once_in_order()
    {
        var found = new RemoteReports();
        string Send(int number) => FakeImap.Message(number, RemoteReports.Message(Invariant($"r{number}")));
        await ReadAsync("", found, command => IsFetch(command) ? Send(3) + Send(9) + Send(1) + Send(3) + Send(1) + Send(2) : null);
        Assert.Equal(["r1", "r2", "r3"], found.Reports.Select(r => r.ReportId));
    }

    [Fact]
    public async Task A_message_that_is_deleted_meanwhile_is_named()
    {
        var found = new RemoteReports();
        await ReadAsync("", found, command => IsFetch(command) ? FakeImap.Message(1, RemoteReports.Message("r1")) + FakeImap.Message(3, RemoteReports.Message("r3")) : null);
        Assert.Equal(["r1", "r3"], found.Reports.Select(r => r.ReportId));
        var refused = Assert.Single(found.Refused);
        Assert.EndsWith(";UID=2", refused.Source, StringComparison.Ordinal);
        Assert.Equal("It was deleted after the folder was listed.", refused.Reason);
    }

    [Fact]
    public async Task A_server_that_repeats_the_password_does_not_bring_it_into_the_error()
    {
        var e = await ReadAsync("MailboxSignInRefused", new RemoteReports(), command => command.StartsWith("AUTHENTICATE", StringComparison.Ordinal) ? "-[AUTHENTICATIONFAILED] not geheim" : null);
        Assert.Contains("not ***", e.What, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_cannot_check_passwords_now_is_no_wrong_password()
    {
        var e = await ReadAsync("MailboxUnavailable", new RemoteReports(), command => command.StartsWith("AUTHENTICATE", StringComparison.Ordinal) ? "-[UNAVAILABLE] try later" : null);
        Assert.Contains("cannot check sign-ins now", e.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_attempt_to_sign_in_is_made()
    {
        var attempts = 0;
        await ReadAsync("MailboxSignInRefused", new RemoteReports(), command =>
        {
            attempts += command.StartsWith("AUTHENTICATE", StringComparison.Ordinal) || command.StartsWith("LOGIN", StringComparison.Ordinal) ? 1 : 0;
            return command.StartsWith("AUTHENTICATE", StringComparison.Ordinal) ? "-no" : null;
        });
        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task A_folder_that_may_not_be_changed_is_told_where_messages_are_to_be_marked()
    {
        var e = await ReadAsync("MailboxReadOnly", new RemoteReports(), command => command.StartsWith("SELECT", StringComparison.Ordinal)
            ? "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] v\r\n* OK [READ-ONLY] as it is\r\n" : null, marks: true);
        Assert.Contains("-MarkSeen", e.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_reading_commands_are_sent_without_MarkSeen()
    {
        List<string> commands = [];
        await ReadAsync("", new RemoteReports(), command =>
        {
            commands.Add(command);
            return IsFetch(command) ? string.Concat(Enumerable.Range(1, 3).Select(i => FakeImap.Message(i, RemoteReports.Message(Invariant($"r{i}"))))) : null;
        });
        Assert.Contains(commands, c => c.StartsWith("EXAMINE INBOX", StringComparison.Ordinal));
        Assert.All(commands, c => Assert.Matches("^(CAPABILITY|AUTHENTICATE PLAIN|NAMESPACE|LIST|LSUB|EXAMINE|UID SEARCH|UID FETCH|ID|NOOP|LOGOUT)\\b", c));
        Assert.All(commands.Where(IsFetch), c => Assert.Contains("BODY.PEEK[]", c, StringComparison.Ordinal));
    }

    private static bool IsFetch(string command) => command.StartsWith("UID FETCH", StringComparison.Ordinal) && command.Contains("BODY", StringComparison.Ordinal);

    // UID FETCH 1:2,3 (...)
    private static IEnumerable<int> Numbers(string command) => command.Split(' ')[2].Split(',').SelectMany(range =>
    {
        var ends = Array.ConvertAll(range.Split(':'), n => int.Parse(n, System.Globalization.CultureInfo.InvariantCulture));
        return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
    });

    private static async Task OpenAsync(MailboxSettings settings)
    {
        var folder = await new EmailSecurity.Net.Mailboxes().OpenAsync(settings, TimeProvider.System, null, Token);
        await folder.DisposeAsync();
    }

    private static async Task<EmailSecurityException> ReadAsync(string error, RemoteReports found, Func<string, string?> answer, bool marks = false)
    {
        var authority = new TestAuthority();
        using var certificate = authority.Issue(["localhost"]);
        var root = Path.GetTempFileName();
        await File.WriteAllTextAsync(root, authority.Certificate.ExportCertificatePem(), Token);
        try
        {
            await using var server = FakeImap.Tls(certificate, answer);
            var settings = new MailboxSettings { Server = Invariant($"localhost:{server.Port}"), UserName = "u", Secret = "geheim", TrustedRoot = root, MarksSeen = marks };
            Task Read() => new MailboxReports(new EmailSecurity.Net.Mailboxes(), new EmailSecurity.Net.Messages(), new QuickTime()).ReadAsync(settings, 0, null, found, Token);
            if (error.Length > 0)
            {
                return await AwsWorld.FailsAsync(error, Read);
            }

            await Read();
            return null!;
        }
        finally
        {
            File.Delete(root);
        }
    }
}
