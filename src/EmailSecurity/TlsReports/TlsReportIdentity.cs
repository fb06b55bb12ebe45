using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EmailSecurity.TlsReports;

/// <summary>
/// What tells a report from all others, and what it says. The same organisation and report id are the same report (RFC 8460 section 4.4: the id is unique); a
/// report without an id is known by its content. Not for use by two threads at once.
/// </summary>
internal sealed class TlsReportIdentity
{
    private readonly ArrayBufferWriter<byte> buffer = new(4096);

    /// <summary>A hash of everything that the report says. Of two reports with one id, the greater one counts, whatever the order in which they come.</summary>
    public UInt128 ContentOf(TlsRptReport report)
    {
        buffer.ResetWrittenCount();
        Add(report.OrganizationName);
        Add(report.ReportId);
        Add(report.Start);
        Add(report.End);
        Add(report.ContactInfo);
        Add(report.OtherFields);

        // The domain of the message or file name decides only where a policy has none of its own: elsewhere two copies of a report are the same report.
        Add(report.Policies.Any(p => p.PolicyDomain.Length == 0) ? report.ReportDomain : null);
        Add(report.Policies.Count);
        foreach (var policy in report.Policies)
        {
            Add(policy);
        }

        return Hash();
    }

    /// <summary>What tells the report from all others.</summary>
    /// <param name="report">The report.</param>
    /// <param name="content">Its <see cref="ContentOf"/>.</param>
    public UInt128 KeyOf(TlsRptReport report, UInt128 content)
    {
        if (report.ReportId.Length == 0)
        {
            return content;
        }

        buffer.ResetWrittenCount();
        Add(report.OrganizationName);
        Add(report.ReportId);
        return Hash();
    }

    private UInt128 Hash()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer.WrittenSpan, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    private void Add(TlsRptPolicy policy)
    {
        Add(policy.PolicyType);
        Add(policy.PolicyDomain);
        Add(policy.PolicyString);
        Add(policy.MxHost);
        Add(policy.TotalSuccessfulSessionCount);
        Add(policy.TotalFailureSessionCount);
        Add(policy.OtherFields);
        Add(policy.FailureDetails.Count);
        foreach (var failure in policy.FailureDetails)
        {
            Add(failure.ResultType);
            Add(failure.SendingMtaIp);
            Add(failure.ReceivingMxHostname);
            Add(failure.ReceivingMxHelo);
            Add(failure.ReceivingIp);
            Add(failure.FailedSessionCount);
            Add(failure.AdditionalInformation);
            Add(failure.FailureReasonCode);
            Add(failure.OtherFields);
        }
    }

    private void Add(IReadOnlyList<string> texts)
    {
        Add(texts.Count);
        foreach (var text in texts)
        {
            Add(text);
        }
    }

    private void Add(IReadOnlyList<KeyValuePair<string, string>> fields)
    {
        Add(fields.Count);
        foreach (var (name, value) in fields)
        {
            Add(name);
            Add(value);
        }
    }

    // Each text behind its length, so that no two reports give the same octets.
    private void Add(string? text)
    {
        if (text is null)
        {
            Add(-1L);
            return;
        }

        var octets = buffer.GetSpan(sizeof(long) + Encoding.UTF8.GetMaxByteCount(text.Length));
        var length = Encoding.UTF8.GetBytes(text, octets[sizeof(long)..]);
        BinaryPrimitives.WriteInt64LittleEndian(octets, length);
        buffer.Advance(sizeof(long) + length);
    }

    private void Add(DateTimeOffset? time) => Add(time?.UtcTicks ?? -1L);

    private void Add(long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(buffer.GetSpan(sizeof(long)), number);
        buffer.Advance(sizeof(long));
    }
}
