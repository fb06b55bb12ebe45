using EmailSecurity.Bimi;
using EmailSecurity.Findings;

namespace EmailSecurity.Marks;

/// <summary>The mark type of a subject, and by it whether the certificate is a VMC or a CMC.</summary>
internal static class MarkCertificateType
{
    /// <summary>MC Requirements 1.5, adopted on this day, brought subject:markType (section 7.1.4.2.2); certificates of before have none.</summary>
    private static readonly DateTimeOffset MarkTypeSince = new(2023, 7, 15, 0, 0, 0, TimeSpan.Zero);

    // MC Requirements section 7.1.4.2.2.
    public static (MarkCertificateKind Kind, string? MarkType) Read(MarkChainCertificate leaf, List<MarkChainName.Attribute> subject, FindingBag findings)
    {
        var type = MarkChainName.First(subject, MarkCertificateOids.MarkType);
        if (type is null)
        {
            var trademark = MarkChainName.First(subject, MarkCertificateOids.TrademarkIdentifier) is not null;
            if (leaf.NotBefore >= MarkTypeSince)
            {
                findings.Report(MarkRules.MarkTypeMissing, "Its subject has no mark type (1.3.6.1.4.1.53087.1.13).", location: leaf.Location);
            }
            else
            {
                findings.Report(MarkRules.MarkTypeMissing with { Severity = FindingSeverity.Information },
                    "Its subject has no mark type; certificates issued before 2023-07-15 did not have one.", fix: "", location: leaf.Location);
            }

            return (trademark ? MarkCertificateKind.Vmc : MarkCertificateKind.Unknown, null);
        }
        if (subject.Count(a => a.Oid == MarkCertificateOids.MarkType) > 1)
        {
            findings.Report(MarkRules.MarkTypeSeveral, location: leaf.Location);
        }

        var kind = type switch
        {
            "Registered Mark" or "Government Mark" => MarkCertificateKind.Vmc,
            "Prior Use Mark" or "Modified Registered Mark" => MarkCertificateKind.Cmc,
            _ => MarkCertificateKind.Unknown,
        };
        if (kind == MarkCertificateKind.Unknown)
        {
            findings.Report(MarkRules.MarkTypeUnknown,
                $"Its mark type '{MarkChainName.Printable(type)}' does not exist (Registered Mark, Government Mark, Prior Use Mark, " +
                    $"Modified Registered Mark).", location: leaf.Location);
        }

        MarkCertificateSubject.Check(subject, type, leaf.NotBefore, findings, leaf.Location);
        return (kind, type);
    }
}
