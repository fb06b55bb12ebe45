using System.Globalization;
using EmailSecurity.Sandbox.S3.Documents;
using EmailSecurity.Sandbox.S3.Policies;

namespace EmailSecurity.Sandbox.S3;

/// <summary>Who may do what: the owner's users are allowed all by IAM, everybody else only what the bucket policy allows; a Deny binds both.</summary>
internal static class Authorization
{
    // Headers and query parameters that are condition keys of the same name.
    private static readonly string[] HeaderKeys =
    [
        "x-amz-acl", "x-amz-content-sha256", "x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id", "x-amz-storage-class",
        "x-amz-object-ownership", "if-match", "if-none-match",
    ];

    private static readonly string[] QueryKeys = ["prefix", "delimiter", "max-keys", "versionId"];

    /// <summary>Refuses a call that is not allowed.</summary>
    /// <param name="action">IAM action without <c>s3:</c>.</param>
    public static void Demand(S3Context context, string action, string key)
    {
        if (!Allows(context, action, key))
        {
            var resource = Resource(context.Bucket, key);
            throw S3Exception.AccessDenied(
                $"User: {context.Account.UserArn} is not authorized to perform: s3:{action} on resource: \"{resource}\" because no policy allows "
                    + "it, or a resource-based policy denies it");
        }
    }

    /// <summary>True where the call is allowed.</summary>
    public static bool Allows(S3Context context, string action, string key)
    {
        var bucket = context.Bucket;
        var arn = context.Account.UserArn.Replace("arn:aws:", $"arn:{bucket.Partition}:", StringComparison.Ordinal);
        var request = new PolicyRequest(new Caller(context.Account.AccountId, arn, null), "s3:" + action, Resource(bucket, key), Keys(context, arn));
        var verdict = bucket.Policy?.Evaluate(request) ?? PolicyVerdict.Silent;
        var own = bucket.Owner == context.Account;
        // RestrictPublicBuckets: a public policy lets in nobody but the owner's account and AWS services.
        return verdict != PolicyVerdict.Deny
            && (own || (verdict == PolicyVerdict.Allow && !(bucket.PublicAccess is { RestrictPublicBuckets: true } && bucket.Policy!.IsPublic)));
    }

    /// <summary>What the policy says to an AWS service acting for a resource. Block Public Access does not concern service principals.</summary>
    public static bool AllowsService(Bucket bucket, string service, string action, string key, string sourceArn, string sourceAccount, DateTimeOffset now)
    {
        var keys = Common(bucket, now);
        keys["aws:PrincipalIsAWSService"] = ["true"];
        keys["aws:PrincipalServiceName"] = [service];
        keys["aws:SourceArn"] = [sourceArn];
        keys["aws:SourceAccount"] = [sourceAccount];
        return bucket.Policy?.Evaluate(new PolicyRequest(new Caller(null, null, service), "s3:" + action, Resource(bucket, key), keys)) == PolicyVerdict.Allow;
    }

    /// <summary>What the policy says to an origin access identity of CloudFront's: a user of an account of CloudFront's own.</summary>
    public static bool AllowsIdentity(Bucket bucket, string identityId, string canonicalUserId, string action, string key, DateTimeOffset now)
    {
        var keys = Common(bucket, now);
        keys["aws:PrincipalIsAWSService"] = ["false"];
        var arn = $"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity {identityId}";
        var caller = new Caller("cloudfront", arn, null) { CanonicalUserId = canonicalUserId };
        return bucket.Policy?.Evaluate(new PolicyRequest(caller, "s3:" + action, Resource(bucket, key), keys)) == PolicyVerdict.Allow;
    }

    private static string Resource(Bucket bucket, string key) => key.Length == 0 ? bucket.Arn : $"{bucket.Arn}/{key}";

    private static Dictionary<string, IReadOnlyList<string>> Common(Bucket bucket, DateTimeOffset now) => new(StringComparer.OrdinalIgnoreCase)
    {
        // The sandbox speaks plain HTTP on loopback in place of HTTPS: its calls count as secure.
        ["aws:SecureTransport"] = ["true"],
        ["s3:TlsVersion"] = ["1.3"],
        ["aws:CurrentTime"] = [now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)],
        ["aws:EpochTime"] = [now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)],
        ["aws:ResourceAccount"] = [bucket.Owner.AccountId],
        ["s3:ResourceAccount"] = [bucket.Owner.AccountId],
        ["aws:RequestedRegion"] = [bucket.Region],
    };

    private static Dictionary<string, IReadOnlyList<string>> Keys(S3Context context, string arn)
    {
        var keys = Common(context.Bucket, context.State.Clock.Now);
        keys["aws:SourceIp"] = ["127.0.0.1"];
        keys["aws:PrincipalIsAWSService"] = ["false"];
        keys["aws:PrincipalAccount"] = [context.Account.AccountId];
        keys["aws:PrincipalArn"] = [arn];
        keys["aws:PrincipalType"] = ["User"];
        keys["aws:userid"] = [context.Account.UserId];
        keys["aws:username"] = [context.Account.UserName];
        keys["aws:UserAgent"] = [context.Header("user-agent") ?? ""];
        keys["aws:ViaAWSService"] = ["false"];
        keys["s3:authType"] = ["REST-HEADER"];
        keys["s3:signatureversion"] = ["AWS4-HMAC-SHA256"];
        foreach (var name in HeaderKeys)
        {
            if (context.Header(name) is { } value)
            {
                keys["s3:" + name] = [value];
            }
        }
        foreach (var name in QueryKeys)
        {
            if (context.Query(name) is { } value)
            {
                keys["s3:" + name] = [value];
            }
        }
        return keys;
    }
}
