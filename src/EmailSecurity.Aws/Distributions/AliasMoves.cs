using Amazon.CloudFront.Model;
using EmailSecurity.Aws.Session;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws.Distributions;

/// <summary>Moves an alternate domain name from one distribution of the account to another.</summary>
internal sealed class AliasMoves(AwsSession session, Lazy<CloudFrontClient> client, DistributionChanges changes)
{
    private const int MaxPages = 10;

    /// <summary>
    /// Moves the alias. The ETag is that of the distribution which gets it: after a lost answer it has changed, and the distribution has the alias.
    /// </summary>
    public Task<bool> MoveAsync(string id, string alias, CancellationToken cancellationToken) => Retry.WithFreshETagAsync(
        session,
        async () =>
        {
            var what = new AwsCallName("cloudfront", "UpdateDomainAssociation", alias);
            var target = await changes.ReadAsync(id, cancellationToken).ConfigureAwait(false)
                ?? throw AwsErrors.New("DistributionNotFound", ErrorKind.NotFound, what, $"The distribution {id} does not exist.",
                    "Run the same command again. It reads the existing resources again.");
            if (Has(target.Distribution.DistributionConfig, alias))
            {
                return true;
            }

            var holder = await HolderAsync(id, alias, cancellationToken).ConfigureAwait(false);
            if (holder is null)
            {
                await AddAsync(id, alias, cancellationToken).ConfigureAwait(false);
                return true;
            }

            if (holder.ResourceType != Amazon.CloudFront.DistributionResourceType.Distribution || !IsOfAccount(holder.AccountId, target.Distribution.ARN))
            {
                throw OfAnotherAccount(alias, target.Distribution.DomainName, holder);
            }

            var request = new UpdateDomainAssociationRequest
            {
                Domain = alias,
                TargetResource = new DistributionResourceId { DistributionId = id },
                IfMatch = target.ETag,
            };
            try
            {
                await session.CallAsync(what, token => client.Value.UpdateDomainAssociationAsync(request, token), cancellationToken).ConfigureAwait(false);
            }
            catch (EmailSecurityException e) when (CloudFrontDistributions.CodeOf(e) is "IllegalUpdate")
            {
                throw AwsErrors.New("AliasNotMoved", ErrorKind.InvalidOperation, what,
                    $"CloudFront does not move {alias} from distribution {holder.ResourceId} to {id}. {e.What}",
                    $"Nothing was changed. Remove {alias} from that distribution's alternate domain names, then run the same command again at once: "
                    + "until it has ended, nothing is served under that name.", e.InnerException);
            }

            return true;
        },
        cancellationToken);

    /// <summary>The error where somebody else has an alias.</summary>
    /// <param name="aliases">The aliases that were wanted.</param>
    /// <param name="holder">The distribution of the account that has one; null where none has.</param>
    /// <param name="refusal">What CloudFront said.</param>
    public static EmailSecurityException Taken(IReadOnlyList<string> aliases, ObservedDistribution? holder, EmailSecurityException refusal) => new(
        "AliasTaken",
        ErrorKind.Exists,
        holder is null
            ? $"One of the names {string.Join(", ", aliases)} is an alternate domain name of a CloudFront distribution of another AWS account."
            : $"Distribution {holder.Id} in this account already serves {string.Join(", ", holder.Settings.Aliases)}, but it does not belong to this stack.",
        holder is null
            ? "In that account, remove the name from the alternate domain names of the distribution in CloudFront, then run the same command again. "
                + "Without access to that account, contact AWS Support."
            : "Run the same command again with -Adopt to move the name, or remove the alternate domain name there first.",
        refusal.InnerException)
    { Target = aliases.Count > 0 ? aliases[0] : null };

    private static EmailSecurityException OfAnotherAccount(string alias, string domainName, DomainConflict holder) => new(
        "AliasTaken",
        ErrorKind.Exists,
        $"{alias} is an alternate domain name of {holder.ResourceType.Value} {holder.ResourceId} of AWS account {holder.AccountId}, "
            + "and CloudFront does not move it from there by itself.",
        $"AWS requires that the distribution there is disabled and that DNS shows the TXT record _{alias} with the value {domainName}; while it is disabled, "
            + "nothing is served. Or remove the alternate domain name there. Then run the same command again. Without access to that account, "
            + "contact AWS Support.")
    { Target = alias };

    // The distribution that has exactly this name; wildcards that cover it as well do not prevent the move.
    private async Task<DomainConflict?> HolderAsync(string id, string alias, CancellationToken cancellationToken)
    {
        string? marker = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var request = new ListDomainConflictsRequest
            {
                Domain = alias,
                DomainControlValidationResource = new DistributionResourceId { DistributionId = id },
                Marker = marker,
            };
            var answer = await session.CallAsync(new AwsCallName("cloudfront", "ListDomainConflicts", alias),
                token => client.Value.ListDomainConflictsAsync(request, token), cancellationToken).ConfigureAwait(false);
            if ((answer.DomainConflicts ?? []).Find(c => string.Equals(c.Domain, alias, StringComparison.OrdinalIgnoreCase)) is { } holder)
            {
                return holder;
            }

            if (string.IsNullOrEmpty(answer.NextMarker) || answer.NextMarker == marker)
            {
                return null;
            }

            marker = answer.NextMarker;
        }

        return null;
    }

    private Task AddAsync(string id, string alias, CancellationToken cancellationToken) => changes.ChangeAsync(
        id,
        config =>
        {
            config.Aliases ??= new Aliases();
            config.Aliases.Items = [.. config.Aliases.Items ?? [], alias];
            config.Aliases.Quantity = config.Aliases.Items.Count;
        },
        settings => settings.Aliases.Contains(alias, StringComparer.OrdinalIgnoreCase),
        cancellationToken);

    private static bool Has(DistributionConfig config, string alias) => (config.Aliases?.Items ?? []).Contains(alias, StringComparer.OrdinalIgnoreCase);

    // CloudFront hides the first digits of the account.
    private static bool IsOfAccount(string hidden, string arn) => arn.Split(':') is [_, _, _, _, { Length: > 0 } account, ..]
        && hidden.TrimStart('*') is { Length: > 0 } shown && account.EndsWith(shown, StringComparison.Ordinal);
}
