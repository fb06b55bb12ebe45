using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EmailSecurity.Tests.Net;

namespace EmailSecurity.Tests.Hostile;

/// <summary>One connection to a hostile server, and the tools of its trade.</summary>
public sealed class Conversation(HostileCase hostile, Stream stream, TestAuthority root, TimeSpan limit, CancellationToken token)
{
    /// <summary>ESC, BEL, the 8-bit CSI and a right-to-left override.</summary>
    public const string Escapes = "\x1b]0;title\x07\x1b[31mred\u009b2J\u202e";

    public HostileCase Case => hostile;

    public Stream Stream { get; set; } = stream;

    public CancellationToken Token => token;

    /// <summary>Whether the logo is asked for; else the policy.</summary>
    public bool IsLogo { get; init; }

    public Random Luck { get; } = hostile.Random(3);

    /// <summary>Between two octets of what never ends within the client's limit.</summary>
    public TimeSpan Pause => limit / 40;

    public ValueTask SayAsync(string text) => Stream.WriteAsync(Encoding.UTF8.GetBytes(text), token);

    public ValueTask SayAsync(byte[] octets) => Stream.WriteAsync(octets, token);

    /// <summary>Says the same until the client is gone.</summary>
    public async Task FloodAsync(byte[] again)
    {
        byte[] block = [.. Enumerable.Repeat(again, 1 + (16_000 / again.Length)).SelectMany(b => b)];
        while (true)
        {
            await Stream.WriteAsync(block, token);
        }
    }

    public Task FloodAsync(string again) => FloodAsync(Encoding.UTF8.GetBytes(again));

    /// <summary>One octet now and then until the client is gone.</summary>
    public async Task DripAsync(string text)
    {
        for (var i = 0; ; i++)
        {
            await Stream.WriteAsync(new[] { (byte)text[i % text.Length] }, token);
            await Task.Delay(Pause, token);
        }
    }

    /// <summary>Nothing until the client is gone.</summary>
    public async Task WaitAsync()
    {
        var buffer = new byte[4096];
        while (await Stream.ReadAsync(buffer, token) > 0)
        {
            // whatever it says
        }
    }

    public byte[] Noise(int octets)
    {
        var noise = new byte[octets];
        Luck.NextBytes(noise);
        return noise;
    }

    /// <summary>Changes a few octets of a text.</summary>
    public byte[] Garble(string text)
    {
        var octets = Encoding.Latin1.GetBytes(text);
        for (var i = Luck.Next(1, 8); i > 0; i--)
        {
            octets[Luck.Next(octets.Length)] = (byte)Luck.Next(256);
        }

        return octets;
    }

    /// <summary>Goes over to TLS.</summary>
    public async Task TlsAsync(X509Certificate2 certificate)
    {
        var ssl = new SslStream(Stream);
        var context = SslStreamCertificateContext.Create(certificate, null, offline: true);
        await ssl.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = context }, token);
        Stream = ssl;
    }

    /// <summary>A certificate for the case's hosts.</summary>
    public X509Certificate2 Certificate(bool isExpired = false, string? name = null)
    {
        string[] names = name is null ? [.. ((string[])["mta-sts", "logo", "reports", "mx1"]).Select(h => $"{h}.{hostile.Domain}")] : [name];
        var now = DateTimeOffset.UtcNow;
        return isExpired ? root.Issue(names, now.AddDays(-9), now.AddDays(-2)) : root.Issue(names);
    }

    /// <summary>A certificate that is expired, for another name, or its own issuer.</summary>
    public X509Certificate2 BadCertificate() => Luck.Next(3) switch
    {
        0 => Certificate(isExpired: true),
        1 => Certificate(name: "other.example"),
        _ => TestAuthority.SelfSigned(hostile.Domain),
    };

    /// <summary>A certificate of an issuer whose name is made for terminals.</summary>
    public X509Certificate2 ForeignCertificate() => new TestAuthority($"\"Root {Escapes}\"").Issue([hostile.Domain], commonName: $"\"{Escapes}\"");

    /// <summary>Reads a request's head.</summary>
    public async Task HeadAsync()
    {
        List<byte> head = [];
        var one = new byte[1];
        while (!(head.Count >= 4 && head[^4..] is [13, 10, 13, 10]))
        {
            if (await Stream.ReadAsync(one, token) == 0)
            {
                throw new IOException("the client is gone");
            }

            head.Add(one[0]);
        }
    }

    /// <summary>Closes hard: the client sees a reset.</summary>
    public static Task ResetAsync(Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
        return Task.CompletedTask;
    }

    /// <summary>The name in a ClientHello's SNI extension (RFC 8446 section 4.1.2, RFC 6066 section 3); empty for none.</summary>
    public static string ServerName(ReadOnlySpan<byte> record)
    {
        // Record header 5, message header 4, version 2, random 32; then three lists with lengths of 1, 2 and 1 octets, and the extensions.
        var at = 43;
        at += 1 + record[at];
        at += 2 + BinaryPrimitives.ReadUInt16BigEndian(record[at..]);
        at += 1 + record[at] + 2;
        while (at + 4 <= record.Length)
        {
            var (type, length) = (BinaryPrimitives.ReadUInt16BigEndian(record[at..]), BinaryPrimitives.ReadUInt16BigEndian(record[(at + 2)..]));
            if (type == 0)
            {
                return Encoding.ASCII.GetString(record.Slice(at + 9, length - 5));
            }

            at += 4 + length;
        }

        return "";
    }
}
