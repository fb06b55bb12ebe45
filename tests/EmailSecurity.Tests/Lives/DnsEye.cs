using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EmailSecurity.Tests.Lives;

/// <summary>
/// Asks a name server over UDP and reads the answer (RFC 1035 section 4). It is the observer's own and shares nothing with the module's resolver.
/// </summary>
internal sealed class DnsEye : IDisposable
{
    private const ushort TypeA = 1;
    private const ushort TypeCname = 5;
    private const ushort TypeMx = 15;
    private const ushort TypeTxt = 16;

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly byte[] buffer = new byte[65535];
    private ushort number;

    public DnsEye(string nameServer)
    {
        socket.Connect(IPEndPoint.Parse(nameServer));
        socket.ReceiveTimeout = 60_000;
    }

    /// <summary>Each TXT record's strings joined (RFC 8461 section 3.1); null where the lookup failed.</summary>
    public IReadOnlyList<string>? Txt(string name) => Ask(name, TypeTxt, (_, data) =>
    {
        var text = new StringBuilder();
        for (var at = 0; at < data.Length; at += data[at] + 1)
        {
            text.Append(Encoding.Latin1.GetString(data, at + 1, data[at]));
        }

        return text.ToString();
    });

    /// <summary>Mail servers, without the final dot; null where the lookup failed.</summary>
    public IReadOnlyList<string>? Mx(string name) => Ask(name, TypeMx, (start, _) => NameAt(start + 2));

    /// <summary>True where a name has an address.</summary>
    public bool HasAddress(string name) => Ask(name, TypeA, (_, _) => "") is { Count: > 0 };

    public void Dispose() => socket.Dispose();

    private IReadOnlyList<string>? Ask(string name, ushort type, Func<int, byte[], string> read)
    {
        var length = WriteQuery(name, type);
        socket.Send(buffer.AsSpan(0, length));
        do
        {
            length = socket.Receive(buffer);
        }
        while (length < 12 || BinaryPrimitives.ReadUInt16BigEndian(buffer) != number);

        var code = buffer[3] & 0x0f;
        if (code is not (0 or 3) || (buffer[2] & 0x02) != 0)
        {
            return null;
        }

        List<string> found = [];
        var at = 12;
        for (var questions = BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(4)); questions > 0; questions--)
        {
            at = AfterName(at) + 4;
        }

        for (var answers = BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(6)); answers > 0; answers--)
        {
            at = AfterName(at);
            var answered = BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(at));
            var size = BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(at + 8));
            if (answered == type)
            {
                found.Add(read(at + 10, buffer[(at + 10)..(at + 10 + size)]));
            }
            else if (answered != TypeCname)
            {
                return null;
            }

            at += 10 + size;
        }

        return found;
    }

    private int WriteQuery(string name, ushort type)
    {
        buffer.AsSpan(0, 12).Clear();
        BinaryPrimitives.WriteUInt16BigEndian(buffer, ++number);
        buffer[2] = 0x01; // recursion desired
        buffer[5] = 1;
        var at = 12;
        foreach (var label in name.Split('.'))
        {
            buffer[at] = (byte)label.Length;
            at += 1 + Encoding.ASCII.GetBytes(label, buffer.AsSpan(at + 1));
        }

        buffer[at++] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(at), type);
        BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(at + 2), 1);

        // RFC 6891: room for a set of several strings.
        at += 4;
        buffer[11] = 1;
        byte[] opt = [0, 0, 41, 0x0f, 0xa0, 0, 0, 0, 0, 0, 0];
        opt.CopyTo(buffer, at);
        return at + opt.Length;
    }

    private int AfterName(int at)
    {
        while (buffer[at] != 0)
        {
            if ((buffer[at] & 0xc0) == 0xc0)
            {
                return at + 2;
            }

            at += buffer[at] + 1;
        }

        return at + 1;
    }

    private string NameAt(int at)
    {
        List<string> labels = [];
        while (buffer[at] != 0)
        {
            if ((buffer[at] & 0xc0) == 0xc0)
            {
                at = BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(at)) & 0x3fff;
                continue;
            }

            labels.Add(Encoding.ASCII.GetString(buffer, at + 1, buffer[at]).ToLowerInvariant());
            at += buffer[at] + 1;
        }

        return string.Join('.', labels);
    }
}
