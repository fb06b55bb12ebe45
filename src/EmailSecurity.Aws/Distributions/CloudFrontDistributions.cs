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
    private const int TagReaders = 8;

    private static readonly string[] NoDistribution = ["NoSuchDistribution"];
    private static readonly string[] NoResource = ["NoSuchResource", "NoSuchDistribution"];
    private static readonly IReadOnlyDictionary<string, string> NoTags = new Dictionary<string, string>(StringComparer.Ordinal);

    private readonly AwsSession session;
    private readonly OriginAccessControlUse use = new();
    private readonly Lazy<CloudFrontClient> client;
    private readonly OriginAccessControls controls;
    private readonly DistributionListing listing;

    /// <summary>Makes the adapter of a session.</summary>
    public CloudFrontDistributions(AwsSession session)
    {
        this.session = session;
        client = new Lazy<CloudFrontClient>(() => new CloudFrontClient(session));
        controls = new OriginAccessControls(session, client);
        listing = new DistributionListing(session, client, use);
    }

    private CloudFrontClient CloudFront => client.Value;

    /// <inheritdoc/>
    public async Task<ObservedDistribution?> FindByAliasAsync(IReadOnlyList<string> aliases, CancellationToken cancellationToken)
    {
        var best = await listing.SearchAsync(aliases.ToHashSet(StringComparer.OrdinalIgnoreCase), cancellationToken).ConfigureAwait(false);
        if (best is null)
        {
            return null;
        }

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
        await foreach (var summary in listing.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            // A stack's distribution has aliases from its first day.
            if (summary.Aliases?.Items is not { Count: > 0 })
            {
                continue;
            }

            reading.Enqueue(TagsAsync(summary.ARN, cancellationToken));
            if (reading.Count >= TagReaders && await NextAsync().ConfigureAwait(false) is { } domain)
            {
                yield return domain;
            }
        }

        while (reading.Count > 0)
        {
            if (await NextAsync().ConfigureAwait(false) is { } domain)
            {
                yield return domain;
            }
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
        use.FirstWithRoom(await controls.ListAsync(cancellationToken).ConfigureAwait(false), name);

    /// <inheritdoc/>
    public Task<string> CreateOriginAccessControlAsync(string name, string description, CancellationToken cancellationToken) =>
        controls.CreateAsync(name, description, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> DeleteOriginAccessControlAsync(string id, CancellationToken cancellationToken) => controls.DeleteAsync(id, cancellationToken);

    /// <inheritdoc/>
    public async Task<ObservedDistribution> CreateAsync(
        DistributionSettings settings, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken)
    {
        CheckLogging(settings);
        var name = settings.Aliases.Count > 0 ? settings.Aliases[0] : settings.OriginDomainName;
        // A reference used once is spent for ever, even after deletion; so it is new for each creation, and the same for its retries.
        var reference = $"{name}-{Guid.NewGuid():N}";
        var request = new CreateDistributionWithTagsRequest
        {
            DistributionConfigWithTags = new DistributionConfigWithTags
            {
                DistributionConfig = DistributionConfigs.Create(settings, reference),
                Tags = ToTags(tags),
            },
        };
        var what = Call("CreateDistributionWithTags", name);
        EmailSecurityException taken;
        try
        {
            var made = await session.CallAsync(what, token => CloudFront.CreateDistributionWithTagsAsync(request, token), cancellationToken)
                .ConfigureAwait(false);
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
        if (existing is not null
            && tags.TryGetValue(StackTag, out var stack)
            && existing.Tags.TryGetValue(StackTag, out var owner)
            && string.Equals(stack, owner, StringComparison.OrdinalIgnoreCase))
        {
            return existing;
        }

        throw new EmailSecurityException(
            "AliasTaken",
            ErrorKind.Exists,
            existing is null
                ? $"One of the names {string.Join(", ", settings.Aliases)} is an alternate domain name of a CloudFront distribution of another AWS account."
                : $"Distribution {existing.Id} in this account already serves {string.Join(", ", existing.Settings.Aliases)}, "
                    + "but it does not belong to this stack.",
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
                ?? throw AwsErrors.New("DistributionNotFound", ErrorKind.NotFound, Call("UpdateDistribution", id),
                    $"The distribution {id} does not exist.", "Run the same command again. It reads the existing resources again.");
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
        session.CallAsync(
            Call("TagResource", arn),
            token => CloudFront.TagResourceAsync(new TagResourceRequest { Resource = arn, Tags = ToTags(tags) }, token),
            cancellationToken);

    /// <inheritdoc/>
    public async Task DeleteAsync(string id, CancellationToken cancellationToken) => await Retry.WithFreshETagAsync(
        session,
        async () =>
        {
            if (await ReadAsync(id, cancellationToken).ConfigureAwait(false) is { } current)
            {
                try
                {
                    await session.CallOrDefaultAsync(
                        Call("DeleteDistribution", id),
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
        var made = await session.CallAsync(
            Call("CreateInvalidation", id), token => CloudFront.CreateInvalidationAsync(request, token), cancellationToken).ConfigureAwait(false);
        return made.Invalidation.Id;
    }

    /// <inheritdoc/>
    public async Task<bool> IsInvalidationCompletedAsync(string id, string invalidationId, CancellationToken cancellationToken)
    {
        var request = new GetInvalidationRequest { DistributionId = id, Id = invalidationId };
        var answer = await session.CallAsync(
            Call("GetInvalidation", $"{id}/{invalidationId}"), token => CloudFront.GetInvalidationAsync(request, token), cancellationToken)
            .ConfigureAwait(false);
        return string.Equals(answer.Invalidation.Status, "Completed", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Until it is disposed, one listing answers everybody.</summary>
    public IDisposable KeepListing() => listing.Keep();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (client.IsValueCreated)
        {
            client.Value.Dispose();
        }
    }

    // Read-modify-write with the ETag; null where the distribution does not exist. A lost answer shows as a changed ETag and, read
    // again, as a change already made.
    private Task<ObservedDistribution?> ChangeAsync(
        string id, Action<DistributionConfig> change, Func<DistributionSettings, bool> isDone, CancellationToken cancellationToken) => Retry.WithFreshETagAsync(
        session,
        async () =>
        {
            if (await ReadAsync(id, cancellationToken).ConfigureAwait(false) is not { } current)
            {
                return null;
            }

            var config = current.Distribution.DistributionConfig;
            if (isDone(DistributionConfigs.Read(config)))
            {
                return DistributionConfigs.ToObserved(current.Distribution, NoTags);
            }

            change(config);
            var request = new UpdateDistributionRequest { Id = id, IfMatch = current.ETag, DistributionConfig = config };
            var updated = await session.CallAsync(
                Call("UpdateDistribution", id), token => CloudFront.UpdateDistributionAsync(request, token), cancellationToken).ConfigureAwait(false);
            return DistributionConfigs.ToObserved(updated.Distribution, NoTags);
        },
        cancellationToken);

    private Task<GetDistributionResponse?> ReadAsync(string id, CancellationToken cancellationToken) =>
        session.CallOrDefaultAsync(
            Call("GetDistribution", id),
            token => CloudFront.GetDistributionAsync(new GetDistributionRequest { Id = id }, token),
            NoDistribution,
            cancellationToken);

    private async Task<IReadOnlyDictionary<string, string>> TagsAsync(string arn, CancellationToken cancellationToken)
    {
        var answer = await session.CallOrDefaultAsync(
            Call("ListTagsForResource", arn),
            token => CloudFront.ListTagsForResourceAsync(new ListTagsForResourceRequest { Resource = arn }, token),
            NoResource,
            cancellationToken).ConfigureAwait(false);
        return (answer?.Tags?.Items ?? [])
            .GroupBy(t => t.Key, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.First().Value ?? "", StringComparer.Ordinal);
    }

    // CloudFront refuses it only after the distribution was asked for: said before anything is made.
    private static void CheckLogging(DistributionSettings settings)
    {
        if (settings.LogBucketDomainName.Length > 0 && BucketRegion(settings) is { } region)
        {
            LoggingRegions.Check(region);
        }
    }

    // The region of a stack's buckets, as the origin names it (bucket.s3.region.amazonaws.com); null where it does not.
    private static string? BucketRegion(DistributionSettings settings)
        => settings.OriginDomainName.Split('.') is [_, "s3", var region, "amazonaws", ..] ? region : null;

    private EmailSecurityException ExplainLogging(EmailSecurityException e, DistributionSettings settings)
    {
        if (CodeOf(e) is null || e.InnerException is not AmazonServiceException s || !s.Message.Contains("log", StringComparison.OrdinalIgnoreCase))
        {
            return e;
        }

        if (s.Message.Contains("region", StringComparison.OrdinalIgnoreCase))
        {
            return LoggingRegions.Error(BucketRegion(settings) ?? session.Region, AwsErrors.Words(s), s);
        }

        return s.Message.Contains("ACL", StringComparison.Ordinal)
            ? new EmailSecurityException("LogBucketNeedsAcls", ErrorKind.InvalidOperation,
                $"CloudFront cannot log to the bucket: {AwsErrors.Words(s)}.",
                "Set the log bucket's Object Ownership to BucketOwnerPreferred (run the same command again to have it done).", s)
            { Target = e.Target }
            : e;
    }

    private static AwsCallName Call(string operation, string target) => new("cloudfront", operation, target);

    private static string? CodeOf(EmailSecurityException e) => (e.InnerException as AmazonServiceException)?.ErrorCode;

    private static Tags ToTags(IReadOnlyDictionary<string, string> tags) =>
        new() { Items = [.. tags.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => new Tag { Key = t.Key, Value = t.Value })] };
}
