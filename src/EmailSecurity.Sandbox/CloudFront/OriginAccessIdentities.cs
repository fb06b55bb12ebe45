using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Aws;
using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Sandbox.CloudFront;

/// <summary>An origin access identity: what distributions read buckets as before there were origin access controls.</summary>
public sealed record OriginAccessIdentity(string Id, string AccountId, string ETag, XElement Config)
{
    /// <summary>With what an origin's setting begins, before the id.</summary>
    public const string Prefix = "origin-access-identity/cloudfront/";

    /// <summary>The canonical user that a bucket policy can name.</summary>
    public string CanonicalUserId { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Id)));
}

/// <summary>The origin access identity operations. Every call is under the store's lock.</summary>
public sealed class OriginAccessIdentities(CloudFrontStore store)
{
    private static readonly XNamespace Ns = CloudFrontService.Ns;

    /// <summary>Carries an operation out.</summary>
    public AwsReply Handle(AwsCall call, string operation, string id) => operation switch
    {
        "CreateCloudFrontOriginAccessIdentity" => Create(call),
        "ListCloudFrontOriginAccessIdentities" => List(call),
        "DeleteCloudFrontOriginAccessIdentity" => Delete(call, Find(call, id)),
        _ => Reply(200, Find(call, id)),
    };

    private OriginAccessIdentity Find(AwsCall call, string id) =>
        store.Identities.TryGetValue(id, out var identity) && identity.AccountId == call.AccountId
            ? identity
            : throw new AwsRuleException(404, "NoSuchCloudFrontOriginAccessIdentity", "The specified origin access identity does not exist.");

    private AwsReply Create(AwsCall call)
    {
        var config = RestXml.Parse(call.Body, "CloudFrontOriginAccessIdentityConfig", Ns, "MalformedXML");
        ConfigXml.Require(config, "CallerReference", "Comment");
        config.Attributes().Where(a => a.IsNamespaceDeclaration).Remove();
        if (store.Identities.Values.Any(i => i.AccountId == call.AccountId && i.Config.Text(Ns + "CallerReference") == config.Text(Ns + "CallerReference")))
        {
            throw new AwsRuleException(
                409, "CloudFrontOriginAccessIdentityAlreadyExists", "The caller reference is associated with another origin access identity.");
        }
        var identity = new OriginAccessIdentity(CloudFrontStore.NewId("E"), call.AccountId, CloudFrontStore.NewId("E"), config);
        store.Identities[identity.Id] = identity;
        return Reply(201, identity);
    }

    private AwsReply Delete(AwsCall call, OriginAccessIdentity identity)
    {
        IfMatch.Check(call, identity.ETag);
        if (store.All.Any(d => d.Edge.Origins.Values.Any(o => o.OriginAccessIdentityId == identity.Id)))
        {
            throw new AwsRuleException(409, "CloudFrontOriginAccessIdentityInUse", "The origin access identity is still being used by distributions.");
        }
        store.Identities.Remove(identity.Id);
        return RestXml.Empty(204);
    }

    private AwsReply List(AwsCall call)
    {
        var mine = store.Identities.Values.Where(i => i.AccountId == call.AccountId).OrderBy(i => i.Id, StringComparer.Ordinal).ToArray();
        return RestXml.Reply(200, CloudFrontPage.Of("CloudFrontOriginAccessIdentityList", mine, call, i => i.Id, i => new XElement(
            Ns + "CloudFrontOriginAccessIdentitySummary",
            new XElement(Ns + "Id", i.Id),
            new XElement(Ns + "S3CanonicalUserId", i.CanonicalUserId),
            new XElement(Ns + "Comment", i.Config.Text(Ns + "Comment")))));
    }

    private static AwsReply Reply(int status, OriginAccessIdentity identity) => RestXml.Reply(
        status,
        new XElement(
            Ns + "CloudFrontOriginAccessIdentity",
            new XElement(Ns + "Id", identity.Id),
            new XElement(Ns + "S3CanonicalUserId", identity.CanonicalUserId),
            new XElement(identity.Config)),
        ("ETag", identity.ETag));
}
