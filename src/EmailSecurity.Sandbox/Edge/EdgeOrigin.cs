using System.Text;
using EmailSecurity.Sandbox.CloudFront;
using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Sandbox.Edge;

/// <summary>Asks the origin of a distribution for an object, as CloudFront does.</summary>
internal sealed class EdgeOrigin(CloudFrontStore distributions, IBucketOrigin buckets)
{
    /// <summary>The time of what has none.</summary>
    public static readonly DateTimeOffset NoDate = DateTimeOffset.UnixEpoch;

    /// <summary>The object, or the error, at a path.</summary>
    public OriginObject Fetch(Distribution distribution, EdgeConfig config, EdgeBehavior behavior, string path)
    {
        if (!config.Origins.TryGetValue(behavior.Origin, out var origin) || origin.Bucket is null)
        {
            return Failure(502, "BadGateway", "The sandbox reaches S3 origins only.");
        }
        var key = Uri.UnescapeDataString((origin.Path + path).TrimStart('/'));
        bool signs;
        OriginAccessIdentity? identity;
        lock (distributions.Gate)
        {
            identity = distributions.Identities.GetValueOrDefault(origin.OriginAccessIdentityId);
            signs = origin.OriginAccessControlId.Length > 0
                && distributions.Controls.TryGetValue(origin.OriginAccessControlId, out var control)
                && control.SigningBehavior != "never";
        }
        if (identity is not null)
        {
            return WithErrorBody(buckets.GetForIdentity(origin.Bucket, key, identity.Id, identity.CanonicalUserId));
        }
        // Unsigned requests are anonymous, and the account blocks public access.
        return signs ? WithErrorBody(buckets.GetForDistribution(origin.Bucket, key, distribution.Arn)) : Failure(403, "AccessDenied", "Access Denied");
    }

    private static OriginObject WithErrorBody(OriginObject found) =>
        found.Status < 400 || found.Content.Length > 0
            ? found
            : Failure(
                found.Status,
                found.Status == 404 ? "NoSuchBucket" : "AccessDenied",
                found.Status == 404 ? "The specified bucket does not exist" : "Access Denied");

    private static OriginObject Failure(int status, string code, string message) =>
        new(
            status,
            Encoding.UTF8.GetBytes($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>"),
            "application/xml",
            "",
            "",
            "",
            NoDate);
}
