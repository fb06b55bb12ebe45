using EmailSecurity.Bimi;
using EmailSecurity.Findings;

namespace EmailSecurity.Marks;

/// <summary>
/// A mark certificate (VMC or CMC) as read from its PEM file: what it says about the mark, the domain and the logo.
/// Rules: draft-fetch-validation-vmc-wchuang, the AuthIndicators Working Group's MC Requirements 1.7, RFC 5280, RFC 9399, RFC 6962.
/// </summary>
public sealed record MarkCertificate
{
    /// <summary>Subject, most specific attribute first (RFC 4514).</summary>
    public required string Subject { get; init => field = VisibleText.Of(value); }

    /// <summary>Issuer, most specific attribute first.</summary>
    public required string Issuer { get; init => field = VisibleText.Of(value); }

    /// <summary>Serial number, upper-case hexadecimal.</summary>
    public required string SerialNumber { get; init => field = VisibleText.Of(value); }

    /// <summary>SHA-256 over the certificate, upper-case hexadecimal.</summary>
    public required string Thumbprint { get; init; }

    /// <summary>The organisation that asserts the mark; null where the subject names none.</summary>
    public string? Organization { get; init => field = value is null ? null : VisibleText.Of(value); }

    /// <summary>VMC or CMC.</summary>
    public MarkCertificateKind Kind { get; init; }

    /// <summary>The mark type of the subject: <c>Registered Mark</c>, <c>Government Mark</c>, <c>Prior Use Mark</c>, <c>Modified Registered Mark</c>; null
    /// where it has none.</summary>
    public string? MarkType { get; init => field = value is null ? null : VisibleText.Of(value); }

    /// <summary>The DNS names of the subject alternative name extension, as they stand.</summary>
    public IReadOnlyList<string> Names { get; init => field = Joined.List([.. value.Select(VisibleText.Of)]); } = Joined.List<string>([]);

    /// <summary>The selectors to which names restrict it (<c>selector._bimi.domain</c>); empty where no name does.</summary>
    public IReadOnlyList<string> Selectors { get; init => field = Joined.List([.. value.Select(VisibleText.Of)]); } = Joined.List<string>([]);

    /// <summary>Begin of validity.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>End of validity.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>Signed certificate timestamps in it. That they are there is checked; their signatures need the keys of the logs and are not.</summary>
    public int SctCount { get; init; }

    /// <summary>The first HTTP URL at which the authority publishes its revocation list; null where there is none. Nothing is fetched: whether it is revoked
    /// is not checked.</summary>
    public string? CrlUrl { get; init => field = value is null ? null : VisibleText.Of(value); }

    /// <summary>Certificate policies.</summary>
    public IReadOnlyList<string> PolicyOids { get; init => field = Joined.List(value); } = Joined.List<string>([]);

    /// <summary>The embedded logo, decompressed; empty where there is none to be had.</summary>
    internal ReadOnlyMemory<byte> LogoSvg { get; init; }

    /// <summary>Names of the certificates from the mark certificate to the root or the last issuer found.</summary>
    public IReadOnlyList<string> Chain { get; init => field = Joined.List([.. value.Select(VisibleText.Of)]); } = Joined.List<string>([]);

    /// <summary>True where the chain was verified to a trusted root.</summary>
    public bool IsTrusted { get; init; }

    /// <summary>True where a receiver that found the assertion record at this domain and selector takes the certificate for it.</summary>
    /// <param name="domain">The domain of the assertion record, without <c>selector._bimi</c>, in U-labels or A-labels.</param>
    /// <param name="selector">The selector of the assertion record.</param>
    public bool Covers(string domain, string selector = BimiSelector.Default)
        => MarkCertificateNames.Match(Names, domain, null, selector) == MarkCertificateNames.Verdict.Exact;

    /// <summary>In a word: what it is, whose, for which domains, and until when.</summary>
    public override string ToString() =>
        $"{(Kind == MarkCertificateKind.Unknown ? "Certificate" : Kind.ToString().ToUpperInvariant())} of " +
            $"{MarkChainName.Printable(Organization ?? "an unnamed organization")} for {string.Join(", ", Names.Take(4).Select(MarkChainName.Printable))} " +
            $"until {NotAfter.UtcDateTime:yyyy-MM-dd}";

    /// <summary>Checks a mark certificate file and says everything that it finds. No input makes it throw.</summary>
    /// <param name="pem">The PEM file: mark certificate, issuing CA, and if wanted the root.</param>
    /// <param name="options">What to check against.</param>
    /// <returns>Mechanism <c>MarkCertificate</c>; the value is a <see cref="MarkCertificate"/>, or null where no certificate could be read.</returns>
    public static TestResult Check(ReadOnlyMemory<byte> pem, MarkCertificateOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var findings = MarkCertificateReader.NewFindings();
        var value = new MarkCertificateReader(findings, options).Read(pem);
        return TestResult.From("MarkCertificate", findings.Items, value, options.Domain ?? "");
    }
}
