using System.Xml.Linq;
using EmailSecurity.Sandbox.Accounts;
using EmailSecurity.Sandbox.S3.Documents;

namespace EmailSecurity.Sandbox.S3;

/// <summary>One grant of an access control list.</summary>
/// <param name="CanonicalId">Canonical user id of the grantee; null for a group.</param>
/// <param name="Uri">URI of a group; null for a user.</param>
/// <param name="Permission">FULL_CONTROL, READ, WRITE, READ_ACP, WRITE_ACP.</param>
internal sealed record Grant(string? CanonicalId, string? Uri, string Permission)
{
    public const string AllUsers = "http://acs.amazonaws.com/groups/global/AllUsers";
    public const string AuthenticatedUsers = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
    public const string LogDelivery = "http://acs.amazonaws.com/groups/s3/LogDelivery";
    private static readonly string[] Permissions = ["FULL_CONTROL", "READ", "WRITE", "READ_ACP", "WRITE_ACP"];

    /// <summary>True for a grant to everybody, or to everybody with an AWS account.</summary>
    public bool IsPublic => Uri is AllUsers or AuthenticatedUsers;

    public static Grant ToOwner(SandboxAccount owner) => new(owner.CanonicalId, null, "FULL_CONTROL");

    /// <summary>Grants of a canned ACL.</summary>
    public static IReadOnlyList<Grant> Canned(string name, SandboxAccount owner, bool forBucket) => name switch
    {
        "private" => [ToOwner(owner)],
        "bucket-owner-read" or "bucket-owner-full-control" when !forBucket => [ToOwner(owner)],
        "aws-exec-read" => [ToOwner(owner)],
        "public-read" => [ToOwner(owner), new(null, AllUsers, "READ")],
        "public-read-write" => [ToOwner(owner), new(null, AllUsers, "READ"), new(null, AllUsers, "WRITE")],
        "authenticated-read" => [ToOwner(owner), new(null, AuthenticatedUsers, "READ")],
        "log-delivery-write" when forBucket => [ToOwner(owner), new(null, LogDelivery, "WRITE"), new(null, LogDelivery, "READ_ACP")],
        _ => throw S3Exception.InvalidArgument("The canned ACL is not one of S3's.", "x-amz-acl", name),
    };

    /// <summary>Reads x-amz-acl and x-amz-grant-*; null where none is there.</summary>
    public static IReadOnlyList<Grant>? FromHeaders(IReadOnlyDictionary<string, string> headers, SandboxAccount owner, bool forBucket)
    {
        var grants = new List<Grant>();
        foreach (var permission in Permissions)
        {
            if (headers.GetValueOrDefault("x-amz-grant-" + permission.ToLowerInvariant().Replace('_', '-')) is not { } value)
            {
                continue;
            }
            foreach (var part in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                var equals = part.IndexOf('=', StringComparison.Ordinal);
                var grantee = equals < 0 ? "" : part[(equals + 1)..].Trim('"');
                grants.Add((equals < 0 ? "" : part[..equals].Trim()) switch
                {
                    "id" => new Grant(grantee, null, permission),
                    "uri" => Group(grantee, permission),
                    _ => throw S3Exception.InvalidArgument("Argument format not recognized", "x-amz-grant", part),
                });
            }
        }
        if (headers.GetValueOrDefault("x-amz-acl") is not { } canned)
        {
            return grants.Count == 0 ? null : grants;
        }
        return grants.Count == 0
            ? Canned(canned, owner, forBucket)
            : throw S3Exception.InvalidRequest("Specifying both Canned ACLs and Header Grants is not allowed");
    }

    /// <summary>Reads an AccessControlPolicy.</summary>
    public static IReadOnlyList<Grant> FromXml(XElement policy, SandboxAccount owner)
    {
        policy.Only("Owner", "AccessControlList");
        if (policy.Child("Owner")?.Text("ID") is { } id && id != owner.CanonicalId)
        {
            throw S3Exception.AccessDenied();
        }
        return FromList(policy.Child("AccessControlList") ?? throw S3Exception.MalformedXml());
    }

    /// <summary>Reads a list of Grant elements.</summary>
    public static IReadOnlyList<Grant> FromList(XElement list)
    {
        var grants = list.Many("Grant");
        return grants.Count > 100 ? throw S3Exception.MalformedXml() : [.. grants.Select(FromXml)];
    }

    /// <summary>The Grant element.</summary>
    public XElement ToXml() => new(
        "Grant",
        Uri is not null ? S3Xml.Grantee("Group", new XElement("URI", Uri)) : S3Xml.Grantee("CanonicalUser", new XElement("ID", CanonicalId)),
        new XElement("Permission", Permission));

    private static Grant FromXml(XElement grant)
    {
        grant.Only("Grantee", "Permission");
        var permission = grant.Required("Permission");
        var grantee = grant.Child("Grantee") ?? throw S3Exception.MalformedXml();
        if (!Permissions.Contains(permission))
        {
            throw S3Exception.MalformedXml();
        }
        return S3Xml.GranteeType(grantee) switch
        {
            "CanonicalUser" => new Grant(grantee.Required("ID"), null, permission),
            "Group" => Group(grantee.Required("URI"), permission),
            _ => throw S3Exception.NotImplemented("grantees by e-mail address"),
        };
    }

    private static Grant Group(string uri, string permission) =>
        uri is AllUsers or AuthenticatedUsers or LogDelivery
            ? new Grant(null, uri, permission)
            : throw S3Exception.InvalidArgument("Invalid group uri", "uri", uri);
}
