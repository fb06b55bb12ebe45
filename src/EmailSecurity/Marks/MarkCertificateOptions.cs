using EmailSecurity.Bimi;

namespace EmailSecurity.Marks;

/// <summary>What a mark certificate is checked against.</summary>
public sealed record MarkCertificateOptions
{
    /// <summary>The instant at which everything must be valid. The core has no clock: the caller says when.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The domain whose assertion record names the certificate, in U-labels or A-labels; null to leave the names unchecked.</summary>
    public string? Domain { get; init; }

    /// <summary>The organisational domain of <see cref="Domain"/>, where it is known: a certificate for it covers the domain too. Null where it is not
    /// known.</summary>
    public string? OrganizationalDomain { get; init; }

    /// <summary>The BIMI selector under which the record is published.</summary>
    public string Selector { get; init; } = BimiSelector.Default;

    /// <summary>The logo as hosted at <c>l=</c> (SVG or SVGZ), for the byte comparison; null to leave it out.</summary>
    public ReadOnlyMemory<byte>? Logo { get; init; }

    /// <summary>The roots a chain must end in; the public mark roots shipped with the module unless replaced. Share one instance between checks: it
    /// remembers what it has verified.</summary>
    public MarkCertificateRoots TrustedRoots { get; init; } = MarkCertificateRoots.Default;

    /// <summary>True where a chain to a trusted root is an error to be without; false where it is a warning (a private test authority).</summary>
    public bool RequireTrust { get; init; } = true;

    /// <summary>How long before its end a certificate draws a warning, at most: never earlier than in the last third of its life.</summary>
    public TimeSpan ExpiryWarning { get; init; } = TimeSpan.FromDays(30);
}
