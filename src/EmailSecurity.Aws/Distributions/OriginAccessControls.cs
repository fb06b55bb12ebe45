using Amazon.CloudFront;
using Amazon.CloudFront.Model;
using Amazon.Runtime;
using EmailSecurity.Aws.Session;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws.Distributions;

/// <summary>The account's origin access controls.</summary>
internal sealed class OriginAccessControls(AwsSession session, Lazy<CloudFrontClient> client)
{
    private static readonly string[] AlreadyExists = ["OriginAccessControlAlreadyExists"];
    private static readonly string[] Gone = ["NoSuchOriginAccessControl"];

    private CloudFrontClient CloudFront => client.Value;

    /// <summary>All of them.</summary>
    public async Task<List<OriginAccessControlSummary>> ListAsync(CancellationToken cancellationToken)
    {
        var all = new List<OriginAccessControlSummary>();
        var what = new AwsCallName("cloudfront", "ListOriginAccessControls");
        string? marker = null;
        do
        {
            var request = new ListOriginAccessControlsRequest { Marker = marker };
            var answer = await session.CallAsync(
                what, token => CloudFront.ListOriginAccessControlsAsync(request, token), cancellationToken).ConfigureAwait(false);
            var page = answer.OriginAccessControlList;
            all.AddRange(page?.Items ?? []);
            marker = page?.IsTruncated == true && page.NextMarker != marker ? page.NextMarker : null;
        }
        while (!string.IsNullOrEmpty(marker));
        return all;
    }

    /// <summary>Creates one for S3 that always signs (SigV4); where the name is in use, the id of the existing one if it does so too.</summary>
    public async Task<string> CreateAsync(string name, string description, CancellationToken cancellationToken)
    {
        var what = new AwsCallName("cloudfront", "CreateOriginAccessControl", name);
        var request = new CreateOriginAccessControlRequest
        {
            OriginAccessControlConfig = new OriginAccessControlConfig
            {
                Name = name,
                Description = description,
                OriginAccessControlOriginType = OriginAccessControlOriginTypes.S3,
                SigningBehavior = OriginAccessControlSigningBehaviors.Always,
                SigningProtocol = OriginAccessControlSigningProtocols.Sigv4,
            },
        };
        var made = await session.CallOrDefaultAsync(
            what, token => CloudFront.CreateOriginAccessControlAsync(request, token), AlreadyExists, cancellationToken).ConfigureAwait(false);
        if (made is not null)
        {
            return made.OriginAccessControl.Id;
        }

        var existing = (await ListAsync(cancellationToken).ConfigureAwait(false)).Find(o => o.Name == name)
            ?? throw AwsErrors.New("OriginAccessControlMissing", ErrorKind.InvalidOperation, what,
                $"CloudFront says that the origin access control '{name}' exists, but does not list it.", "Run the same command again in a minute.");
        return Settings(existing).SignsReads ? existing.Id : throw AwsErrors.New("OriginAccessControlUnsound", ErrorKind.InvalidOperation, what,
            $"The origin access control '{name}' does not sign every read of a bucket ({Settings(existing)}).",
            "Set it to origin type S3 and to sign requests always, or delete it; then run the same command again.");
    }

    /// <summary>The settings of one; null where it does not exist. From the listing, which every policy allows.</summary>
    public async Task<OriginAccessControlSettings?> GetAsync(string id, CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken).ConfigureAwait(false)).Find(c => c.Id == id) is { } found ? Settings(found) : null;

    /// <summary>What a control says.</summary>
    public static OriginAccessControlSettings Settings(OriginAccessControlSummary c) => new(c.Id, c.Name, c.OriginAccessControlOriginType?.Value ?? "",
        c.SigningBehavior?.Value ?? "", c.SigningProtocol?.Value ?? "");

    /// <summary>Deletes one; false where a distribution still uses it, or its name is not our own.</summary>
    public Task<bool> DeleteAsync(string id, Func<string, bool> isOwn, CancellationToken cancellationToken) => Retry.WithFreshETagAsync(
        session,
        async () =>
        {
            var current = await session.CallOrDefaultAsync(
                new AwsCallName("cloudfront", "GetOriginAccessControl", id),
                token => CloudFront.GetOriginAccessControlAsync(new GetOriginAccessControlRequest { Id = id }, token),
                Gone,
                cancellationToken).ConfigureAwait(false);
            return current is null || (isOwn(current.OriginAccessControl.OriginAccessControlConfig.Name)
                && await DeleteAsync(id, current.ETag, cancellationToken).ConfigureAwait(false));
        },
        cancellationToken);

    private Task<bool> DeleteAsync(string id, string eTag, CancellationToken cancellationToken) => session.CallAsync(
        new AwsCallName("cloudfront", "DeleteOriginAccessControl", id),
        async token =>
        {
            try
            {
                var request = new DeleteOriginAccessControlRequest { Id = id, IfMatch = eTag };
                await CloudFront.DeleteOriginAccessControlAsync(request, token).ConfigureAwait(false);
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
        cancellationToken);
}
