using EmailSecurity.Ports;

namespace EmailSecurity.Tests.Plans;

/// <summary>An account with nothing in it: what is asked for is not there, and writes other than record changes are refused.</summary>
internal sealed class StubServices(DnsAnswer answer) : IEmailSecurityServices, IAccount, IBuckets, IDistributions, ICertificates, IZones, IResolver
{
    public List<IReadOnlyList<RecordSetChange>> Batches { get; } = [];

    public string Region => "eu-central-1";

    public IAccount Account => this;

    public IBuckets Buckets => this;

    public IObjects Objects => null!;

    public IDistributions Distributions => this;

    public ICertificates Certificates => this;

    public IZones Zones => this;

    public IResolver Resolver => this;

    public IFetcher Fetcher => throw new NotSupportedException();

    public ISmtpProbe SmtpProbe => throw new NotSupportedException();

    public void Dispose()
    {
    }

    public Task<CallerIdentity> GetCallerIdentityAsync(CancellationToken cancellationToken) => Task.FromResult(PlanningWorld.Empty().Caller);

    public Task<DnsAnswer> QueryAsync(string name, DnsRecordType type, CancellationToken cancellationToken) => Task.FromResult(answer.Records.Any(r => r.Name == name && r.Type == type) ? answer : new DnsAnswer { Status = DnsStatus.NxDomain });

    public Task<string> ChangeAsync(string zoneId, IReadOnlyList<RecordSetChange> changes, CancellationToken cancellationToken)
    {
        Batches.Add(changes);
        return Task.FromResult("C1");
    }

    public Task<IReadOnlyList<HostedZoneInfo>> FindZonesAsync(string domain, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<HostedZoneInfo>>([]);

    public Task<IReadOnlyList<RecordSet>> GetRecordSetsAsync(HostedZoneInfo zone, string domain, IReadOnlyList<string> names, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<RecordSet>>([]);

    public Task<bool> IsInSyncAsync(string changeId, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<IReadOnlyList<string>?> FindAsync(string prefix, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>?>([]);

    Task<ObservedBucket?> IBuckets.GetAsync(string name, IReadOnlySet<BucketSetting> wanted, CancellationToken cancellationToken) => Task.FromResult<ObservedBucket?>(null);

    public Task<IReadOnlyList<ObjectVersion>> ListObjectVersionsAsync(string name, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ObjectVersion>>([]);

    public Task<ReadOnlyMemory<byte>?> GetObjectAsync(string name, string key, string? versionId, int maxBytes, CancellationToken cancellationToken) => Task.FromResult<ReadOnlyMemory<byte>?>(null);

    public Task<IReadOnlyList<ObservedDistribution>> FindAsync(IReadOnlyList<string> aliases, Func<string, bool> isOrigin, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ObservedDistribution>>([]);

    public Task MoveAliasAsync(string id, string alias, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<ObservedDistribution?> IDistributions.GetAsync(string id, CancellationToken cancellationToken) => Task.FromResult<ObservedDistribution?>(null);

    public Task<OriginAccessControlSettings?> GetOriginAccessControlAsync(string id, CancellationToken cancellationToken) => Task.FromResult<OriginAccessControlSettings?>(null);

    public Task<string?> FindOriginAccessControlAsync(string name, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public IAsyncEnumerable<string> ListStackDomainsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<ObservedCertificate>> FindAsync(string stackDomain, IReadOnlyList<string> names, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ObservedCertificate>>([]);

    public Task<bool> IsNameOnOtherCertificateAsync(string name, IReadOnlyCollection<string> exceptArns, CancellationToken cancellationToken) => Task.FromResult(false);

    Task<ObservedCertificate?> ICertificates.GetAsync(string arn, CancellationToken cancellationToken) => Task.FromResult<ObservedCertificate?>(null);

    Task IBuckets.CreateAsync(string name, BucketOwnership ownership, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task PutSettingAsync(string name, BucketSetting setting, BucketSettings desired, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ObjectMetadata?> GetMetadataAsync(string name, string key, string? versionId, CancellationToken cancellationToken) => Task.FromResult<ObjectMetadata?>(null);

    public Task<OtherObjects?> FindOthersAsync(string name, Func<string, bool> isOwn, CancellationToken cancellationToken) => Task.FromResult<OtherObjects?>(null);

    public Task<OtherObjects?> EmptyOwnAndDeleteAsync(string name, Func<string, bool> isOwn, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<string> PutObjectAsync(string name, BucketObject item, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task EmptyAndDeleteAsync(string name, IProgress<int>? deleted, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<string> CreateOriginAccessControlAsync(string name, string description, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> DeleteOriginAccessControlAsync(string id, Func<string, bool> isOwn, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<ObservedDistribution> IDistributions.CreateAsync(DistributionSettings settings, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ObservedDistribution> UpdateAsync(string id, DistributionSettings settings, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DisableAsync(string id, bool withoutAliases, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task TagAsync(string arn, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task IDistributions.DeleteAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<string> CreateInvalidationAsync(string id, IReadOnlyList<string> paths, string callerReference, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> IsInvalidationCompletedAsync(string id, string invalidationId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<string> RequestAsync(IReadOnlyList<string> names, string idempotencyToken, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<bool> ICertificates.DeleteAsync(string arn, CancellationToken cancellationToken) => throw new NotSupportedException();
}
