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
    private readonly AwsSession session;
    private readonly OriginAccessControlUse use = new();
    private readonly Lazy<CloudFrontClient> client;
    private readonly OriginAccessControls controls;
    private readonly DistributionTags tags;
    private readonly DistributionChanges changes;
    private readonly Invalidations invalidations;
    private readonly AliasMoves moves;
    private readonly DistributionListing listing;

    /// <summary>Makes the adapter of a session.</summary>
    public CloudFrontDistributions(AwsSession session)
    {
        this.session = session;
        client = new Lazy<CloudFrontClient>(() => new CloudFrontClient(session));
        controls = new OriginAccessControls(session, client);
        tags = new DistributionTags(session, client);
        changes = new DistributionChanges(session, client);
        invalidations = new Invalidations(session, client);
        moves = new AliasMoves(session, client, changes);
        listing = new DistributionListing(session, client, use);
    }

    private CloudFrontClient CloudFront => client.Value;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ObservedDistribution>> FindAsync(
        IReadOnlyList<string> aliases, Func<string, bool> isOrigin, CancellationToken cancellationToken)
    {
        var found = await listing.SearchAsync(aliases.ToHashSet(StringComparer.OrdinalIgnoreCase), isOrigin, cancellationToken).ConfigureAwait(false);
        var read = await Task.WhenAll(found.Select(ReadAsync)).ConfigureAwait(false);
        return [.. read.OfType<ObservedDistribution>()];

        async Task<ObservedDistribution?> ReadAsync(DistributionSummary summary)
        {
            var reading = tags.ReadAsync(summary.ARN, cancellationToken);
            var now = changes.ReadAsync(summary.Id, cancellationToken);
            await Task.WhenAll(reading, now).ConfigureAwait(false);
            return await now.ConfigureAwait(false) is { } there
                ? DistributionConfigs.ToObserved(there.Distribution, await reading.ConfigureAwait(false)) : null;
        }
    }

    /// <inheritdoc/>
    public Task MoveAliasAsync(string id, string alias, CancellationToken cancellationToken) => moves.MoveAsync(id, alias, cancellationToken);

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

            reading.Enqueue(tags.ReadAsync(summary.ARN, cancellationToken));
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
            var found = await reading.Dequeue().ConfigureAwait(false);
            return found.TryGetValue(StackTag, out var domain) && seen.Add(domain) ? domain : null;
        }
    }

    /// <inheritdoc/>
    public async Task<ObservedDistribution?> GetAsync(string id, CancellationToken cancellationToken) =>
        await changes.ReadAsync(id, cancellationToken).ConfigureAwait(false) is { } found
            ? DistributionConfigs.ToObserved(found.Distribution, DistributionTags.None) : null;

    /// <inheritdoc/>
    public async Task<string?> FindOriginAccessControlAsync(string name, CancellationToken cancellationToken) =>
        use.FirstWithRoom(await controls.ListAsync(cancellationToken).ConfigureAwait(false), name);

    /// <inheritdoc/>
    public Task<string> CreateOriginAccessControlAsync(string name, string description, CancellationToken cancellationToken) =>
        controls.CreateAsync(name, description, cancellationToken);

    /// <inheritdoc/>
    public Task<OriginAccessControlSettings?> GetOriginAccessControlAsync(string id, CancellationToken cancellationToken) =>
        controls.GetAsync(id, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> DeleteOriginAccessControlAsync(string id, Func<string, bool> isOwn, CancellationToken cancellationToken) =>
        controls.DeleteAsync(id, isOwn, cancellationToken);

    /// <inheritdoc/>
    public async Task<ObservedDistribution> CreateAsync(
        DistributionSettings settings, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken)
    {
        DistributionLogging.Check(settings);
        var name = settings.Aliases.Count > 0 ? settings.Aliases[0] : settings.OriginDomainName;
        // A reference used once is spent for ever, even after deletion; so it is new for each creation, and the same for its retries.
        var reference = $"{name}-{Guid.NewGuid():N}";
        var request = new CreateDistributionWithTagsRequest
        {
            DistributionConfigWithTags = new DistributionConfigWithTags
            {
                DistributionConfig = DistributionConfigs.Create(settings, reference),
                Tags = DistributionTags.ToTags(tags),
            },
        };
        var what = new AwsCallName("cloudfront", "CreateDistributionWithTags", name);
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
            throw DistributionLogging.Explain(e, settings, session.Region);
        }

        // Either an earlier attempt, whose answer was lost, made it, or somebody else has the name.
        var existing = await FindAsync(settings.Aliases, origin => origin == settings.OriginDomainName, cancellationToken).ConfigureAwait(false);
        var own = existing.FirstOrDefault(d => tags.TryGetValue(StackTag, out var stack) && d.Tags.TryGetValue(StackTag, out var owner)
            && string.Equals(stack, owner, StringComparison.OrdinalIgnoreCase));
        var holder = existing.FirstOrDefault(d => d.Settings.Aliases.Intersect(settings.Aliases, StringComparer.Ordinal).Any());
        return own ?? throw AliasMoves.Taken(settings.Aliases, holder, taken);
    }

    /// <inheritdoc/>
    public async Task<ObservedDistribution> UpdateAsync(string id, DistributionSettings settings, CancellationToken cancellationToken)
    {
        DistributionLogging.Check(settings);
        try
        {
            return await changes.ChangeAsync(id, config => DistributionConfigs.Apply(config, settings), settings.Equals, cancellationToken)
                .ConfigureAwait(false)
                ?? throw AwsErrors.New("DistributionNotFound", ErrorKind.NotFound, new AwsCallName("cloudfront", "UpdateDistribution", id),
                    $"The distribution {id} does not exist.", "Run the same command again. It reads the existing resources again.");
        }
        catch (EmailSecurityException e)
        {
            throw DistributionLogging.Explain(e, settings, session.Region);
        }
    }

    /// <inheritdoc/>
    public Task DisableAsync(string id, bool withoutAliases, CancellationToken cancellationToken) =>
        changes.ChangeAsync(id, config => DistributionConfigs.Disable(config, withoutAliases), observed => !observed.Enabled, cancellationToken);

    /// <inheritdoc/>
    public Task TagAsync(string arn, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken) =>
        this.tags.WriteAsync(arn, tags, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(string id, CancellationToken cancellationToken) => changes.DeleteAsync(id, cancellationToken);

    /// <inheritdoc/>
    public Task<string> CreateInvalidationAsync(string id, IReadOnlyList<string> paths, string callerReference, CancellationToken cancellationToken)
        => invalidations.CreateAsync(id, paths, callerReference, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> IsInvalidationCompletedAsync(string id, string invalidationId, CancellationToken cancellationToken)
        => invalidations.IsCompletedAsync(id, invalidationId, cancellationToken);

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

    internal static string? CodeOf(EmailSecurityException e) => (e.InnerException as AmazonServiceException)?.ErrorCode;
}
