using System.Text;

namespace EmailSecurity.Tests.Hostile;

/// <summary>What a hostile mail server answers at one stage; before it, it is a good server.</summary>
/// <param name="Name">In a word.</param>
/// <param name="Stage">The command answered: empty for the greeting, EHLO, STARTTLS, TLS for the handshake, INSIDE for the EHLO in it.</param>
/// <param name="Endings">What may be found.</param>
/// <param name="MayPass">The luck of the case may leave it harmless.</param>
/// <param name="Act">The answer.</param>
public sealed record MailBehaviour(string Name, string Stage, string[] Endings, bool MayPass, Func<Conversation, Task> Act)
    : HostileBehaviour(Name, Endings, MayPass);

/// <summary>Hostile mail servers.</summary>
public static class MailBehaviours
{
    private static readonly string[] Broken = ["ProtocolError", "ReplyTooLong", "Refused", "StartTlsNotOffered", "TlsHandshakeFailed"];
    private static readonly string[] Handshake = ["TlsHandshakeFailed", "ProtocolError"];
    private static readonly string[] Certificates = ["CertificateExpired", "CertificateUntrusted", "CertificateNameMismatch"];
    private static readonly (string Stage, string Begin)[] Stages = [("", "220"), ("EHLO", "250"), ("STARTTLS", "220"), ("INSIDE", "250")];

    public static IReadOnlyList<HostileBehaviour> All { get; } = [.. AtEveryStage(), .. InTls(), .. Others()];

    public static async Task ServeAsync(Conversation c, MailBehaviour? behaviour)
    {
        if (await SaidAsync("", "220 mx ESMTP"))
        {
            return;
        }

        await LineAsync(c);
        if (await SaidAsync("EHLO", "250-mx\r\n250 STARTTLS"))
        {
            return;
        }

        await LineAsync(c);
        if (await SaidAsync("STARTTLS", "220 go ahead"))
        {
            return;
        }

        if (behaviour?.Stage == "TLS")
        {
            await behaviour.Act(c);
        }
        else
        {
            await c.TlsAsync(c.Certificate());
        }

        await LineAsync(c);
        if (await SaidAsync("INSIDE", "250 mx"))
        {
            return;
        }

        await LineAsync(c);
        await c.SayAsync("221 bye\r\n");

        async Task<bool> SaidAsync(string stage, string text)
        {
            if (behaviour?.Stage == stage)
            {
                await behaviour.Act(c);
                return true;
            }

            await c.SayAsync(text + "\r\n");
            return false;
        }
    }

    private static IEnumerable<MailBehaviour> AtEveryStage() => Stages.SelectMany(s => (MailBehaviour[])
    [
        At(s.Stage, "silence", ["ProtocolError"], c => c.WaitAsync()),
        At(s.Stage, "closes", ["ProtocolError"], _ => Task.CompletedTask),
        At(s.Stage, "drips a line", ["ProtocolError"], c => c.DripAsync(s.Begin + "-welcome to this server\r\n")),
        At(s.Stage, "an endless line", ["ReplyTooLong"], async c =>
        {
            await c.SayAsync(s.Begin + "-");
            await c.FloodAsync("a");
        }),
        At(s.Stage, "endless lines", ["ReplyTooLong"], c => c.FloodAsync(s.Begin + "-welcome\r\n")),
        At(s.Stage, "cut short", ["ProtocolError"], c => c.SayAsync(s.Begin + "-wel").AsTask()),
        At(s.Stage, "noise", Broken, c => c.SayAsync(c.Noise(c.Luck.Next(1, 5000))).AsTask()),
        At(s.Stage, "noise without end", Broken, c => c.FloodAsync(c.Noise(1000))),
        At(s.Stage, "a refusal with escapes", ["Refused", "StartTlsNotOffered"], c => c.SayAsync($"554 {Conversation.Escapes}\r\n").AsTask()),
        At(s.Stage, "escapes", ["ProtocolError"], c => c.SayAsync(Conversation.Escapes + "\r\n").AsTask()),
        At(s.Stage, "any code", Broken, c => c.SayAsync($"{c.Luck.Next(251, 1000)} x\r\n").AsTask()),
    ]);

    private static MailBehaviour At(string stage, string name, string[] endings, Func<Conversation, Task> act) =>
        new($"{(stage.Length == 0 ? "greeting" : stage)}: {name}", stage, endings, false, act);

    private static IEnumerable<MailBehaviour> InTls() =>
    [
        new("TLS: silence", "TLS", ["ProtocolError"], false, c => c.WaitAsync()),
        new("TLS: closes", "TLS", Handshake, false, _ => throw new IOException("closes on purpose")),
        new("TLS: noise", "TLS", Handshake, false, c => c.FloodAsync(c.Noise(1000))),
        new("TLS: warnings without end", "TLS", Handshake, false, c => c.FloodAsync([0x15, 3, 3, 0, 2, 1, 0])),
        new("TLS: empty records without end", "TLS", Handshake, false, c => c.FloodAsync([0x16, 3, 3, 0, 0])),
        .. Enum.GetValues<Spoil>().Select(how => new MailBehaviour($"TLS: {how}", "TLS", [.. Handshake, "ReplyTooLong"], true, c =>
        {
            c.Stream = new SpoiltStream(c.Stream, how, c.Luck.Next(1200), c.Pause);
            return c.TlsAsync(c.Certificate());
        })),
        new("TLS: a certificate that is not good", "TLS", Certificates, false, c => c.TlsAsync(c.BadCertificate())),
        new("TLS: an issuer with escapes", "TLS", Certificates, false, c => c.TlsAsync(c.ForeignCertificate())),
        new("changes its certificate", "TLS", ["CertificateExpired"], false, c => c.TlsAsync(c.Certificate(isExpired: c.Case.Visits == 1))),
    ];

    private static IEnumerable<MailBehaviour> Others() =>
    [
        new("no STARTTLS, with escapes", "EHLO", ["StartTlsNotOffered"], false, c => c.SayAsync($"250-mx\r\n250 SIZE{Conversation.Escapes}\r\n").AsTask()),
        new("more behind STARTTLS", "STARTTLS", ["ProtocolError"], false, c => c.SayAsync("220 go\r\n250 injected\r\n").AsTask()),
        new("another protocol", "", ["ProtocolError"], false, c => c.SayAsync("SSH-2.0-OpenSSH_9.9\r\n").AsTask()),
    ];

    private static async Task LineAsync(Conversation c)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (line.Length == 0 || line[^1] != '\n')
        {
            if (await c.Stream.ReadAsync(one, c.Token) == 0)
            {
                throw new IOException("the client is gone");
            }

            line.Append((char)one[0]);
        }
    }
}
