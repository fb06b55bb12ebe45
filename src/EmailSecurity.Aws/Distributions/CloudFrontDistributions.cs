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

        var reading = tags.ReadAsync(best.ARN, cancellationToken);
        var read = changes.ReadAsync(best.Id, cancellationToken);
        await Task.WhenAll(reading, read).ConfigureAwait(false);
        return await read.ConfigureAwait(false) is { } found ? DistributionConfigs.ToObserved(found.Distribution, await reading.ConfigureAwait(false)) : null;
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
    public Task<bool> DeleteOriginAccessControlAsync(string id, CancellationToken cancellationToken) => controls.DeleteAsync(id, cancellationToken);

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
    public Task DisableAsync(string id, CancellationToken cancellationToken) =>
        changes.ChangeAsync(id, config => config.Enabled = false, observed => !observed.Enabled, cancellationToken);

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
