using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using EmailSecurity.Tests.Net;

namespace EmailSecurity.Tests.Hostile;

/// <summary>What a hostile DNS server does with a question.</summary>
/// <param name="Name">In a word.</param>
/// <param name="Endings">What may be found.</param>
/// <param name="MayPass">The luck of the case may leave it harmless.</param>
/// <param name="Udp">The packets that come over UDP; none for no answer.</param>
/// <param name="Tcp">The octets that come over TCP, lengths among them, and whether they come without end; null for a connection that is closed.</param>
public sealed record DnsBehaviour(
    string Name, string[] Endings, bool MayPass, Func<HostileQuestion, IEnumerable<byte[]>> Udp,
    Func<HostileQuestion, (byte[] Octets, bool IsEndless)?>? Tcp = null)
    : HostileBehaviour(Name, Endings, MayPass);

/// <summary>A question to a hostile server.</summary>
/// <param name="Case">Whose.</param>
/// <param name="Query">The question.</param>
/// <param name="Honest">What a good server would answer.</param>
public sealed record HostileQuestion(HostileCase Case, DnsTestQuery Query, byte[] Honest)
{
    private Random? luck;

    public Random Luck => luck ??= Case.Random(4);

    public byte[] Noise(int octets)
    {
        var noise = new byte[octets];
        Luck.NextBytes(noise);
        return noise;
    }
}

/// <summary>Hostile DNS servers.</summary>
public static class DnsBehaviours
{
    private const string Escapes = "\x1b]0;t\x07\x1b[31m\u202e";
    private static readonly string[] NoAnswer = ["Timeout", "Malformed", "Unreachable", "HostDnsFailure"];
    private static readonly string[] Any = ["*"];

    public static IReadOnlyList<HostileBehaviour> All { get; } = [.. OverUdp(), .. OverTcp(), .. Contents()];

    /// <summary>Names of those that bring no packet that could be the answer.</summary>
    public static IReadOnlySet<string> Unanswered { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "silence", "noise", "noise under the right id", "a flood of other ids", "another question", "cut",
    };

    private static IEnumerable<DnsBehaviour> OverUdp() =>
    [
        new("silence", NoAnswer, false, _ => []),
        new("noise", NoAnswer, false, q => [q.Noise(q.Luck.Next(1, 1200))]),
        new("noise under the right id", [.. NoAnswer, "*"], false, q => [[.. q.Query.Packet[..2], .. q.Noise(q.Luck.Next(1, 1200))]]),
        new("a flood of other ids", NoAnswer, false, q => Enumerable.Range(0, 200).Select(_ => (byte[])[.. q.Noise(2), .. q.Honest[2..]])),
        new("another question", NoAnswer, false, q => [Changed(q.Honest, 13, (byte)(q.Honest[13] ^ 1))]),
        new("cut", NoAnswer, true, q => [q.Honest[..q.Luck.Next(12, q.Honest.Length)]]),
        new("garbled", Any, true, q => [Garbled(q, q.Honest)]),
        new("more records than there are", NoAnswer, false, q => [Counted(q.Honest, 0xFFFF)]),
        new("an error", ["ServFail", "Refused", "OtherError", "HostNotFound", .. NoAnswer], true, q => [Changed(q.Honest, 3, (byte)q.Luck.Next(1, 16))]),
        new("changes", Any, true, q => [q.Case.Visits == 1 ? Changed(q.Honest, 3, 2) : q.Honest]),
    ];

    private static IEnumerable<DnsBehaviour> OverTcp() => new (string, string[], bool, Func<HostileQuestion, (byte[], bool)?>)[]
    {
        ("closes", NoAnswer, false, _ => null),
        ("cut", NoAnswer, false, q => (Framed(q.Honest)[..(2 + q.Luck.Next(q.Honest.Length - 1))], false)),
        ("a length that lies upwards", NoAnswer, false, q => ([0xFF, 0xFF, .. q.Honest], false)),
        ("a length that lies downwards", NoAnswer, true, q => ([0, (byte)q.Luck.Next(12, Math.Min(200, q.Honest.Length)), .. q.Honest], false)),
        ("messages of others without end", NoAnswer, false, q => ([0xFF, 0xFF, .. q.Noise(65535)], true)),
        ("empty messages without end", NoAnswer, false, _ => (new byte[4096], true)),
        ("noise", NoAnswer, false, q => (q.Noise(q.Luck.Next(1, 70_000)), false)),
        ("garbled", Any, true, q => (Framed(Garbled(q, q.Honest)), false)),
        ("pointers that unfold", NoAnswer, false, q => (Framed(Unfolding(q)), false)),
        ("a pointer to itself", NoAnswer, false,
            q => (Framed(Counted([.. Question(q), 0xC0, (byte)Question(q).Length, 0, 16, 0, 1, 0, 0, 0, 0, 0, 0], 1)), false)),
    }.Select(t => new DnsBehaviour("TCP: " + t.Item1, t.Item2, t.Item3, q => [Changed(q.Honest, 2, (byte)(q.Honest[2] | 2))], t.Item4));

    private static IEnumerable<DnsBehaviour> Contents() =>
    [
        new("a circle of CNAMEs", NoAnswer, false, q => [q.Query.Cname(q.Query.Name, q.Query.Name).Reply()]),
        new("CNAMEs without end", NoAnswer, false, q => [q.Query.Cname(q.Query.Name, Next(q)).Reply()]),
        new("escapes", Any, true, q => [Escaped(q).Reply()]),
        new("no such name", Any, true, q => [Counted(Changed(Question(q), 3, 3), 0)]),
        new("records of another length", NoAnswer, true, q => [q.Query.Add(q.Query.Name, q.Query.Type, q.Noise(q.Luck.Next(0, 30))).Reply()]),
        new("four thousand records", Any, true, q => [Changed(q.Honest, 2, (byte)(q.Honest[2] | 2))], q => (Framed(Many(q)), false)),
    ];

    private static string Next(HostileQuestion q)
    {
        var label = q.Query.Name.Split('.')[0];
        var number = label.StartsWith('c') && int.TryParse(label.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var before) ? before + 1 : 0;
        return string.Create(CultureInfo.InvariantCulture, $"c{number}.{q.Case.Domain}");
    }

    private static DnsTestQuery Escaped(HostileQuestion q)
    {
        byte[] label = Encoding.UTF8.GetBytes(Escapes);
        return q.Query.Type switch
        {
            16 => q.Query.Txt(q.Query.Name, "v=STSv1; id=" + Escapes + ";"),
            15 => q.Query.Add(q.Query.Name, 15, [0, 10, (byte)label.Length, .. label, 0]),
            _ => q.Query.Add(q.Query.Name, 5, [(byte)label.Length, .. label, 0]),
        };
    }

    private static byte[] Many(HostileQuestion q)
    {
        byte[] data = q.Query.Type switch { 16 => [1, (byte)'x'], 15 => [0, 10, 1, (byte)'m', 0xC0, 12], _ => [127, 0, 0, 1] };
        List<byte> packet = [.. Question(q)];
        var count = 0;
        for (; packet.Count < 64_000; count++)
        {
            packet.AddRange([0xC0, 12, (byte)(q.Query.Type >> 8), (byte)q.Query.Type, 0, 1, 0, 0, 0, 60, 0, (byte)data.Length, .. data]);
        }

        return Counted([.. packet], count);
    }

    private static byte[] Unfolding(HostileQuestion q)
    {
        byte[] question = Question(q);
        byte[] pointer = [(byte)(0xC0 | (question.Length >> 8)), (byte)question.Length];
        byte[] name = [.. Enumerable.Range(0, 4).SelectMany(_ => Enumerable.Repeat((byte)1, 61).Prepend((byte)61)), 0];
        List<byte> packet = [.. question, .. name, 0, 99, 0, 1, 0, 0, 0, 0, 0, 0];
        var count = 1;
        for (; packet.Count < 65_000; count++)
        {
            packet.AddRange([.. pointer, 0, 99, 0, 1, 0, 0, 0, 0, 0, 0]);
        }

        return Counted([.. packet], count);
    }

    private static byte[] Question(HostileQuestion q)
    {
        var end = 12;
        while (q.Honest[end] != 0)
        {
            end += q.Honest[end] + 1;
        }

        return Counted(q.Honest[..(end + 5)], 0);
    }

    private static byte[] Garbled(HostileQuestion q, byte[] packet)
    {
        // Behind the question: else it would be another one's answer.
        var (changed, from) = (packet.ToArray(), Question(q).Length);
        for (var i = q.Luck.Next(1, 6); i > 0 && changed.Length > from; i--)
        {
            changed[q.Luck.Next(from, changed.Length)] = (byte)q.Luck.Next(256);
        }

        return changed;
    }

    private static byte[] Changed(byte[] packet, int at, byte to)
    {
        var changed = packet.ToArray();
        changed[at] = to;
        return changed;
    }

    private static byte[] Counted(byte[] packet, int answers)
    {
        var changed = packet.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(changed.AsSpan(6), (ushort)answers);
        return changed;
    }

    private static byte[] Framed(byte[] packet) => [(byte)(packet.Length >> 8), (byte)packet.Length, .. packet];
}
