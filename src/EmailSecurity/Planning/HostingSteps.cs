namespace EmailSecurity.Planning;

/// <summary>The steps about certificate and distribution; null where none is needed.</summary>
/// <param name="Validation">Publishes the validation records, or waits for them.</param>
/// <param name="Issued">Waits until the certificate is issued.</param>
/// <param name="Distribution">Makes or changes the distribution.</param>
/// <param name="Deployed">Waits until the change is at every edge location.</param>
internal sealed record HostingSteps(Step? Validation, Step? Issued, Step? Distribution, Step? Deployed);

/// <summary>The steps about what points to the distribution under one name; null where none is needed.</summary>
/// <param name="A">The IPv4 alias; at an external DNS host the CNAME.</param>
/// <param name="Aaaa">The IPv6 alias.</param>
/// <param name="Visible">Waits until the name resolves.</param>
internal sealed record AliasSteps(Step? A, Step? Aaaa, Step? Visible)
{
    /// <summary>A name that needs no step.</summary>
    public static AliasSteps None { get; } = new(null, null, null);
}

/// <summary>The steps after which the edge serves what is in the asset bucket now; null where none is needed.</summary>
/// <param name="AssetPolicy">Lets the distribution read the bucket.</param>
/// <param name="Hosting">Certificate and distribution.</param>
/// <param name="Invalidation">Makes edge locations drop what was replaced.</param>
/// <param name="Invalidated">Waits until they have.</param>
internal sealed record ServingSteps(Step? AssetPolicy, HostingSteps Hosting, Step? Invalidation, Step? Invalidated);
