namespace EmailSecurity.Sandbox.Edge;

/// <summary>The certificate of a third-party site.</summary>
public sealed record SiteCertificate
{
    /// <summary>DNS names; none: the host's own.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Valid from; null: yesterday.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Valid to; null: in 90 days.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>False: from a CA that nobody trusts.</summary>
    public bool Trusted { get; init; } = true;

    /// <summary>True: no subject alternative name.</summary>
    public bool CommonNameOnly { get; init; }
}

/// <summary>What a site answers at a path.</summary>
public sealed record SiteResponse
{
    /// <summary>HTTP status.</summary>
    public int Status { get; init; } = 200;

    /// <summary>Headers.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Body as text, sent in UTF-8.</summary>
    public string? Body { get; init; }

    /// <summary>Body in base64, for bytes that are no text.</summary>
    public string? BodyBase64 { get; init; }

    /// <summary>Length in octets of a filler body sent after <see cref="Body"/>; without Content-Length.</summary>
    public long? Size { get; init; }

    /// <summary>Milliseconds before the head is sent.</summary>
    public int DelayMs { get; init; }

    /// <summary>Milliseconds of silence after the head and half of the body.</summary>
    public int StallMs { get; init; }

    /// <summary>True: the connection breaks after the head and half of the body.</summary>
    public bool Reset { get; init; }
}

/// <summary>An HTTPS site of somebody else on the edge's ports, with one thing wrong with it.</summary>
public sealed record SiteDefinition
{
    /// <summary>Its certificate.</summary>
    public SiteCertificate Certificate { get; init; } = new();

    /// <summary>
    /// <c>1.2+</c> (the default), <c>1.2</c> or <c>1.3</c>: that version only; <c>1.1</c>: a server that speaks TLS 1.1 at most; <c>none</c>: plain HTTP
    /// where TLS is expected; <c>alert</c>: a handshake_failure alert for every hello.
    /// </summary>
    public string Tls { get; init; } = "1.2+";

    /// <summary>Answers by path; a path that is not here is 404.</summary>
    public IReadOnlyDictionary<string, SiteResponse> Http { get; init; } = new Dictionary<string, SiteResponse>(StringComparer.Ordinal);

    /// <summary>True: every TCP connection is reset once the TLS hello has named this site.</summary>
    public bool Reset { get; init; }

    /// <summary>Versions of TLS that <see cref="Tls"/> may name.</summary>
    public static IReadOnlyList<string> TlsModes { get; } = ["1.2+", "1.2", "1.3", "1.1", "none", "alert"];
}
