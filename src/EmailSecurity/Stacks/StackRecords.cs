using EmailSecurity.Ports;
using EmailSecurity.Text;

namespace EmailSecurity.Stacks;

/// <summary>Compares the records a stack needs with what DNS answers.</summary>
public static class StackRecords
{
    /// <summary>The record with its status and the value seen, from the lookups at an external DNS host.</summary>
    public static DnsRecordState Look(ObservedStack observed, DnsRecordState record)
    {
        ArgumentNullException.ThrowIfNull(observed);
        ArgumentNullException.ThrowIfNull(record);
        if (!Enum.TryParse<DnsRecordType>(record.Type, out var type))
        {
            return record;
        }

        if (observed.Hosts.TryGetValue(record.Name, out var host) && RecordMeaning.SameName(host.Target, record.Value))
        {
            return Judge(record, host);
        }

        return observed.Answers.TryGetValue((record.Name, type), out var answer) ? Judge(record, answer) : record;
    }

    /// <summary>Judges one answer by what it means to those who read the record.</summary>
    public static DnsRecordState Judge(DnsRecordState record, DnsAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(answer);
        if (answer.Status is not (DnsStatus.NoError or DnsStatus.NxDomain))
        {
            var note = $"DNS gave no answer for {record.Name} {record.Type}: {Failure(answer)}.";
            return record with { Status = DnsRecordStatus.Unknown, ObservedValue = "", Note = note };
        }

        var compared = RecordMeaning.Compare(record, [.. answer.Records.Select(r => r.Value)]);
        return record with { Status = compared.Status, ObservedValue = compared.Observed, Note = compared.Note };
    }

    /// <summary>True where DNS answers, and none of the values alone means the record.</summary>
    public static bool IsGone(DnsRecordState record, DnsAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(answer);
        return answer.Status is DnsStatus.NoError or DnsStatus.NxDomain
            && !answer.Records.Any(r => RecordMeaning.Compare(record, [r.Value]).Status == DnsRecordStatus.Published);
    }

    /// <summary>The record of a host by the way in which it points to the distribution.</summary>
    public static DnsRecordState Judge(DnsRecordState record, HostView host)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(host);
        return record with
        {
            Status = host.Route switch
            {
                HostRoute.Alias or HostRoute.Addresses or HostRoute.Content => DnsRecordStatus.Published,
                HostRoute.None => DnsRecordStatus.Missing,
                HostRoute.Elsewhere => DnsRecordStatus.Different,
                _ => DnsRecordStatus.Unknown,
            },
            ObservedValue = host.Observed,
            Note = host.Note,
        };
    }

    /// <summary>The set as a record for people.</summary>
    public static string ValueOf(RecordSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        return set.AliasTarget ?? (set.Type == "TXT" && set.Values.Count == 1 ? TxtStrings.Unquote(set.Values[0]) : string.Join(" | ", set.Values));
    }

    /// <summary>Why a lookup failed.</summary>
    internal static string Failure(DnsAnswer answer) => answer.Status switch
    {
        DnsStatus.ServFail => "SERVFAIL",
        DnsStatus.Refused => "REFUSED",
        DnsStatus.Timeout => "no answer in time",
        DnsStatus.Unreachable => "no name server could be reached",
        DnsStatus.Malformed => "an answer that cannot be read, or CNAME records that form a loop",
        _ => answer.Detail.Length > 0 ? answer.Detail.TrimEnd('.') : "an error",
    };
}
