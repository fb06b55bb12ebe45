namespace EmailSecurity.Ports;

/// <summary>The settings of a distribution that a stack decides; the rest of the configuration is left as it is (read-modify-write).</summary>
public sealed record DistributionSettings
{
    /// <summary>Alternate domain names, lower case, ordinal order.</summary>
    public required IReadOnlyList<string> Aliases { get; init; }
    /// <summary>Regional domain name of the asset bucket: <c>name.s3.eu-west-1.amazonaws.com</c>.</summary>
    public required string OriginDomainName { get; init; }
    /// <summary>Folder of the bucket that is served; empty for all of it.</summary>
    public string OriginPath { get; init; } = "";
    /// <summary>Id of the origin access control.</summary>
    public required string OriginAccessControlId { get; init; }
    /// <summary>ARN of the ACM certificate in us-east-1.</summary>
    public required string CertificateArn { get; init; }
    /// <summary>Domain name of the log bucket (<c>name.s3.amazonaws.com</c>); empty for no logging.</summary>
    public required string LogBucketDomainName { get; init; }
    /// <summary>Prefix of the standard logs.</summary>
    public required string LogPrefix { get; init; }
    /// <summary>Comment, at most 128 characters.</summary>
    public required string Comment { get; init; }
    /// <summary>Security policy: <c>TLSv1.2_2025</c>.</summary>
    public string MinimumProtocolVersion { get; init; } = "TLSv1.2_2025";
    /// <summary><c>http2and3</c>.</summary>
    public string HttpVersion { get; init; } = "http2and3";
    /// <summary>IPv6.</summary>
    public bool Ipv6 { get; init; } = true;
    /// <summary><c>https-only</c>: plain HTTP is refused, never redirected (RFC 8461 section 3.3 forbids following redirects).</summary>
    public string ViewerProtocolPolicy { get; init; } = "https-only";
    /// <summary>Managed cache policy CachingOptimized.</summary>
    public string CachePolicyId { get; init; } = "658327ea-f89d-4fab-a63d-7e88639e58f6";
    /// <summary>Whether it serves.</summary>
    public bool Enabled { get; init; } = true;
    /// <summary>Settings of others that stand between senders and the stack's files; none in a desired configuration.</summary>
    public IReadOnlyList<Hindrance> Hindrances { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(DistributionSettings? other) => other is not null
        && Aliases.SequenceEqual(other.Aliases, StringComparer.OrdinalIgnoreCase)
        && (OriginDomainName, OriginAccessControlId, CertificateArn, LogBucketDomainName, LogPrefix, Comment, MinimumProtocolVersion)
            == (other.OriginDomainName, other.OriginAccessControlId, other.CertificateArn,
                other.LogBucketDomainName, other.LogPrefix, other.Comment, other.MinimumProtocolVersion)
        && (HttpVersion, Ipv6, ViewerProtocolPolicy, CachePolicyId, Enabled, OriginPath)
            == (other.HttpVersion, other.Ipv6, other.ViewerProtocolPolicy, other.CachePolicyId, other.Enabled, other.OriginPath)
        && Hindrances.SequenceEqual(other.Hindrances);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Aliases.Count, OriginDomainName, CertificateArn, Enabled);
}

/// <summary>A distribution as CloudFront reports it.</summary>
public sealed record ObservedDistribution
{
    /// <summary>Distribution id.</summary>
    public required string Id { get; init; }
    /// <summary>ARN.</summary>
    public required string Arn { get; init; }
    /// <summary><c>d111111abcdef8.cloudfront.net</c>.</summary>
    public required string DomainName { get; init; }
    /// <summary>True for Deployed, false for InProgress.</summary>
    public required bool IsDeployed { get; init; }
    /// <summary>The settings that a stack decides, as they are.</summary>
    public required DistributionSettings Settings { get; init; }
    /// <summary>Tags.</summary>
    public required IReadOnlyDictionary<string, string> Tags { get; init; }
    /// <summary>When it was last changed.</summary>
    public DateTimeOffset LastModified { get; init; }
    /// <summary>True where the default behaviour's origin is read as an origin access identity, the predecessor of origin access controls.</summary>
    public bool HasOriginAccessIdentity { get; init; }
    /// <summary>Domain names of the origins in addition to the one that the default behaviour points to.</summary>
    public IReadOnlyList<string> OtherOrigins { get; init; } = [];
    /// <summary>Settings of others that do no harm and stay, in AWS's words: a web ACL, error pages, a price class.</summary>
    public IReadOnlyList<string> KeptSettings { get; init; } = [];
}

/// <summary>CloudFront, as far as a stack needs it.</summary>
public interface IDistributions
{
    /// <summary>
    /// The account's distributions that have one of the aliases, or read a bucket that is told by its domain name; those with most of the aliases first.
    /// With their tags.
    /// </summary>
    /// <param name="aliases">Alternate domain names, lower case.</param>
    /// <param name="isOrigin">True for the regional domain name of a bucket that only a distribution of the caller's reads.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<IReadOnlyList<ObservedDistribution>> FindAsync(
        IReadOnlyList<string> aliases, Func<string, bool> isOrigin, CancellationToken cancellationToken);

    /// <summary>
    /// Moves an alias from another distribution of the account to this one, which has a certificate for it: without a moment in which neither serves it
    /// (CloudFront Developer Guide, "Move an alternate domain name"). Nothing else of either changes. One that is there already is success; one that nobody
    /// has is added.
    /// </summary>
    /// <param name="id">The distribution that gets it.</param>
    /// <param name="alias">Alternate domain name, lower case.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="EmailSecurityException">AliasTaken: a distribution of another account has it; AliasNotMoved; DistributionNotFound.</exception>
    Task MoveAliasAsync(string id, string alias, CancellationToken cancellationToken);

    /// <summary>Domains named by the <c>EmailSecurity:Stack</c> tag of the account's distributions.</summary>
    IAsyncEnumerable<string> ListStackDomainsAsync(CancellationToken cancellationToken);

    /// <summary>Reads a distribution, tags left out (empty); null where it does not exist.</summary>
    Task<ObservedDistribution?> GetAsync(string id, CancellationToken cancellationToken);

    /// <summary>
    /// Id of an origin access control for one more distribution: of <c>name</c>, <c>name-2</c> ... the first that signs every read and is not known to be full;
    /// null for none.
    /// </summary>
    Task<string?> FindOriginAccessControlAsync(string name, CancellationToken cancellationToken);

    /// <summary>Creates the origin access control (S3, always sign, sigv4). One that exists by this name and signs every read is success.</summary>
    /// <exception cref="EmailSecurityException">OriginAccessControlUnsound: somebody changed the one of this name.</exception>
    Task<string> CreateOriginAccessControlAsync(string name, string description, CancellationToken cancellationToken);

    /// <summary>The settings of an origin access control; null where it does not exist.</summary>
    Task<OriginAccessControlSettings?> GetOriginAccessControlAsync(string id, CancellationToken cancellationToken);

    /// <summary>Deletes the origin access control. Already gone is success.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="isOwn">True for a name of the module's own: one that somebody else made is left.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False where it is still in use elsewhere, or somebody else's.</returns>
    Task<bool> DeleteOriginAccessControlAsync(string id, Func<string, bool> isOwn, CancellationToken cancellationToken);

    /// <summary>Creates the distribution with tags. Where a lost response had created it already, that one is found by alias and returned.</summary>
    /// <exception cref="EmailSecurityException">AliasTaken, CertificateNotUsable, RegionNotSupportedForLogging, OriginAccessControlFull,
    /// OriginAccessControlNotFound, LimitExceeded.</exception>
    Task<ObservedDistribution> CreateAsync(DistributionSettings settings, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken);

    /// <summary>Changes the settings a stack decides and sends everything else back as it was; retries once on a changed ETag.</summary>
    Task<ObservedDistribution> UpdateAsync(string id, DistributionSettings settings, CancellationToken cancellationToken);

    /// <summary>Disables the distribution. Already disabled is success.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="withoutAliases">
    /// True to take its alternate domain names and its certificate off as well: CloudFront changes no distribution whose certificate is not valid.
    /// False where nothing else is to change.
    /// </param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task DisableAsync(string id, bool withoutAliases, CancellationToken cancellationToken);

    /// <summary>Sets tags (others are left).</summary>
    Task TagAsync(string arn, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken);

    /// <summary>Deletes a disabled, deployed distribution. Already gone is success.</summary>
    Task DeleteAsync(string id, CancellationToken cancellationToken);

    /// <summary>Starts an invalidation and returns its id. The caller reference makes a repeat the same invalidation.</summary>
    Task<string> CreateInvalidationAsync(string id, IReadOnlyList<string> paths, string callerReference, CancellationToken cancellationToken);

    /// <summary>True where the invalidation is Completed.</summary>
    Task<bool> IsInvalidationCompletedAsync(string id, string invalidationId, CancellationToken cancellationToken);
}
