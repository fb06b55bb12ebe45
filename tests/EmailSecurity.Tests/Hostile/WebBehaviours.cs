using System.Text;

namespace EmailSecurity.Tests.Hostile;

/// <summary>What a hostile web server does with a connection.</summary>
public sealed record WebBehaviour(string Name, string[] Endings, bool MayPass, Func<Conversation, Task> Act) : HostileBehaviour(Name, Endings, MayPass);

/// <summary>Hostile web servers: below TLS, in its handshake, and in HTTP.</summary>
public static class WebBehaviours
{
    private const string Ugly = Conversation.Escapes;
    private const string Logo = """
        <svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 9 9" width="96" height="96"><title>T</title>
        <rect width="9" height="9" fill="#0a3d62"/><circle cx="4" cy="4" r="2" fill="#f6b93b"/></svg>
        """;

    private static readonly string[] Broken = ["ConnectionReset", "TlsHandshakeFailed", "ProtocolError", "Timeout", "TooLarge"];
    private static readonly string[] Handshake = ["TlsHandshakeFailed", "ConnectionReset"];
    private static readonly string[] Late = ["Timeout"];
    private static readonly string[] Endless = ["ProtocolError", "TooLarge"];
    private static readonly string[] Certificates = ["CertificateExpired", "CertificateUntrusted", "CertificateNameMismatch", "TlsHandshakeFailed"];

    public static IReadOnlyList<HostileBehaviour> All { get; } = [.. BelowTls(), .. InTls(), .. InHttp()];

    private static IEnumerable<WebBehaviour> BelowTls() =>
    [
        new("silence", Late, false, c => c.WaitAsync()),
        new("closes at once", Handshake, false, _ => Task.CompletedTask),
        new("drips", Late, false, c => c.DripAsync("\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")),
        new("noise", Broken, false, async c => await c.SayAsync(c.Noise(c.Luck.Next(1, 3000)))),
        new("noise without end", Broken, false, c => c.FloodAsync(c.Noise(1000))),
        new("plain HTTP", Handshake, false, async c => await c.SayAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")),
        new("an alert", Handshake, false, async c => await c.SayAsync([0x15, 3, 3, 0, 2, 2, (byte)c.Luck.Next(1, 120)])),
        new("warnings without end", Broken, false, c => c.FloodAsync([0x15, 3, 3, 0, 2, 1, 0])),
        new("empty records without end", Broken, false, c => c.FloodAsync([0x16, 3, 3, 0, 0])),
        new("a hello of 16 MB", Broken, false, async c =>
        {
            await c.SayAsync([0x16, 3, 3, 0x40, 0, 2, 0xFF, 0xFF, 0xFF]);
            await c.FloodAsync(new byte[1000]);
        }),
    ];

    private static IEnumerable<WebBehaviour> InTls() =>
    [
        // Somewhere in the handshake's or the response's octets.
        .. Enum.GetValues<Spoil>().Select(how => new WebBehaviour($"TLS: {how}", Broken, true, async c =>
        {
            c.Stream = new SpoiltStream(c.Stream, how, c.Luck.Next(1200), c.Pause);
            await c.TlsAsync(c.Certificate());
            await AnswerAsync(c, Good(c));
            await c.WaitAsync();
        })),
        new("TLS: a certificate that is not good", Certificates, false, async c =>
        {
            await c.TlsAsync(c.BadCertificate());
            await AnswerAsync(c, Good(c));
        }),
        new("TLS: an issuer with escapes", Certificates, false, c => c.TlsAsync(c.ForeignCertificate())),
        new("changes its certificate", ["CertificateExpired"], false, async c =>
        {
            await c.TlsAsync(c.Certificate(isExpired: c.Case.Visits == 1));
            await AnswerAsync(c, Good(c));
        }),
        new("changes to endless", Endless, false, async c =>
        {
            await c.TlsAsync(c.Certificate());
            await AnswerAsync(c, c.Case.Visits == 1 ? "HTTP/1.1 200 OK\r\n\r\n" : Good(c), c.Case.Visits == 1 ? "a" : null);
        }),
    ];

    private static IEnumerable<WebBehaviour> InHttp() =>
    [
        .. Enum.GetValues<Spoil>().Select(how => Http($"HTTP: {how}", [.. Broken, "*"], true, async c =>
        {
            c.Stream = new SpoiltStream(c.Stream, how, c.Luck.Next(200), c.Pause);
            await c.SayAsync(Good(c));
            await c.WaitAsync();
        })),
        Http("HTTP: silence", Late, false, c => c.WaitAsync()),
        Http("HTTP: drips headers", Late, false, c => c.DripAsync("HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("X: y\r\n", 100)))),
        Http("HTTP: drips a body", Late, false, async c =>
        {
            await c.SayAsync("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n");
            await c.DripAsync("a");
        }),
        Flood("an endless status line", "HTTP/1.1 200 ", "a"),
        Flood("endless headers", "HTTP/1.1 200 OK\r\n", "X: y\r\n"),
        Flood("an endless header", "HTTP/1.1 200 OK\r\nX: ", "a"),
        Flood("endless interim responses", "", "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n"),
        Flood("an endless body", "HTTP/1.1 200 OK\r\n\r\n", "a"),
        Flood("endless chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n"),
        Flood("endless trailers", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "X: y\r\n"),
        Flood("a length that lies upwards", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", "a"),
        Flood("an endless page behind a redirect", "HTTP/1.1 302 Found\r\nLocation: https://x.example/\r\n\r\n", "a"),
        Http("HTTP: a length that lies", ["*"], true, c => c.SayAsync(With(c, "Content-Length: 9")).AsTask()),
        Http("HTTP: two lengths", ["*"], true, c => c.SayAsync(With(c, "Content-Length: 5\r\nContent-Length: ")).AsTask()),
        Http("HTTP: noise", Broken, false, c => c.SayAsync(c.Noise(c.Luck.Next(1, 5000))).AsTask()),
        Http("HTTP: garbled", ["*"], true, c => c.SayAsync(c.Garble(Good(c))).AsTask()),
        Http("HTTP: a redirect with escapes", ["Redirect"], false,
            c => c.SayAsync($"HTTP/1.1 302 {Ugly}\r\nLocation: https://x.example/{Ugly}\r\nContent-Length: 0\r\n\r\n").AsTask()),
        Http("HTTP: escapes in headers", ["*"], false,
            c => c.SayAsync($"HTTP/1.1 200 OK\r\nContent-Type: text/{Ugly}\r\n{Ugly}: x\r\nContent-Length: 1\r\n\r\nx").AsTask()),
        Http("HTTP: a body of escapes", ["*"], false,
            c => c.SayAsync($"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nversion: {Ugly}\r\n{Ugly}: x\r\n").AsTask()),
        Http("HTTP: any status", ["*"], true, c => c.SayAsync($"HTTP/1.1 {c.Luck.Next(100, 1000)} x\r\nContent-Length: 0\r\n\r\n").AsTask()),
    ];

    private static WebBehaviour Flood(string what, string first, string again) => Http("HTTP: " + what, Endless, false, async c =>
    {
        await c.SayAsync(first);
        await c.FloodAsync(again);
    });

    private static WebBehaviour Http(string name, string[] endings, bool mayPass, Func<Conversation, Task> act) => new(name, endings, mayPass, async c =>
    {
        await c.TlsAsync(c.Certificate());
        await c.HeadAsync();
        await act(c);
    });

    private static async Task AnswerAsync(Conversation c, string first, string? again = null)
    {
        await c.HeadAsync();
        await c.SayAsync(first);
        if (again is not null)
        {
            await c.FloodAsync(again);
        }
    }

    private static string With(Conversation c, string length) => Good(c).Replace("Content-Length: ", length, StringComparison.Ordinal);

    private static string Good(Conversation c)
    {
        var body = c.IsLogo ? Logo : $"version: STSv1\r\nmode: enforce\r\nmx: mx1.{c.Case.Domain}\r\nmax_age: 604800\r\n";
        var type = c.IsLogo ? "image/svg+xml" : "text/plain";
        return $"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";
    }

    /// <summary>The file of a server that is not hostile.</summary>
    public static async Task HonestAsync(Conversation c)
    {
        await c.TlsAsync(c.Certificate());
        await AnswerAsync(c, Good(c));
    }
}
