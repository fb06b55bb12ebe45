using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.SmallScope;

/// <summary>CloudFront, ACM and Route 53 over the facts.</summary>
internal sealed partial class AbstractAccount : IDistributions, ICertificates, IZones
{
    private static readonly IReadOnlyDictionary<string, string> NoTags = new Dictionary<string, string>(StringComparer.Ordinal);

    public Task<IReadOnlyList<ObservedDistribution>> FindAsync(IReadOnlyList<string> aliases, Func<string, bool> isOrigin, CancellationToken cancellationToken)
    {
        int Count(ObservedDistribution d) => d.Settings.Aliases.Intersect(aliases, StringComparer.Ordinal).Count();
        return Task.FromResult<IReadOnlyList<ObservedDistribution>>([.. new[] { Facts.Distribution, Facts.Foreign }.OfType<ObservedDistribution>()
            .Where(d => Count(d) > 0 || isOrigin(d.Settings.OriginDomainName)).OrderByDescending(Count)]);
    }

    public Task MoveAliasAsync(string id, string alias, CancellationToken cancellationToken)
    {
        ObservedDistribution? Moved(ObservedDistribution? d) => d is null ? null : d with
        {
            Settings = d.Settings with
            {
                Aliases = [.. d.Settings.Aliases.Where(a => a != alias).Concat(d.Id == id ? [alias] : Array.Empty<string>()).Order(StringComparer.Ordinal)],
            },
        };
        Facts = Facts with { Distribution = Moved(Facts.Distribution), Foreign = Moved(Facts.Foreign) };
        return Task.CompletedTask;
    }

    public IAsyncEnumerable<string> ListStackDomainsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<ObservedDistribution?> IDistributions.GetAsync(string id, CancellationToken cancellationToken)
        => Task.FromResult(new[] { Facts.Distribution, Facts.Foreign }.FirstOrDefault(d => d?.Id == id) is { } found ? found with { Tags = NoTags } : null);

    public Task<string?> FindOriginAccessControlAsync(string name, CancellationToken cancellationToken) => Task.FromResult(Facts.AccessControl);

    public Task<string> CreateOriginAccessControlAsync(string name, string description, CancellationToken cancellationToken)
    {
        Facts = Facts with { AccessControl = "O1" };
        return Task.FromResult("O1");
    }

    public Task<OriginAccessControlSettings?> GetOriginAccessControlAsync(string id, CancellationToken cancellationToken)
        => Task.FromResult(id == "O1" ? new OriginAccessControlSettings(id, StackNames.OriginAccessControl, "s3", "always", "sigv4") : null);

    public Task<bool> DeleteOriginAccessControlAsync(string id, Func<string, bool> isOwn, CancellationToken cancellationToken)
    {
        var isUsed = Facts.Distribution is not null;
        Facts = isUsed ? Facts : Facts with { AccessControl = null };
        return Task.FromResult(!isUsed);
    }

    Task<ObservedDistribution> IDistributions.CreateAsync(DistributionSettings settings, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken)
    {
        Check(settings);
        Facts = Facts with { Made = Facts.Made + 1 };
        var id = Invariant($"E{Facts.Made}");
        var made = new ObservedDistribution
        {
            Id = id,
            Arn = $"arn:aws:cloudfront::{AccountFacts.Account}:distribution/{id}",
            DomainName = Invariant($"d{Facts.Made}.cloudfront.net"),
            IsDeployed = false,
            Settings = settings,
            Tags = tags,
        };
        Facts = Facts with { Distribution = made, Stale = Facts.Stale.Clear() };
        return Task.FromResult(made);
    }

    public Task<ObservedDistribution> UpdateAsync(string id, DistributionSettings settings, CancellationToken cancellationToken)
    {
        Check(settings);
        Facts = Facts with { Distribution = RequireDistribution() with { Settings = settings, IsDeployed = false } };
        return Task.FromResult(Facts.Distribution);
    }

    public Task DisableAsync(string id, bool withoutAliases, CancellationToken cancellationToken)
    {
        var disabled = RequireDistribution().Settings with { Enabled = false };
        return UpdateAsync(id, withoutAliases ? disabled with { Aliases = [], CertificateArn = "" } : disabled, cancellationToken);
    }

    public Task TagAsync(string arn, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken)
    {
        var dist = RequireDistribution();
        var merged = new Dictionary<string, string>(dist.Tags, StringComparer.Ordinal);
        foreach (var (key, value) in tags)
        {
            merged[key] = value;
        }

        Facts = Facts with { Distribution = dist with { Tags = merged } };
        return Task.CompletedTask;
    }

    Task IDistributions.DeleteAsync(string id, CancellationToken cancellationToken)
    {
        if (Facts.Distribution is { } dist && (dist.Settings.Enabled || !dist.IsDeployed))
        {
            throw Refused("DistributionNotDisabled", $"Distribution {id} is not disabled.");
        }

        Facts = Facts with { Distribution = null, Stale = Facts.Stale.Clear() };
        return Task.CompletedTask;
    }

    public Task<string> CreateInvalidationAsync(string id, IReadOnlyList<string> paths, string callerReference, CancellationToken cancellationToken)
        => Task.FromResult(RequireDistribution().Id + "/I1");

    public Task<bool> IsInvalidationCompletedAsync(string id, string invalidationId, CancellationToken cancellationToken) => Task.FromResult(true);

    Task<IReadOnlyList<ObservedCertificate>> ICertificates.FindAsync(string stackDomain, IReadOnlyList<string> names, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<ObservedCertificate>>(
            [.. Facts.Certificates.Where(c => StackNames.IsOwner(stackDomain, c.Tags) && names.All(n => c.Names.Contains(n))).Select(Observed)]);

    public Task<bool> IsNameOnOtherCertificateAsync(string name, IReadOnlyCollection<string> exceptArns, CancellationToken cancellationToken)
        => Task.FromResult(Facts.Certificates.Exists(c => !exceptArns.Contains(c.Arn) && c.Names.Contains(name)));

    Task<ObservedCertificate?> ICertificates.GetAsync(string arn, CancellationToken cancellationToken)
        => Task.FromResult(Facts.Certificates.Find(c => c.Arn == arn) is { } found ? Observed(found) with { Tags = NoTags } : null);

    public Task<string> RequestAsync(IReadOnlyList<string> names, string idempotencyToken, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken)
    {
        if (Facts.Certificates.Find(c => c.Token == idempotencyToken) is { } before)
        {
            return Task.FromResult(before.Arn);
        }

        Facts = Facts with { Made = Facts.Made + 1 };
        var arn = Invariant($"arn:aws:acm:us-east-1:{AccountFacts.Account}:certificate/{Facts.Made}");
        Facts = Facts with { Certificates = Facts.Certificates.Add(new CertificateFacts(arn, idempotencyToken, names, CertificateStatus.PendingValidation, tags) { RequestedAt = Facts.Now }) };
        return Task.FromResult(arn);
    }

    Task<bool> ICertificates.DeleteAsync(string arn, CancellationToken cancellationToken)
    {
        var found = Facts.Certificates.Find(c => c.Arn == arn);
        var isFree = found is null || !IsUsed(Facts, found);
        Facts = isFree ? Facts with { Certificates = Facts.Certificates.RemoveAll(c => c.Arn == arn) } : Facts;
        return Task.FromResult(isFree);
    }

    public Task<IReadOnlyList<HostedZoneInfo>> FindZonesAsync(string domain, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<HostedZoneInfo>>([new HostedZoneInfo(AccountFacts.ZoneId, AccountFacts.Domain, 10)]);

    public Task<IReadOnlyList<RecordSet>> GetRecordSetsAsync(HostedZoneInfo zone, string domain, IReadOnlyList<string> names, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<RecordSet>>([.. Facts.Records.Values]);

    public Task<string> ChangeAsync(string zoneId, IReadOnlyList<RecordSetChange> changes, CancellationToken cancellationToken)
    {
        var facts = Facts;
        foreach (var (isDelete, set) in changes)
        {
            if (isDelete && facts.Record(set.Name, set.Type) != set)
            {
                throw Refused("RecordChangeRefused", $"Tried to delete {set}, but it was not found.");
            }

            facts = isDelete ? facts.Without(set.Name, set.Type) : facts.With(set);
        }

        Facts = facts;
        return Task.FromResult("C1");
    }

    public Task<bool> IsInSyncAsync(string changeId, CancellationToken cancellationToken) => Task.FromResult(true);

    private ObservedCertificate Observed(CertificateFacts c) => new()
    {
        Arn = c.Arn,
        Names = c.Names,
        Status = c.Status,
        Tags = c.Tags,
        NotAfter = c.NotAfter,
        ValidationRecords = [.. c.Validation],
        InUseBy = [.. new[] { Facts.Distribution, Facts.Foreign }.OfType<ObservedDistribution>().Where(d => d.Settings.CertificateArn == c.Arn).Select(d => d.Arn)],
    };

    // What CloudFront checks at each change of a distribution.
    private void Check(DistributionSettings settings)
    {
        if (Facts.Assets is null)
        {
            throw Refused("InvalidArgument", "The parameter Origin DomainName does not refer to a valid S3 bucket.");
        }

        if (settings.LogBucketDomainName.Length > 0 && Facts.Logs is not { Settings.Ownership: not BucketOwnership.BucketOwnerEnforced })
        {
            throw Refused("InvalidArgument", "The S3 bucket that you specified for CloudFront logs doesn't exist, or does not enable ACL access.");
        }

        if (settings.Enabled && Facts.Certificates.Find(c => c.Arn == settings.CertificateArn) is not { Status: CertificateStatus.Issued })
        {
            throw Refused("CertificateNotUsable", "The certificate is not there, or not issued.");
        }

        if (Facts.Foreign is { } other && other.Settings.Aliases.Intersect(settings.Aliases, StringComparer.Ordinal).Any())
        {
            throw Refused("AliasTaken", "One or more of the CNAMEs you provided are already associated with a different resource.");
        }
    }

    private ObservedDistribution RequireDistribution() => Facts.Distribution ?? throw Refused("DistributionNotFound", "The distribution does not exist.");

    private static EmailSecurityException Refused(string id, string what) => new(id, ErrorKind.InvalidOperation, what, "Run the same command again.");
}
