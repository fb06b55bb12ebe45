using System.Text.Json.Nodes;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Tests.Permissions;

/// <summary>
/// What AWS asks IAM for each call (Service Authorization Reference of S3, CloudFront, ACM and Route 53; for CreateDistributionWithTags the CloudFront API
/// reference): actions, ARNs and condition keys, with the tags that the resource has now.
/// </summary>
internal sealed class IamRequests(IReadOnlyList<IAwsService> services, string accountId)
{
    private static readonly Dictionary<string, string> S3Actions = new(StringComparer.Ordinal)
    {
        ["ListBuckets"] = "ListAllMyBuckets",
        ["HeadBucket"] = "ListBucket",
        ["ListObjectsV2"] = "ListBucket",
        ["ListObjectVersions"] = "ListBucketVersions",
        ["GetPublicAccessBlock"] = "GetBucketPublicAccessBlock",
        ["PutPublicAccessBlock"] = "PutBucketPublicAccessBlock",
        ["GetBucketEncryption"] = "GetEncryptionConfiguration",
        ["PutBucketEncryption"] = "PutEncryptionConfiguration",
        ["GetBucketLifecycleConfiguration"] = "GetLifecycleConfiguration",
        ["PutBucketLifecycleConfiguration"] = "PutLifecycleConfiguration",
        ["HeadObject"] = "GetObject",
        ["DeleteObjects"] = "DeleteObject",
    };

    /// <summary>The permissions that a call needs; none for those that every identity has.</summary>
    public async Task<IReadOnlyList<IamRequest>> OfAsync(AwsCall call, AwsOperation operation) => call.Service switch
    {
        "sts" => [], // GetCallerIdentity: "No permissions are required to perform this operation"
        "s3" => OfS3(call, operation.Name),
        "cloudfront" => await OfCloudFrontAsync(call, operation.Name),
        "acm" => await OfAcmAsync(call, operation.Name),
        "route53" => OfRoute53(call, operation.Name),
        _ => throw new NotSupportedException(call.Service),
    };

    /// <summary>Whether a distribution or certificate is there; true for all else.</summary>
    public async Task<bool> IsThereAsync(string arn) => arn.Split('/') switch
    {
        [var head, var id] when head.EndsWith(":distribution", StringComparison.Ordinal) && id != "*" =>
            (await AskAsync("cloudfront", "GET", "/2020-05-31/distribution/" + id, new Dictionary<string, string>(StringComparer.Ordinal), [])).Status != 404,
        [var head, var id] when head.EndsWith(":certificate", StringComparison.Ordinal) && id != "*" => (await ListCertificateTagsAsync(arn)).Status == 200,
        _ => true,
    };

    private IReadOnlyList<IamRequest> OfS3(AwsCall call, string operation)
    {
        if (operation == "ListBuckets")
        {
            return [Request("s3:ListAllMyBuckets", "*")];
        }

        var path = call.Path.TrimStart('/');
        var (bucket, key) = path.Split('/', 2) is [var b, var k] ? (b, k) : (path, "");
        // A bucket that is being made has no account yet.
        (string, string[])[] owner = operation == "CreateBucket" ? [] : [("aws:ResourceAccount", [accountId])];
        var action = "s3:" + S3Actions.GetValueOrDefault(operation, operation);
        var arn = $"arn:aws:s3:::{bucket}";
        var isVersion = call.Query.ContainsKey("versionId");
        return operation switch
        {
            "CreateBucket" when call.Body.AsSpan().IndexOf("<Tag>"u8) >= 0 => [Request(action, arn), Request("s3:TagResource", arn)],
            // "If you have the s3:ListBucket permission on the bucket, Amazon S3 returns 404", else 403: who reads must be told that nothing is there.
            "GetObject" or "HeadObject" => [Request(isVersion ? action + "Version" : action, $"{arn}/{key}", owner), Request("s3:ListBucket", arn, owner)],
            "DeleteObject" => [Request(isVersion ? action + "Version" : action, $"{arn}/{key}", owner)],
            "PutObject" => [Request(action, $"{arn}/{key}", owner)],
            "DeleteObjects" => [.. XDocument.Parse(System.Text.Encoding.UTF8.GetString(call.Body)).Descendants().Where(e => e.Name.LocalName == "Object")
                .Select(o => (Key: Child(o, "Key"), Version: Child(o, "VersionId")))
                .Select(o => Request(o.Version.Length > 0 ? "s3:DeleteObjectVersion" : "s3:DeleteObject", $"{arn}/{o.Key}", owner))],
            _ => [Request(action, arn, owner)],
        };
    }

    private async Task<IReadOnlyList<IamRequest>> OfCloudFrontAsync(AwsCall call, string operation)
    {
        var segments = call.Path.Split('/', StringSplitOptions.RemoveEmptyEntries)[1..];
        var arn = $"arn:aws:cloudfront::{accountId}:{segments[0]}/{(segments.Length > 1 ? segments[1] : "*")}";
        var xml = call.Body.Length > 0 ? XDocument.Parse(System.Text.Encoding.UTF8.GetString(call.Body)) : null;
        var tags = xml?.Descendants().Where(e => e.Name.LocalName == "Tag").ToDictionary(t => Child(t, "Key"), t => Child(t, "Value"), StringComparer.Ordinal) ?? [];
        var log = xml?.Descendants().FirstOrDefault(e => e.Name.LocalName == "Logging") is { } logging && Child(logging, "Bucket") is { Length: > 0 } host
            ? $"arn:aws:s3:::{host[..host.IndexOf(".s3", StringComparison.Ordinal)]}" : null;
        IamRequest[] delivery = log is null ? [] : [Request("s3:GetBucketAcl", log, ("aws:ResourceAccount", [accountId])), Request("s3:PutBucketAcl", log, ("aws:ResourceAccount", [accountId]))];
        switch (operation)
        {
            case "CreateDistributionWithTags":
                return [Request("cloudfront:CreateDistribution", arn), Request("cloudfront:TagResource", arn, Tags("aws:RequestTag/", tags)), .. delivery];
            case "TagResource" or "ListTagsForResource":
                var resource = call.Query["Resource"];
                return [Request("cloudfront:" + operation, resource, [.. Tags("aws:RequestTag/", tags), .. await ResourceTagsAsync(resource)])];
            case "ListDistributions" or "ListOriginAccessControls":
                return [Request("cloudfront:" + operation, "*")];
            case "ListDomainConflicts" or "UpdateDomainAssociation":
                // Developer Guide, "Move an alternate domain name": UpdateDistribution of the distribution too, and it changes the one that has the name as well.
                var target = $"arn:aws:cloudfront::{accountId}:distribution/{xml!.Descendants().First(e => e.Name.LocalName == "DistributionId").Value}";
                List<IamRequest> asked = [Request("cloudfront:" + operation, target, await ResourceTagsAsync(target))];
                foreach (var changed in operation == "UpdateDomainAssociation" ? [target, .. await HoldersAsync(Child(xml.Root!, "Domain"))] : Array.Empty<string>())
                {
                    asked.Add(Request("cloudfront:UpdateDistribution", changed, await ResourceTagsAsync(changed)));
                }

                return operation == "ListDomainConflicts" ? [.. asked, Request("cloudfront:GetDistribution", target, await ResourceTagsAsync(target))] : asked;
            case "CreateOriginAccessControl":
                return [Request("cloudfront:" + operation, arn)];
            default:
                (string, string[])[] owned = segments[0] == "distribution" ? await ResourceTagsAsync(arn) : [];
                return [Request("cloudfront:" + operation, arn, owned), .. operation == "UpdateDistribution" ? delivery : []];
        }
    }

    private async Task<IReadOnlyList<IamRequest>> OfAcmAsync(AwsCall call, string operation)
    {
        var input = JsonNode.Parse(call.Body)!.AsObject();
        var tags = input["Tags"]?.AsArray().ToDictionary(t => (string)t!["Key"]!, t => (string?)t!["Value"] ?? "", StringComparer.Ordinal) ?? [];
        switch (operation)
        {
            case "RequestCertificate":
                (string, string[])[] asked = [.. Tags("aws:RequestTag/", tags), ("acm:ValidationMethod", [(string?)input["ValidationMethod"] ?? "EMAIL"]),
                    ("acm:DomainNames", [.. new[] { (string)input["DomainName"]! }.Concat(input["SubjectAlternativeNames"]?.AsArray().Select(n => (string)n!) ?? []).Distinct(StringComparer.Ordinal)])];
                return [Request("acm:RequestCertificate", "*", asked), .. tags.Count > 0 ? [Request("acm:AddTagsToCertificate", $"arn:aws:acm:us-east-1:{accountId}:certificate/*", Tags("aws:RequestTag/", tags))] : Array.Empty<IamRequest>()];
            case "ListCertificates":
                return [Request("acm:ListCertificates", "*")];
            default:
                var arn = (string)input["CertificateArn"]!;
                return [Request("acm:" + operation, arn, [.. Tags("aws:RequestTag/", tags), .. await CertificateTagsAsync(arn)])];
        }
    }

    private IReadOnlyList<IamRequest> OfRoute53(AwsCall call, string operation)
    {
        var segments = call.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var arn = segments is [_, "hostedzone" or "change", var id, ..] ? $"arn:aws:route53:::{segments[1]}/{id}" : "*";
        if (operation != "ChangeResourceRecordSets")
        {
            return [Request("route53:" + operation, arn)];
        }

        var changes = XDocument.Parse(System.Text.Encoding.UTF8.GetString(call.Body)).Descendants().Where(e => e.Name.LocalName == "Change").ToArray();
        string[] Of(Func<XElement, string> read) => [.. changes.Select(read).Distinct(StringComparer.Ordinal)];
        static XElement Set(XElement change) => change.Elements().Single(e => e.Name.LocalName == "ResourceRecordSet");
        return
        [
            Request("route53:ChangeResourceRecordSets", arn,
                // "Normalized": lower case, without the final dot, other characters than a-z 0-9 _ - . as \ooo.
                ("route53:ChangeResourceRecordSetsNormalizedRecordNames", Of(c => Child(Set(c), "Name").TrimEnd('.').ToLowerInvariant())),
                ("route53:ChangeResourceRecordSetsRecordTypes", Of(c => Child(Set(c), "Type"))),
                ("route53:ChangeResourceRecordSetsActions", Of(c => Child(c, "Action")))),
        ];
    }

    // ARNs of the distributions that have an alternate domain name.
    private async Task<string[]> HoldersAsync(string alias)
    {
        var reply = await AskAsync("cloudfront", "GET", "/2020-05-31/distribution", new Dictionary<string, string>(StringComparer.Ordinal), []);
        return [.. XDocument.Parse(System.Text.Encoding.UTF8.GetString(reply.Body)).Descendants().Where(e => e.Name.LocalName == "DistributionSummary"
            && e.Descendants().Any(n => n.Name.LocalName == "CNAME" && n.Value == alias)).Select(e => Child(e, "ARN"))];
    }

    private async Task<(string, string[])[]> ResourceTagsAsync(string arn)
    {
        var reply = await AskAsync("cloudfront", "GET", "/2020-05-31/tagging", new Dictionary<string, string>(StringComparer.Ordinal) { ["Resource"] = arn }, []);
        return reply.Status != 200 ? [] : Tags("aws:ResourceTag/", XDocument.Parse(System.Text.Encoding.UTF8.GetString(reply.Body)).Descendants().Where(e => e.Name.LocalName == "Tag")
            .ToDictionary(t => Child(t, "Key"), t => Child(t, "Value"), StringComparer.Ordinal));
    }

    private async Task<(string, string[])[]> CertificateTagsAsync(string arn)
    {
        var reply = await ListCertificateTagsAsync(arn);
        return reply.Status != 200 ? [] : Tags("aws:ResourceTag/", JsonNode.Parse(reply.Body)!["Tags"]!.AsArray().ToDictionary(t => (string)t!["Key"]!, t => (string)t!["Value"]!, StringComparer.Ordinal));
    }

    private Task<AwsReply> ListCertificateTagsAsync(string arn) =>
        AskAsync("acm", "POST", "/", new Dictionary<string, string>(StringComparer.Ordinal), System.Text.Encoding.UTF8.GetBytes(new JsonObject { ["CertificateArn"] = arn }.ToJsonString()));

    private Task<AwsReply> AskAsync(string service, string method, string path, Dictionary<string, string> query, byte[] body)
    {
        var call = new AwsCall
        {
            Service = service,
            Region = "us-east-1",
            Method = method,
            Path = path,
            Query = query,
            Body = body,
            AccountId = accountId,
            RequestId = "judge",
            Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["x-amz-target"] = "CertificateManager.ListTagsForCertificate", ["Content-Type"] = "application/x-amz-json-1.1" },
        };
        var asked = services.Single(s => s.Name == service);
        return asked.HandleAsync(call, asked.Identify(call)!, CancellationToken.None);
    }

    private IamRequest Request(string action, string resource, params (string Key, string[] Values)[] context)
    {
        var keys = new Dictionary<string, string[]>(context.Select(c => KeyValuePair.Create(c.Key, c.Values)), StringComparer.OrdinalIgnoreCase) { ["aws:PrincipalAccount"] = [accountId] };
        if (resource.Split(':', 6) is [_, _, _, _, { Length: 12 } account, _])
        {
            keys["aws:ResourceAccount"] = [account];
        }

        return new IamRequest(action, resource, keys);
    }

    private static (string, string[])[] Tags(string prefix, Dictionary<string, string> tags) =>
        [.. tags.Select(t => (prefix + t.Key, new[] { t.Value })), .. prefix == "aws:RequestTag/" && tags.Count > 0 ? [("aws:TagKeys", tags.Keys.ToArray())] : Array.Empty<(string, string[])>()];

    private static string Child(XElement parent, string name) => parent.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value ?? "";
}
