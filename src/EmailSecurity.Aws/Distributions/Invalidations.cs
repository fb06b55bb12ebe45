using Amazon.CloudFront.Model;
using EmailSecurity.Aws.Session;

namespace EmailSecurity.Aws.Distributions;

/// <summary>The invalidations of a distribution.</summary>
internal sealed class Invalidations(AwsSession session, Lazy<CloudFrontClient> client)
{
    /// <summary>Begins one; its id.</summary>
    public async Task<string> CreateAsync(string id, IReadOnlyList<string> paths, string callerReference, CancellationToken cancellationToken)
    {
        var request = new CreateInvalidationRequest
        {
            DistributionId = id,
            InvalidationBatch = new InvalidationBatch { CallerReference = callerReference, Paths = new Paths { Quantity = paths.Count, Items = [.. paths] } },
        };
        var made = await session.CallAsync(
            new AwsCallName("cloudfront", "CreateInvalidation", id), token => client.Value.CreateInvalidationAsync(request, token), cancellationToken)
            .ConfigureAwait(false);
        return made.Invalidation.Id;
    }

    /// <summary>True where it has ended.</summary>
    public async Task<bool> IsCompletedAsync(string id, string invalidationId, CancellationToken cancellationToken)
    {
        var request = new GetInvalidationRequest { DistributionId = id, Id = invalidationId };
        var answer = await session.CallAsync(
            new AwsCallName("cloudfront", "GetInvalidation", $"{id}/{invalidationId}"),
            token => client.Value.GetInvalidationAsync(request, token), cancellationToken)
            .ConfigureAwait(false);
        return string.Equals(answer.Invalidation.Status, "Completed", StringComparison.OrdinalIgnoreCase);
    }
}
