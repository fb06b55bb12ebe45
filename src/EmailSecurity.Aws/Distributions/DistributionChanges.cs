using Amazon.CloudFront.Model;
using EmailSecurity.Aws.Session;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws.Distributions;

/// <summary>Changes a distribution as it is at the moment, by the ETag that reading it gave.</summary>
internal sealed class DistributionChanges(AwsSession session, Lazy<CloudFrontClient> client)
{
    private static readonly string[] NoDistribution = ["NoSuchDistribution"];

    /// <summary>
    /// Read-modify-write with the ETag; null where the distribution does not exist. A lost answer shows as a changed ETag and, read
    /// again, as a change already made.
    /// </summary>
    public Task<ObservedDistribution?> ChangeAsync(
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
                return DistributionConfigs.ToObserved(current.Distribution, DistributionTags.None);
            }

            change(config);
            var request = new UpdateDistributionRequest { Id = id, IfMatch = current.ETag, DistributionConfig = config };
            var updated = await session.CallAsync(
                new AwsCallName("cloudfront", "UpdateDistribution", id), token => client.Value.UpdateDistributionAsync(request, token), cancellationToken)
                .ConfigureAwait(false);
            return DistributionConfigs.ToObserved(updated.Distribution, DistributionTags.None);
        },
        cancellationToken);

    /// <summary>Deletes a distribution, as it is now.</summary>
    public async Task DeleteAsync(string id, CancellationToken cancellationToken) => await Retry.WithFreshETagAsync(
        session,
        async () =>
        {
            if (await ReadAsync(id, cancellationToken).ConfigureAwait(false) is { } current)
            {
                try
                {
                    await session.CallOrDefaultAsync(
                        new AwsCallName("cloudfront", "DeleteDistribution", id),
                        token => client.Value.DeleteDistributionAsync(new DeleteDistributionRequest { Id = id, IfMatch = current.ETag }, token),
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

    /// <summary>A distribution as it is now; null for none.</summary>
    public Task<GetDistributionResponse?> ReadAsync(string id, CancellationToken cancellationToken) =>
        session.CallOrDefaultAsync(
            new AwsCallName("cloudfront", "GetDistribution", id),
            token => client.Value.GetDistributionAsync(new GetDistributionRequest { Id = id }, token),
            NoDistribution,
            cancellationToken);
}
