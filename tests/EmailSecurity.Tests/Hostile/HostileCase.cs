using System.Globalization;
using System.Net;

namespace EmailSecurity.Tests.Hostile;

public enum HostileKind { Dns, Web, Mail }

/// <summary>One hostile server: all that it does follows from the seed and its number.</summary>
/// <param name="Seed">The campaign's seed.</param>
/// <param name="Number">Its number in the campaign, from 1.</param>
public sealed record HostileCase(int Seed, int Number)
{
    /// <summary>Domains of the campaign end so; the number stands before.</summary>
    public const string Suffix = ".hostile.example";

    private static readonly string[] Files = ["Policy", "Policy", "Logo", "ReportReceiver"];
    private static readonly string[] Records = ["MtaStsRecord", "Mx", "TlsRptRecord", "BimiRecord", "Policy"];
    private static readonly string[] Slow = ["silence", "drip", "garble"];
    private int visits;

    public HostileKind Kind { get; } = new Random(Mix(Seed, Number, 0)).Next(10) switch
    {
        < 3 => HostileKind.Dns,
        < 7 => HostileKind.Web,
        _ => HostileKind.Mail,
    };

    public string Domain => string.Create(CultureInfo.InvariantCulture, $"h{Number}{Suffix}");

    /// <summary>What is attacked: a file, or a record by the name that its findings begin with; <c>Mx</c> for a mail server.</summary>
    public string Target => Kind switch
    {
        HostileKind.Web => Files[Random(1).Next(Files.Length)],
        HostileKind.Dns => Records[Random(1).Next(Records.Length)],
        _ => "Mx",
    };

    /// <summary>The command that meets it.</summary>
    public string Command => Target switch
    {
        "Logo" or "BimiRecord" => "Test-Bimi",
        "ReportReceiver" or "TlsRptRecord" => "Test-TlsRpt",
        _ => "Test-MtaSts",
    };

    /// <summary>What it does.</summary>
    public HostileBehaviour Behaviour => Kind switch
    {
        HostileKind.Dns => Pick(DnsBehaviours.All),
        HostileKind.Web => Pick(WebBehaviours.All),
        _ => Pick(MailBehaviours.All),
    };

    /// <summary>Whether it ends only when the client's time does.</summary>
    public bool IsSlow => Kind != HostileKind.Dns && Slow.Any(w => Behaviour.Name.Contains(w, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether it makes a look-up wait for the resolver's own time limits, which run by the machine's clock alone.</summary>
    public bool IsWaitedFor => Kind == HostileKind.Dns && DnsBehaviours.Unanswered.Contains(Behaviour.Name);

    /// <summary>The mail server's address: all of 127/8 is this machine, so the address tells which server is meant.</summary>
    public IPAddress Address => new([127, (byte)(1 + (Number >> 16)), (byte)(Number >> 8), (byte)Number]);

    /// <summary>How often it has been looked at before.</summary>
    public int Visits => Volatile.Read(ref visits);

    /// <summary>The number in an address; 0 for none.</summary>
    public static int NumberOf(IPAddress address) =>
        address.MapToIPv4().GetAddressBytes() is [_, var high, var middle, var low] ? ((high - 1) << 16) | (middle << 8) | low : 0;

    /// <summary>The number in a name below <see cref="Suffix"/>; 0 for none.</summary>
    public static int NumberOf(string name)
    {
        if (!name.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase))
        {
            return 0;
        }

        var label = name[..^Suffix.Length].Split('.')[^1];
        return label.StartsWith('h') && int.TryParse(label.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    public void Visited() => Interlocked.Increment(ref visits);

    /// <summary>Its own luck; the same at each call.</summary>
    public Random Random(int salt) => new(Mix(Seed, Number, salt));

    public override string ToString() => $"seed {Seed} number {Number} {Kind} {Target} '{Behaviour.Name}'";

    private HostileBehaviour Pick(IReadOnlyList<HostileBehaviour> all) => all[Random(2).Next(all.Count)];

    private static int Mix(int a, int b, int c) => unchecked((((a * 1_000_003) ^ b) * 1_000_003) ^ (c * 7_919)) & int.MaxValue;
}

/// <summary>What a hostile server does, and what must be found.</summary>
/// <param name="Name">In a word.</param>
/// <param name="Endings">Endings of the codes that may be found, without the target they begin with; <c>*</c> for any.</param>
/// <param name="MayPass">The luck of the case may leave it harmless.</param>
public abstract record HostileBehaviour(string Name, string[] Endings, bool MayPass)
{
    /// <summary>Good at the first visit, hostile at the second, good at the third.</summary>
    public bool Changes => Name.StartsWith("changes", StringComparison.Ordinal);
}
