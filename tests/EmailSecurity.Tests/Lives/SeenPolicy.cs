using System.Globalization;

namespace EmailSecurity.Tests.Lives;

/// <summary>An MTA-STS policy as a sender reads it: what the observer goes by. Its own reader, shared with nobody.</summary>
/// <param name="Mode"><c>enforce</c>, <c>testing</c> or <c>none</c>.</param>
/// <param name="MaxAge">Seconds.</param>
/// <param name="Mx">Patterns, sorted.</param>
internal sealed record SeenPolicy(string Mode, long MaxAge, IReadOnlyList<string> Mx)
{
    /// <summary>Reads a text (RFC 8461 section 3.2); null for one that a sender cannot use.</summary>
    public static SeenPolicy? Read(string text)
    {
        var fields = text.Split('\n').Select(l => l.TrimEnd('\r').Split(':', 2)).Where(p => p.Length == 2).Select(p => (Key: p[0].Trim(), Value: p[1].Trim())).ToArray();
        string? One(string key) => fields.FirstOrDefault(f => f.Key == key).Value;
        string[] mx = [.. fields.Where(f => f.Key == "mx").Select(f => f.Value.ToLowerInvariant()).Order(StringComparer.Ordinal)];
        return One("version") == "STSv1" && One("mode") is "enforce" or "testing" or "none"
            && long.TryParse(One("max_age"), NumberStyles.None, CultureInfo.InvariantCulture, out var age) && (mx.Length > 0 || One("mode") == "none")
            ? new SeenPolicy(One("mode")!, Math.Min(age, 31557600), mx)
            : null;
    }

    /// <summary>The id that a domain's TXT records name; null where a sender sees no policy announced (RFC 8461 section 3.1: exactly one record).</summary>
    public static string? IdIn(IReadOnlyList<string>? records)
    {
        string[] ours = [.. (records ?? []).Where(r => r.StartsWith("v=STSv1;", StringComparison.Ordinal))];
        var id = ours.Length == 1 ? ours[0].Split(';').Select(f => f.Trim()).FirstOrDefault(f => f.StartsWith("id=", StringComparison.Ordinal))?[3..] : null;
        return id is { Length: > 0 and <= 32 } && id.All(char.IsAsciiLetterOrDigit) ? id : null;
    }

    /// <summary>True where a sender that holds the policy delivers to a mail server (RFC 8461 section 4.1: a wildcard stands for one label).</summary>
    public bool Covers(string host) => Mx.Any(p => p == host || (p.StartsWith("*.", StringComparison.Ordinal) && host.Split('.', 2) is [_, var rest] && rest == p[2..]));

    /// <summary>True where senders do the same by both: under mode none the patterns do not matter.</summary>
    public bool IsSame(SeenPolicy other) => Mode == other.Mode && MaxAge == other.MaxAge && (Mode == "none" || Mx.SequenceEqual(other.Mx, StringComparer.Ordinal));

    public override string ToString() => Invariant($"{Mode}, max_age {MaxAge}{(Mx.Count > 0 ? ", mx " + string.Join(" ", Mx) : "")}");
}
