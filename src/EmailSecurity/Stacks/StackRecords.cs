using EmailSecurity.Dns;
using EmailSecurity.Ports;

namespace EmailSecurity.Stacks;

/// <summary>Compares the records a stack needs with what DNS answers.</summary>
public static class StackRecords
{
    /// <summary>The record with its status and the value seen, from Route 53's own data or from the look-ups at an external DNS host.</summary>
    public static DnsRecordState Look(ObservedStack observed, DnsRecordState record)
    {
        if (!Enum.TryParse<DnsRecordType>(record.Type, out var type))
        {
            return record;
        }

        if (record.Type == "CNAME" && observed.Answers.TryGetValue((record.Name, DnsRecordType.CNAME), out var alias))
        {
            return Judge(record, alias, v => v.TrimEnd('.'));
        }

        return observed.Answers.TryGetValue((record.Name, type), out var answer) ? Judge(record, answer, v => v) : record;
    }

    /// <summary>Judges one answer. Several values at the name are Different: a receiver would see more than one record.</summary>
    public static DnsRecordState Judge(DnsRecordState record, DnsAnswer answer, Func<string, string> normalize)
    {
        var seen = answer.Records.Select(r => normalize(r.Value)).ToArray();
        var status = answer.Status switch
        {
            DnsStatus.NoError or DnsStatus.NxDomain when seen.Length == 0 => DnsRecordStatus.Missing,
            DnsStatus.NoError when record.Value.Length == 0 => DnsRecordStatus.Different,
            DnsStatus.NoError when seen.Length == 1 && Same(record, seen[0]) => DnsRecordStatus.Published,
            DnsStatus.NoError => DnsRecordStatus.Different,
            _ => DnsRecordStatus.Unknown,
        };
        return record with { Status = status, ObservedValue = string.Join(" | ", seen) };
    }

    /// <summary>The set as a record for people.</summary>
    public static string ValueOf(RecordSet set) => set.AliasTarget ?? (set.Type == "TXT" && set.Values.Count == 1 ? TxtStrings.Unquote(set.Values[0]) : string.Join(" | ", set.Values));

    private static bool Same(DnsRecordState record, string seen) => string.Equals(seen, record.Value, record.Type == "TXT" ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);
}
