using System.Runtime.CompilerServices;
using Amazon.CloudFront.Model;
using Amazon.Runtime;
using EmailSecurity.Aws.Session;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws.Distributions;

/// <summary><see cref="IDistributions"/> on CloudFront.</summary>
internal sealed class CloudFrontDistributions : IDistributions, IDisposable
{
    private const string StackTag = "EmailSecurity:Stack";
    private const int ETagAttempts = 4;
    private const int TagReaders = 8;

    private static readonly string[] NoDistribution = ["NoSuchDistribution"];
    private static readonly string[] NoResource = ["NoSuchResource", "NoSuchDistribution"];
    private static readonly IReadOnlyDictionary<string, string> NoTags = new Dictionary<string, string>(StringComparer.Ordinal);

    private readonly AwsSession session;
    private readonly OriginAccessControlUse use = new();
    private readonly Lazy<CloudFrontClient> client;
    private readonly SharedListing<IReadOnlyList<DistributionSummary>> listing;
    private int searching;

    /// <summary>Makes the adapter of a session.</summary>
    public CloudFrontDistributions(AwsSession session)
    {
        this.session = session;
        client = new Lazy<CloudFrontClient>(() => new CloudFrontClient(session));
        listing = new SharedListing<IReadOnlyList<DistributionSummary>>(ListAllAsync);
    }

    private CloudFrontClient CloudFront => client.Value;

    /// <inheritdoc/>
    public async Task<ObservedDistribution?> FindByAliasAsync(IReadOnlyList<string> aliases, CancellationToken cancellationToken)
    {
        var best = await SearchAsync(aliases.ToHashSet(StringComparer.OrdinalIgnoreCase), cancellationToken).ConfigureAwait(false);
        if (best is null)
            return null;
        var tags = TagsAsync(best.ARN, cancellationToken);
        var read = ReadAsync(best.Id, cancellationToken);
        await Task.WhenAll(tags, read).ConfigureAwait(false);
        return await read.ConfigureAwait(false) is { } found ? DistributionConfigs.ToObserved(found.Distribution, await tags.ConfigureAwait(false)) : null;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListStackDomainsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var reading = new Queue<Task<IReadOnlyDictionary<string, string>>>();
        await foreach (var summary in ListAsync(cancellationToken).ConfigureAwait(false))
        {
            // A stack's distribution has aliases from its first day.
            if (summary.Aliases?.Items is not { Count: > 0 })
                continue;
            reading.Enqueue(TagsAsync(summary.ARN, cancellationToken));
            if (reading.Count >= TagReaders && await NextAsync().ConfigureAwait(false) is { } domain)
                yield return domain;
        }

        while (reading.Count > 0)
        {
            if (await NextAsync().ConfigureAwait(false) is { } domain)
                yield return domain;
        }

        async Task<string?> NextAsync()
        {
            var tags = await reading.Dequeue().ConfigureAwait(false);
            return tags.TryGetValue(StackTag, out var domain) && seen.Add(domain) ? domain : null;
        }
    }

    /// <inheritdoc/>
    public async Task<ObservedDistribution?> GetAsync(string id, CancellationToken cancellationToken) =>
        await ReadAsync(id, cancellationToken).ConfigureAwait(false) is { } found ? DistributionConfigs.ToObserved(found.Distribution, NoTags) : null;

    /// <inheritdoc/>
    public async Task<string?> FindOriginAccessControlAsync(string name, CancellationToken cancellationToken) =>
        use.FirstWithRoom(await ListOriginAccessControlsAsync(cancellationToken).ConfigureAwait(false), name);

    /// <inheritdoc/>
    public async Task<string> CreateOriginAccessControlAsync(string name, string description, CancellationToken cancellationToken)
    {
        var what = new AwsCallName("cloudfront", "CreateOriginAccessControl", name);
        var request = new CreateOriginAccessControlRequest
        {
            OriginAccessControlConfig = new OriginAccessControlConfig
            {
                Name = name,
                Description = description,
                OriginAccessControlOriginType = Amazon.CloudFront.OriginAccessControlOriginTypes.S3,
                SigningBehavior = Amazon.CloudFront.OriginAccessControlSigningBehaviors.Always,
                SigningProtocol = Amazon.CloudFront.OriginAccessControlSigningProtocols.Sigv4,
            },
        };
        var made = await session.CallOrDefaultAsync(what, token => CloudFront.CreateOriginAccessControlAsync(request, token), ["OriginAccessControlAlreadyExists"], cancellationToken).ConfigureAwait(false);
        if (made is not null)
            return made.OriginAccessControl.Id;
        return (await ListOriginAccessControlsAsync(cancellationToken).ConfigureAwait(false)).Find(o => o.Name == name)?.Id
            ?? throw AwsErrors.New("OriginAccessControlMissing", ErrorKind.InvalidOperation, what, $"CloudFront says that the origin access control '{name}' exists, but does not list it.", "Run the same command again in a minute.");
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteOriginAccessControlAsync(string id, CancellationToken cancellationToken)
    {
        string[] gone = ["NoSuchOriginAccessControl"];
        return await WithFreshETagAsync(
            async () =>
            {
                var current = await session.CallOrDefaultAsync(new AwsCallName("cloudfront", "GetOriginAccessControl", id), token => CloudFront.GetOriginAccessControlAsync(new GetOriginAccessControlRequest { Id = id }, token), gone, cancellationToken).ConfigureAwait(false);
                if (current is null)
                    return true;
                return await session.CallAsync(
                    new AwsCallName("cloudfront", "DeleteOriginAccessControl", id),
                    async token =>
                    {
                        try
                        {
                            await CloudFront.DeleteOriginAccessControlAsync(new DeleteOriginAccessControlRequest { Id = id, IfMatch = current.ETag }, token).ConfigureAwait(false);
                            return true;
                        }
                        catch (AmazonServiceException e) when (e.ErrorCode == "NoSuchOriginAccessControl")
                        {
                            return true;
                        }
                        catch (AmazonServiceException e) when (e.ErrorCode == "OriginAccessControlInUse")
                        {
                            return false;
                        }
                    },
                    cancellationToken).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<ObservedDistribution> CreateAsync(DistributionSettings settings, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken)
    {
        CheckLogging(settings);
        var name = settings.Aliases.Count > 0 ? settings.Aliases[0] : settings.OriginDomainName;
        // A reference used once is spent for ever, even after deletion; so it is new for each creation, and the same for its retries.
        var reference = $"{name}-{Guid.NewGuid():N}";
        var request = new CreateDistributionWithTagsRequest
        {
            DistributionConfigWithTags = new DistributionConfigWithTags { DistributionConfig = DistributionConfigs.Create(settings, reference), Tags = ToTags(tags) },
        };
        var what = new AwsCallName("cloudfront", "CreateDistributionWithTags", name);
        EmailSecurityException taken;
        try
        {
            var made = await session.CallAsync(what, token => CloudFront.CreateDistributionWithTagsAsync(request, token), cancellationToken).ConfigureAwait(false);
            use.Add(settings.OriginAccessControlId);
            return DistributionConfigs.ToObserved(made.Distribution, tags);
        }
        catch (EmailSecurityException e) when (CodeOf(e) is "TooManyDistributionsAssociatedToOriginAccessControl")
        {
            use.Fill(settings.OriginAccessControlId);
            throw;
        }
        catch (EmailSecurityException e) when (CodeOf(e) is "CNAMEAlreadyExists" or "DistributionAlreadyExists")
        {
            taken = e;
        }
        catch (EmailSecurityException e)
        {
            throw ExplainLogging(e, settings);
        }

        // Either an earlier attempt, whose answer was lost, made it, or somebody else has the name.
        var existing = await FindByAliasAsync(settings.Aliases, cancellationToken).ConfigureAwait(false);
        if (existing is not null && tags.TryGetValue(StackTag, out var stack) && existing.Tags.TryGetValue(StackTag, out var owner) && string.Equals(stack, owner, StringComparison.OrdinalIgnoreCase))
            return existing;
        throw new EmailSecurityException(
            "AliasTaken",
            ErrorKind.Exists,
            existing is null
                ? $"One of the names {string.Join(", ", settings.Aliases)} is an alternate domain name of a CloudFront distribution of another AWS account."
                : $"The distribution {existing.Id} of this account, which does not belong to this stack, already serves {string.Join(", ", existing.Settings.Aliases)}.",
            "Remove the alternate domain name there first, then run the same command again.",
            taken.InnerException)
        { Target = name };
    }

    /// <inheritdoc/>
    public async Task<ObservedDistribution> UpdateAsync(string id, DistributionSettings settings, CancellationToken cancellationToken)
    {
        CheckLogging(settings);
        try
        {
            return await ChangeAsync(id, config => DistributionConfigs.Apply(config, settings), settings.Equals, cancellationToken).ConfigureAwait(false)
                ?? throw AwsErrors.New("DistributionNotFound", ErrorKind.NotFound, new AwsCallName("cloudfront", "UpdateDistribution", id), $"The distribution {id} does not exist.", "Run the same command again: what exists is read anew.");
        }
        catch (EmailSecurityException e)
        {
            throw ExplainLogging(e, settings);
        }
    }

    /// <inheritdoc/>
    public Task DisableAsync(string id, CancellationToken cancellationToken) =>
        ChangeAsync(id, config => config.Enabled = false, observed => !observed.Enabled, cancellationToken);

    /// <inheritdoc/>
    public Task TagAsync(string arn, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken) =>
        session.CallAsync(new AwsCallName("cloudfront", "TagResource", arn), token => CloudFront.TagResourceAsync(new TagResourceRequest { Resource = arn, Tags = ToTags(tags) }, token), cancellationToken);

    /// <inheritdoc/>
    public async Task DeleteAsync(string id, CancellationToken cancellationToken) => await WithFreshETagAsync(
        async () =>
        {
            if (await ReadAsync(id, cancellationToken).ConfigureAwait(false) is { } current)
            {
                try
                {
                    await session.CallOrDefaultAsync(
                        new AwsCallName("cloudfront", "DeleteDistribution", id),
                        token => CloudFront.DeleteDistributionAsync(new DeleteDistributionRequest { Id = id, IfMatch = current.ETag }, token),
                        NoDistribution,
                        cancellationToken).ConfigureAwait(false);
                }
                catch (EmailSecurityException e) when (e.ErrorId == "AccessDenied")
                {
                    // A permission that goes by tags ends with the distribution: after an attempt whose answer was lost, the next one is denied.
                    if (await ReadAsync(id, cancellationToken).ConfigureAwait(false) is not null)
                    {
                        throw;
                    }
                }
            }

            return true;
        },
        cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<string> CreateInvalidationAsync(string id, IReadOnlyList<string> paths, string callerReference, CancellationToken cancellationToken)
    {
        var request = new CreateInvalidationRequest
        {
            DistributionId = id,
            InvalidationBatch = new InvalidationBatch { CallerReference = callerReference, Paths = new Paths { Quantity = paths.Count, Items = [.. paths] } },
        };
        var made = await session.CallAsync(new AwsCallName("cloudfront", "CreateInvalidation", id), token => CloudFront.CreateInvalidationAsync(request, token), cancellationToken).ConfigureAwait(false);
        return made.Invalidation.Id;
    }

    /// <inheritdoc/>
    public async Task<bool> IsInvalidationCompletedAsync(string id, string invalidationId, CancellationToken cancellationToken)
    {
        var request = new GetInvalidationRequest { DistributionId = id, Id = invalidationId };
        var answer = await session.CallAsync(new AwsCallName("cloudfront", "GetInvalidation", $"{id}/{invalidationId}"), token => CloudFront.GetInvalidationAsync(request, token), cancellationToken).ConfigureAwait(false);
        return string.Equals(answer.Invalidation.Status, "Completed", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Until it is disposed, one listing answers everybody.</summary>
    public IDisposable KeepListing() => listing.Keep();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (client.IsValueCreated)
            client.Value.Dispose();
    }

    // Read-modify-write with the ETag; null where the distribution does not exist. A lost answer shows as a changed ETag and, read
    // again, as a change already made.
    private Task<ObservedDistribution?> ChangeAsync(string id, Action<DistributionConfig> change, Func<DistributionSettings, bool> isDone, CancellationToken cancellationToken) => WithFreshETagAsync(
        async () =>
        {
            if (await ReadAsync(id, cancellationToken).ConfigureAwait(false) is not { } current)
                return null;
            var config = current.Distribution.DistributionConfig;
            if (isDone(DistributionConfigs.Read(config)))
                return DistributionConfigs.ToObserved(current.Distribution, NoTags);
            change(config);
            var request = new UpdateDistributionRequest { Id = id, IfMatch = current.ETag, DistributionConfig = config };
            var updated = await session.CallAsync(new AwsCallName("cloudfront", "UpdateDistribution", id), token => CloudFront.UpdateDistributionAsync(request, token), cancellationToken).ConfigureAwait(false);
            return DistributionConfigs.ToObserved(updated.Distribution, NoTags);
        },
        cancellationToken);

    private Task<T> WithFreshETagAsync<T>(Func<Task<T>> readAndWrite, CancellationToken cancellationToken) =>
        Retry.WhileAsync(session, readAndWrite, ["PreconditionFailed", "InvalidIfMatchVersion"], ETagAttempts, cancellationToken);

    private Task<GetDistributionResponse?> ReadAsync(string id, CancellationToken cancellationToken) =>
        session.CallOrDefaultAsync(new AwsCallName("cloudfront", "GetDistribution", id), token => CloudFront.GetDistributionAsync(new GetDistributionRequest { Id = id }, token), NoDistribution, cancellationToken);

    private async Task<IReadOnlyDictionary<string, string>> TagsAsync(string arn, CancellationToken cancellationToken)
    {
        var answer = await session.CallOrDefaultAsync(new AwsCallName("cloudfront", "ListTagsForResource", arn), token => CloudFront.ListTagsForResourceAsync(new ListTagsForResourceRequest { Resource = arn }, token), NoResource, cancellationToken).ConfigureAwait(false);
        return (answer?.Tags?.Items ?? []).GroupBy(t => t.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First().Value ?? "", StringComparer.Ordinal);
    }

    // Stacks that are looked at side by side share a listing; one alone stops at the page that has it.
    private async Task<DistributionSummary?> SearchAsync(HashSet<string> aliases, CancellationToken cancellationToken)
    {
        var alone = Interlocked.Increment(ref searching) == 1;
        try
        {
            if (!alone || listing.IsKept)
                return (await listing.GetAsync(cancellationToken).ConfigureAwait(false)).Where(s => Count(s) > 0).MaxBy(Count);
            DistributionSummary? best = null;
            await foreach (var summary in ListAsync(cancellationToken).ConfigureAwait(false))
            {
                if (Count(summary) > (best is null ? 0 : Count(best)))
                    best = summary;
                // An alias is unique in all of CloudFront: whoever has them all is the only one.
                if (best is not null && Count(best) == aliases.Count)
                    break;
            }

            return best;
        }
        finally
        {
            Interlocked.Decrement(ref searching);
        }

        int Count(DistributionSummary summary) => (summary.Aliases?.Items ?? []).Count(aliases.Contains);
    }

    private async Task<IReadOnlyList<DistributionSummary>> ListAllAsync()
    {
        var all = new List<DistributionSummary>();
        await foreach (var summary in ListAsync(CancellationToken.None).ConfigureAwait(false))
            all.Add(summary);
        return all;
    }

    private async IAsyncEnumerable<DistributionSummary> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var all = new List<DistributionSummary>();
        string? marker = null;
        do
        {
            var request = new ListDistributionsRequest { Marker = marker };
            var page = (await session.CallAsync(new AwsCallName("cloudfront", "ListDistributions"), token => CloudFront.ListDistributionsAsync(request, token), cancellationToken).ConfigureAwait(false)).DistributionList;
            foreach (var summary in page?.Items ?? [])
            {
                all.Add(summary);
                yield return summary;
            }

            marker = page?.IsTruncated == true && page.NextMarker != marker ? page.NextMarker : null;
        }
        while (!string.IsNullOrEmpty(marker));
        use.Replace(all);
    }

    private async Task<List<OriginAccessControlSummary>> ListOriginAccessControlsAsync(CancellationToken cancellationToken)
    {
        var all = new List<OriginAccessControlSummary>();
        var what = new AwsCallName("cloudfront", "ListOriginAccessControls");
        string? marker = null;
        do
        {
            var request = new ListOriginAccessControlsRequest { Marker = marker };
            var page = (await session.CallAsync(what, token => CloudFront.ListOriginAccessControlsAsync(request, token), cancellationToken).ConfigureAwait(false)).OriginAccessControlList;
            all.AddRange(page?.Items ?? []);
            marker = page?.IsTruncated == true && page.NextMarker != marker ? page.NextMarker : null;
        }
        while (!string.IsNullOrEmpty(marker));
        return all;
    }

    // CloudFront refuses it only after the distribution was asked for: said before anything is made.
    private static void CheckLogging(DistributionSettings settings)
    {
        if (settings.LogBucketDomainName.Length > 0 && BucketRegion(settings) is { } region)
            LoggingRegions.Check(region);
    }

    // The region of a stack's buckets, as the origin names it (bucket.s3.region.amazonaws.com); null where it does not.
    private static string? BucketRegion(DistributionSettings settings)
        => settings.OriginDomainName.Split('.') is [_, "s3", var region, "amazonaws", ..] ? region : null;

    private EmailSecurityException ExplainLogging(EmailSecurityException e, DistributionSettings settings)
    {
        if (CodeOf(e) is null || e.InnerException is not AmazonServiceException s || !s.Message.Contains("log", StringComparison.OrdinalIgnoreCase))
            return e;
        if (s.Message.Contains("region", StringComparison.OrdinalIgnoreCase))
            return LoggingRegions.Error(BucketRegion(settings) ?? session.Region, AwsErrors.Words(s), s);
        return s.Message.Contains("ACL", StringComparison.Ordinal)
            ? new EmailSecurityException("LogBucketNeedsAcls", ErrorKind.InvalidOperation, $"CloudFront cannot log to the bucket: {AwsErrors.Words(s)}.", "Set the log bucket's Object Ownership to BucketOwnerPreferred (run the same command again to have it done).", s) { Target = e.Target }
            : e;
    }

    private static string? CodeOf(EmailSecurityException e) => (e.InnerException as AmazonServiceException)?.ErrorCode;

    private static Tags ToTags(IReadOnlyDictionary<string, string> tags) =>
        new() { Items = [.. tags.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => new Tag { Key = t.Key, Value = t.Value })] };
}
