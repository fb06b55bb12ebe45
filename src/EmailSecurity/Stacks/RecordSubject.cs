namespace EmailSecurity.Stacks;

/// <summary>What the records of a stack are made from.</summary>
internal sealed record RecordSubject
{
    public RecordSubject(EmailSecurityStack stack)
    {
        (Domain, DnsHost, ReportUri) = (stack.Domain, stack.DnsHost, stack.ReportUri);
        (LogoUrl, MarkCertificateUrl) = (stack.LogoUrl, stack.MarkCertificateUrl);
        (BimiSubdomain, BimiSelector) = (stack.BimiSubdomain, stack.BimiSelector);
    }

    public string Domain { get; }

    public DnsHost DnsHost { get; init; }

    public IReadOnlyList<string> ReportUri { get; init; }

    public string LogoUrl { get; init; }

    public string MarkCertificateUrl { get; init; }

    public string BimiSubdomain { get; init; }

    public string BimiSelector { get; init; }
}
