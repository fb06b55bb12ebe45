using EmailSecurity.Ports;
using EmailSecurity.Text;

namespace EmailSecurity.Planning;

/// <summary>
/// TXT record sets, which anybody may share: a name has one set, and each of its strings is somebody's. Ours is the one with our
/// mechanism's version tag; the others keep their value, their order and the set's TTL, whatever happens to ours.
/// </summary>
internal static class SharedTxt
{
    /// <summary>Version tag of an MTA-STS record (RFC 8461 section 3.1).</summary>
    public const string MtaSts = "v=STSv1";

    /// <summary>Version tag of a TLS-RPT record (RFC 8460 section 3).</summary>
    public const string TlsRpt = "v=TLSRPTv1";

    /// <summary>Version tag of a BIMI assertion record.</summary>
    public const string Bimi = "v=BIMI1";

    /// <summary>Version tag of a record that we write.</summary>
    /// <param name="ours">A set of one string.</param>
    public static string VersionOf(RecordSet ours) => TxtStrings.Unquote(ours.Values[0]).Split(';', 2)[0].TrimEnd(' ', '\t');

    /// <summary>True where a string in presentation form begins with this version tag: <c>v=STSv10</c> is another mechanism's.</summary>
    public static bool IsOf(string value, string version)
    {
        var text = TxtStrings.Unquote(value);
        return text.StartsWith(version, StringComparison.Ordinal) && (text.Length == version.Length || text[version.Length] is ';' or ' ' or '\t');
    }

    /// <summary>
    /// The strings of one mechanism, in presentation form. Beside others only those with a semicolon right behind the version tag count
    /// (RFC 8461 section 3.1: the rest is discarded); with more than one that counts, receivers use none of them.
    /// </summary>
    public static string[] Of(RecordSet set, string version)
    {
        string[] all = [.. set.Values.Where(v => IsOf(v, version))];
        string[] strict = [.. all.Where(v => TxtStrings.Unquote(v).StartsWith(version + ";", StringComparison.Ordinal))];
        return strict.Length > 0 ? strict : all;
    }

    /// <summary>The set with our string in it: in the place of the one of its mechanism, else behind the others.</summary>
    public static RecordSet With(RecordSet there, RecordSet ours)
    {
        var replaced = Of(there, VersionOf(ours));
        List<string> values = [];
        foreach (var value in there.Values)
        {
            if (!replaced.Contains(value, StringComparer.Ordinal))
            {
                values.Add(value);
            }
            else if (value == replaced[0])
            {
                values.Add(SameText(value, ours.Values[0]) ? value : ours.Values[0]);
            }
        }

        if (replaced.Length == 0)
        {
            values.Add(ours.Values[0]);
        }

        // The TTL is the whole set's (RFC 2181 section 5.2), so it is not ours to change where others share it.
        return there with { Values = values, Ttl = values.Count > 1 ? there.Ttl : ours.Ttl };
    }

    /// <summary>The set without these strings; null where nothing else is in it.</summary>
    public static RecordSet? Without(RecordSet there, IReadOnlyCollection<string> strings)
    {
        string[] rest = [.. there.Values.Where(v => !strings.Contains(v, StringComparer.Ordinal))];
        return rest.Length == 0 ? null : there with { Values = rest };
    }

    /// <summary>True where the set says exactly what ours says: our string, no other of its mechanism, and the TTL where the set is ours alone.</summary>
    public static bool Holds(RecordSet there, RecordSet ours) => there.Type == ours.Type && there.SetIdentifier is null && there.AliasTarget is null
        && With(there, ours) == there;

    private static bool SameText(string left, string right) => TxtStrings.Unquote(left) == TxtStrings.Unquote(right);
}
