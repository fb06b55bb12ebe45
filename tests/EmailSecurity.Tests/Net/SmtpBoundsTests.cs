using System.Diagnostics;
using System.Net.Security;
using System.Text;
using EmailSecurity.Net;
using EmailSecurity.Ports;
using EmailSecurity.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace EmailSecurity.Tests.Net;

/// <summary>Says something in place of the server; true.</summary>
public delegate Task<bool> MailSaying(Stream stream, CancellationToken token);

/// <summary>Whatever a mail server says without end or against the rules ends the probe at once, with the rule in its result.</summary>
public class SmtpBoundsTests
{
    private const string Host = "mx1.example.com";

    private static readonly TestAuthority Root = new();

    // Far beyond what the probe needs: a probe that this ends has not seen the limit.
    private static readonly TimeSpan Patient = TimeSpan.FromMinutes(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Line(int octets, string begin) => begin + new string('x', octets - begin.Length - 2);

    /// <summary>What the server says in answer to which command (TLS: the EHLO inside it), how the probe ends, and what its detail says.</summary>
    private static readonly Dictionary<string, (string Command, MailSaying Say, SmtpOutcome Outcome, string Detail)> Cases = new(StringComparer.Ordinal)
    {
        ["an endless line of greeting"] = ("", Flood("220-", "a"), SmtpOutcome.ReplyTooLong, "512 octets"),
        ["endless lines of greeting"] = ("", Flood("", "220-welcome\r\n"), SmtpOutcome.ReplyTooLong, "64 KB in total"),
        ["an endless line of EHLO"] = ("EHLO", Flood("250-", "a"), SmtpOutcome.ReplyTooLong, "512 octets"),
        ["endless lines of EHLO"] = ("EHLO", Flood("250-mx\r\n", "250-SIZE 1\r\n"), SmtpOutcome.ReplyTooLong, "64 KB in total"),
        ["an endless reply to STARTTLS"] = ("STARTTLS", Flood("", "220-go\r\n"), SmtpOutcome.ReplyTooLong, "64 KB in total"),
        ["endless octets of nothing"] = ("", Flood("", "\0"), SmtpOutcome.ReplyTooLong, "512 octets"),
        ["endless empty lines"] = ("", Flood("", "\r\n"), SmtpOutcome.ProtocolError, "not an SMTP reply"),
        ["an endless reply inside TLS"] = ("TLS", Flood("", "250-mx\r\n"), SmtpOutcome.ReplyTooLong, "64 KB in total"),
        ["an endless line inside TLS"] = ("TLS", Flood("250-", "a"), SmtpOutcome.ReplyTooLong, "512 octets"),
        ["no TLS, without end, after STARTTLS"] = ("STARTTLS", Flood("220 go\r\nnot TLS", "not TLS"), SmtpOutcome.ProtocolError, "RFC 3207"),
        ["a line of 513 octets"] = ("EHLO", Say("250-mx\r\n" + Line(513, "250 ")), SmtpOutcome.ReplyTooLong, "512 octets"),
        ["a reply behind that to STARTTLS"] = ("STARTTLS", Say("220 go ahead\r\n250 as if said under TLS"), SmtpOutcome.ProtocolError, "RFC 3207"),
        ["a refusal of STARTTLS"] = ("STARTTLS", Say("454 no TLS now"), SmtpOutcome.StartTlsNotOffered, "454 no TLS now"),
        ["a refusal of EHLO"] = ("EHLO", Say("550 who are you"), SmtpOutcome.Refused, "550 who are you"),
        ["a refusal inside TLS"] = ("TLS", Say("554 go away"), SmtpOutcome.Refused, "554 go away"),
        ["a refusal in a thousand lines"] =
            ("EHLO", Say(string.Concat(Enumerable.Repeat("554-no, and no, and no\r\n", 1000)) + "554 no"), SmtpOutcome.Refused, "554 no, and no"),
        ["no EHLO"] = ("EHLO", Say("502 only HELO"), SmtpOutcome.StartTlsNotOffered, ""),
        ["two codes in one reply"] = ("EHLO", Say("250-mx\r\n550 no"), SmtpOutcome.ProtocolError, "different codes, 250 and 550"),
        ["a code of two digits"] = ("", Say("22 mx"), SmtpOutcome.ProtocolError, "not an SMTP reply"),
        ["a code and no space"] = ("", Say("220mx"), SmtpOutcome.ProtocolError, "not an SMTP reply"),
        ["another code than is due"] = ("", Say("354 go on"), SmtpOutcome.ProtocolError, "instead of 220"),
        ["a line cut short"] = ("EHLO", Cut("250-m"), SmtpOutcome.ProtocolError, "closed the connection"),
    };

    public static TheoryData<string> EveryCase() => [.. Cases.Keys];

    [Theory, MemberData(nameof(EveryCase))]
    public async Task A_server_beyond_the_rules_ends_the_probe(string what)
    {
        var (command, say, outcome, detail) = Cases[what];
        var result = await ProbeAsync((asked, stream, token) =>
            asked == Asked(command) && stream is SslStream == (command == "TLS") ? say(stream, token) : Task.FromResult(false));
        Assert.True(outcome == result.Outcome, $"{result.Outcome}: {result.Detail}");
        Assert.Contains(detail, result.Detail, StringComparison.Ordinal);
        Assert.InRange(result.Detail.Length, 0, 2000);
    }

    [Fact]
    public async Task Longest_lines_bare_line_feeds_and_lower_case_are_well()
    {
        var result = await ProbeAsync(async (command, stream, token) =>
        {
            var text = command switch
            {
                "" => Line(512, "220 ") + "\r\n",
                "EHLO" when stream is not SslStream => "250-mx\n250-" + Line(507, "") + "\r\n250 starttls\n",
                "EHLO" => "250\r\n",
                _ => null,
            };
            if (text is not null)
            {
                // Octet by octet: lines come in any pieces.
                foreach (var octet in Encoding.Latin1.GetBytes(text))
                {
                    await stream.WriteAsync(new[] { octet }, token);
                }
            }

            return text is not null;
        });
        Assert.True(result.Outcome == SmtpOutcome.Secure, $"{result.Outcome}: {result.Detail}");
    }

    [Fact]
    public async Task A_verdict_does_not_wait_for_the_goodbye()
    {
        foreach (var say in (MailSaying[])[Flood("221-", "a"), Say("500 what"), Cut("")])
        {
            var result = await ProbeAsync((command, stream, token) => command == "QUIT" ? say(stream, token) : Task.FromResult(false));
            Assert.Equal((SmtpOutcome.Secure, ""), (result.Outcome, result.Detail));
        }
    }

    [Fact]
    public async Task A_server_that_keeps_talking_is_cut_off_by_the_clock_given()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var talking = new TaskCompletionSource();
        await using var server = TestMailServer.Start(Root.Issue([Host]), async (command, stream, token) =>
        {
            // One good line after the other, so slowly that no other limit is ever near.
            for (; command == "EHLO"; await Task.Delay(50, token))
            {
                await TestMailServer.SayAsync(stream, "250-x", token);
                talking.TrySetResult();
            }

            return false;
        });
        var limit = TimeSpan.FromSeconds(20);
        var probing = new SmtpProbe(null, Root.AsRoots(), server.Address, time).ProbeAsync(Host, 25, limit, Token);
        await talking.Task.WaitAsync(Patient, Token);
        Assert.False(probing.IsCompleted);
        time.Advance(limit);
        var result = await probing.WaitAsync(Patient, Token);
        Assert.Equal(SmtpOutcome.ProtocolError, result.Outcome);
        Assert.Contains("did not finish in time", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_more_is_taken_than_the_limit()
    {
        var endless = new EndlessStream("220-welcome\r\n");
        var dialogue = new SmtpDialogue(endless);
        Assert.Equal(SmtpOutcome.ReplyTooLong, (await Assert.ThrowsAsync<SmtpException>(() => dialogue.ReadAsync(Token))).Outcome);
        Assert.InRange(endless.Taken, SmtpDialogue.MaxTotal, SmtpDialogue.MaxTotal + (2 * SmtpDialogue.MaxLine));

        endless = new EndlessStream("a");
        await Assert.ThrowsAsync<SmtpException>(() => new SmtpDialogue(endless).ReadAsync(Token));
        Assert.InRange(endless.Taken, SmtpDialogue.MaxLine, 2 * SmtpDialogue.MaxLine);
    }

    [Fact]
    public async Task Servers_of_the_field_end_the_probe()
    {
        Dictionary<string, SmtpOutcome> outcomes = new(StringComparer.Ordinal)
        {
            ["flood"] = SmtpOutcome.ReplyTooLong,
            ["banner"] = SmtpOutcome.Refused,
            ["ehlo"] = SmtpOutcome.Refused,
            ["nostarttls"] = SmtpOutcome.StartTlsNotOffered,
            ["starttls"] = SmtpOutcome.StartTlsNotOffered,
            ["garbage"] = SmtpOutcome.ProtocolError,
        };
        var script = Path.Combine(SourceTree.Root, "..", "shared", "cases", "smtp", "hostile.py");
        Assert.SkipUnless(File.Exists(script), "The shared cases are not there.");
        Process python;
        try
        {
            python = Process.Start(new ProcessStartInfo("python3", [script]) { RedirectStandardOutput = true })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("There is no python3.");
            return;
        }

        try
        {
            for (var i = 0; i < outcomes.Count; i++)
            {
                var (name, port) = (await python.StandardOutput.ReadLineAsync(Token))!.Split(' ') is [var n, var p] ? (n, p) : ("", "");
                var result = await new SmtpProbe(null, null, "127.0.0.1:" + port, TimeProvider.System).ProbeAsync(Host, 25, Patient, Token);
                Assert.True(outcomes[name] == result.Outcome, $"{name}: {result.Outcome}: {result.Detail}");
            }
        }
        finally
        {
            python.Kill();
            python.Dispose();
        }
    }

    [Fact]
    public async Task The_client_names_itself_by_its_address()
    {
        string? name = null;
        await using var server = new TestTcpServer(async (socket, token) =>
        {
            await using var stream = new System.Net.Sockets.NetworkStream(socket);
            await TestMailServer.SayAsync(stream, "220 mx", token);
            using var reader = new StreamReader(stream);
            name = await reader.ReadLineAsync(token);
            await TestMailServer.SayAsync(stream, "250 mx", token);
        });
        await new SmtpProbe(null, Root.AsRoots(), server.Address, TimeProvider.System).ProbeAsync(Host, 25, Patient, Token);
        Assert.Equal("EHLO [127.0.0.1]", name);
    }

    private static async Task<SmtpProbeResult> ProbeAsync(MailAnswer answer)
    {
        await using var server = TestMailServer.Start(Root.Issue([Host]), answer);
        return await new SmtpProbe(null, Root.AsRoots(), server.Address, TimeProvider.System).ProbeAsync(Host, 25, Patient, Token);
    }

    private static string Asked(string command) => command == "TLS" ? "EHLO" : command;

    private static MailSaying Flood(string first, string again) =>
        (stream, token) => TestMailServer.FloodAsync(stream, first, again, token);

    private static MailSaying Say(string text) => async (stream, token) =>
    {
        await TestMailServer.SayAsync(stream, text, token);
        return true;
    };

    private static MailSaying Cut(string text) => async (stream, token) =>
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes(text), token);
        throw new IOException("cut on purpose");
    };

    /// <summary>Says the same without end, and counts what is taken of it.</summary>
    private sealed class EndlessStream(string again) : MemoryStream
    {
        private readonly byte[] text = Encoding.Latin1.GetBytes(again);

        public int Taken { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            for (var i = 0; i < buffer.Length; i++)
            {
                buffer.Span[i] = text[(Taken + i) % text.Length];
            }

            Taken += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
