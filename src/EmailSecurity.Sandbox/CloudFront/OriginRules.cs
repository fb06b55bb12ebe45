using System.Xml.Linq;
using EmailSecurity.Sandbox.Contracts;
using static EmailSecurity.Sandbox.CloudFront.ConfigXml;

namespace EmailSecurity.Sandbox.CloudFront;

/// <summary>The rules for origins.</summary>
internal sealed class OriginRules(CloudFrontStore store, IBucketOrigin buckets)
{
    private const int MaxOrigins = 100;
    private const int MaxDistributionsPerControl = 100;

    private static readonly XNamespace Ns = CloudFrontService.Ns;

    /// <summary>Checks the origins of a configuration.</summary>
    /// <exception cref="AwsRuleException">The first rule broken.</exception>
    public void Check(XElement config, string accountId, Distribution? self)
    {
        var origins = config.Element(Ns + "Origins")!.Element(Ns + "Items")!.Elements(Ns + "Origin").ToArray();
        if (origins.Length == 0)
        {
            throw Argument("The parameter Origins is required.");
        }
        if (origins.Length > MaxOrigins)
        {
            throw new AwsRuleException(400, "TooManyOrigins", "Your request contains too many origins.");
        }
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var origin in origins)
        {
            Require(origin, "Id", "DomainName");
            if (!ids.Add(Text(origin, "Id")))
            {
                throw Argument("The parameter Origin Id is not unique.");
            }
            if (Text(origin, "OriginPath") is { Length: > 0 } path && (!path.StartsWith('/') || path.EndsWith('/')))
            {
                throw Argument("The parameter OriginPath must start with a slash and must not end with one.");
            }
            CheckOrigin(origin, accountId, self);
        }
    }

    private void CheckOrigin(XElement origin, string accountId, Distribution? self)
    {
        var domain = Text(origin, "DomainName");
        var s3 = origin.Element(Ns + "S3OriginConfig");
        if (s3 is null && origin.Element(Ns + "CustomOriginConfig") is null && origin.Element(Ns + "VpcOriginConfig") is null)
        {
            throw new AwsRuleException(400, "InvalidOrigin", "The specified origin server does not exist or is not valid.");
        }
        if (s3 is not null)
        {
            Require(s3, "OriginAccessIdentity");
            if (BucketOf(domain) is not { } bucket || buckets.GetFacts(bucket) is null)
            {
                throw Argument("The parameter Origin DomainName does not refer to a valid S3 bucket.");
            }
        }
        var controlId = Text(origin, "OriginAccessControlId");
        CheckIdentity(controlId, Text(s3, "OriginAccessIdentity"), accountId);
        if (controlId.Length > 0)
        {
            CheckControl(domain, controlId, accountId, self);
        }
    }

    private void CheckIdentity(string controlId, string identity, string accountId)
    {
        if (controlId.Length > 0 && identity.Length > 0)
        {
            throw new AwsRuleException(
                400, "IllegalOriginAccessConfiguration", "An origin cannot contain both an origin access control (OAC) and an origin access identity (OAI).");
        }
        if (identity.Length > 0
            && !(identity.StartsWith(OriginAccessIdentity.Prefix, StringComparison.Ordinal)
                && store.Identities.TryGetValue(identity[OriginAccessIdentity.Prefix.Length..], out var known)
                && known.AccountId == accountId))
        {
            throw new AwsRuleException(400, "InvalidOriginAccessIdentity", "The specified origin access identity does not exist or is not valid.");
        }
    }

    private void CheckControl(string domain, string controlId, string accountId, Distribution? self)
    {
        var control = store.Controls.GetValueOrDefault(controlId);
        if (control is null || control.AccountId != accountId)
        {
            throw new AwsRuleException(400, "InvalidOriginAccessControl", "The specified origin access control does not exist or is not valid.");
        }
        if (control.OriginType == "s3" && BucketOf(domain) is null)
        {
            throw new AwsRuleException(
                400, "InvalidDomainNameForOriginAccessControl", "The domain name of the origin is not valid for the type of the origin access control.");
        }
        if (store.All.Count(d => d != self && d.UsesOriginAccessControl(controlId, store.Now)) >= MaxDistributionsPerControl)
        {
            throw new AwsRuleException(
                400,
                "TooManyDistributionsAssociatedToOriginAccessControl",
                "The maximum number of distributions have been associated with the specified origin access control.");
        }
    }
}
