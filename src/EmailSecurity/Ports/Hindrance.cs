namespace EmailSecurity.Ports;

/// <summary>What can stand between those who fetch a stack's files and the files, in a distribution's configuration.</summary>
public enum HindranceKind
{
    /// <summary>Viewers in some countries are refused.</summary>
    GeoRestriction,
    /// <summary>Viewers need a certificate of their own (mutual TLS), or a function decides about the connection.</summary>
    ClientCertificate,
    /// <summary>A cache behavior of others covers the files' paths, and serves them from elsewhere or otherwise.</summary>
    CacheBehavior,
    /// <summary>A CloudFront or Lambda@Edge function sees the requests.</summary>
    Function,
    /// <summary>Viewers need signed URLs or cookies.</summary>
    SignedRequests,
    /// <summary>A policy changes what the origin is asked, or the headers of what it answers.</summary>
    Policy,
}

/// <summary>One setting that others made and that stands between senders and the stack's files.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Setting">The setting and its value, in AWS's words.</param>
public sealed record Hindrance(HindranceKind Kind, string Setting);

/// <summary>The settings of an origin access control.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="OriginType"><c>s3</c>.</param>
/// <param name="SigningBehavior"><c>always</c>, <c>never</c> or <c>no-override</c>.</param>
/// <param name="SigningProtocol"><c>sigv4</c>.</param>
public sealed record OriginAccessControlSettings(string Id, string Name, string OriginType, string SigningBehavior, string SigningProtocol)
{
    /// <summary>True where CloudFront signs every read of a bucket, without which S3 refuses it.</summary>
    public bool SignsReads => this is { OriginType: "s3", SigningBehavior: "always", SigningProtocol: "sigv4" };

    /// <inheritdoc/>
    public override string ToString() => $"type {OriginType}, signing {SigningBehavior}, {SigningProtocol}";
}
