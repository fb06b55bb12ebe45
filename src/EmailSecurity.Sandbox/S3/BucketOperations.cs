using System.Globalization;
using System.Text;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Aws;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.S3.Documents;

namespace EmailSecurity.Sandbox.S3;

/// <summary>Buckets themselves: create, head, delete, list, locate.</summary>
internal static class BucketOperations
{
    /// <summary>General purpose buckets an account may have by default.</summary>
    private const int MostBuckets = 10_000;

    public static AwsReply Create(S3Context context)
    {
        var name = context.BucketName;
        if (!BucketNames.IsValid(name))
        {
            throw new S3Exception(400, "InvalidBucketName", "The specified bucket is not valid.") { Details = [new XElement("BucketName", name)] };
        }
        if (context.Header("x-amz-bucket-object-lock-enabled") is { } objectLock && objectLock.Equals("true", StringComparison.OrdinalIgnoreCase))
        {
            throw S3Exception.NotImplemented("x-amz-bucket-object-lock-enabled");
        }
        BodyChecksums.Check(context.Call, required: false);
        var (region, tags) = ReadConfiguration(context);
        var isRegional = BucketNamespaces.Check(context, region);
        var (ownership, grants) = ReadOwnership(context);
        if (context.State.Buckets.TryGetValue(name, out var existing))
        {
            return MakeAgain(context, existing, region, isRegional);
        }
        if (context.State.Buckets.Values.Count(b => b.Owner == context.Account) >= MostBuckets)
        {
            throw new S3Exception(400, "TooManyBuckets", "You have attempted to create more buckets than allowed");
        }
        context.State.Buckets.Add(name, new Bucket(name, context.Account, region, context.State.Clock.Now)
        {
            Ownership = ownership,
            Acl = grants ?? [Grant.ToOwner(context.Account)],
            Tags = tags,
        });
        return Made(name, region);
    }

    public static AwsReply Head(S3Context context) => new(200, "application/xml", [])
    {
        Headers = new Dictionary<string, string>
        {
            ["x-amz-bucket-region"] = context.Bucket.Region,
            ["x-amz-access-point-alias"] = "false",
            ["x-amz-bucket-arn"] = context.Bucket.Arn,
        },
    };

    public static AwsReply Delete(S3Context context)
    {
        if (!context.Bucket.Objects.IsEmpty)
        {
            throw new S3Exception(
                409,
                "BucketNotEmpty",
                context.Bucket.Versioning is null
                    ? "The bucket you tried to delete is not empty"
                    : "The bucket you tried to delete is not empty. You must delete all versions in the bucket.")
            {
                Details = [new XElement("BucketName", context.BucketName)],
            };
        }
        context.State.Buckets.Remove(context.BucketName);
        return new AwsReply(204, "", []);
    }

    public static AwsReply GetLocation(S3Context context) =>
        S3Xml.Reply("LocationConstraint", context.Bucket.Region switch { "us-east-1" => null, var region => region });

    public static AwsReply List(S3Context context)
    {
        var most = 10_000;
        if (context.Query("max-buckets") is { } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out most) || most is < 1 or > 10_000))
        {
            throw S3Exception.InvalidArgument("Argument max-buckets must be an integer between 1 and 10000", "max-buckets", text);
        }
        var prefix = context.Query("prefix") ?? "";
        var after = context.Query("continuation-token") is { } token ? ListingOperations.ReadToken(token) : "";
        List<Bucket> matching =
        [
            .. context.State.Buckets.Values.Where(b => b.Owner == context.Account
                && b.Name.StartsWith(prefix, StringComparison.Ordinal)
                && string.CompareOrdinal(b.Name, after) > 0
                && (context.Query("bucket-region") is not { } region || b.Region == region)).Take(most + 1),
        ];
        var page = matching.Take(most).ToList();
        return S3Xml.Reply(
            "ListAllMyBucketsResult",
            new XElement("Owner", new XElement("ID", context.Account.CanonicalId)),
            new XElement(
                "Buckets",
                page.Select(b =>
                    new XElement(
                        "Bucket",
                        new XElement("Name", b.Name),
                        new XElement("CreationDate", ListingOperations.Time(b.Created)),
                        new XElement("BucketRegion", b.Region),
                        new XElement("BucketArn", b.Arn)))),
            matching.Count > most ? new XElement("ContinuationToken", Convert.ToBase64String(Encoding.UTF8.GetBytes(page[^1].Name))) : null,
            prefix.Length > 0 ? new XElement("Prefix", prefix) : null);
    }

    /// <summary>Who will own the objects, and what access the creation grants.</summary>
    private static (string Ownership, IReadOnlyList<Grant>? Grants) ReadOwnership(S3Context context)
    {
        var ownership = context.Header("x-amz-object-ownership") ?? "BucketOwnerEnforced";
        if (ownership is not ("BucketOwnerEnforced" or "BucketOwnerPreferred" or "ObjectWriter"))
        {
            throw S3Exception.InvalidArgument("Invalid x-amz-object-ownership header: " + ownership, "x-amz-object-ownership", ownership);
        }
        var grants = Grant.FromHeaders(context.Call.Headers, context.Account, forBucket: true);
        if (grants is not null && ownership == "BucketOwnerEnforced" && context.Header("x-amz-acl") != "private")
        {
            throw new S3Exception(400, "InvalidBucketAclWithObjectOwnership", "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting");
        }
        if (grants?.Any(g => g.IsPublic) == true)
        {
            throw new S3Exception(400, "InvalidBucketAclWithBlockPublicAccessError", "Bucket cannot have public ACLs set with BlockPublicAccess enabled");
        }
        return (ownership, grants);
    }

    // Names are global. In us-east-1 alone an owner may create his bucket of the shared namespace again, for the sake of old clients.
    private static AwsReply MakeAgain(S3Context context, Bucket existing, string region, bool isRegional) => existing.Owner != context.Account
        ? throw new S3Exception(
            409,
            "BucketAlreadyExists",
            "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a "
                + "different name and try again.")
        {
            Details = [new XElement("BucketName", existing.Name)],
        }
        : existing.Region == "us-east-1" && region == "us-east-1" && !isRegional ? Made(existing.Name, region)
        : throw new S3Exception(409, "BucketAlreadyOwnedByYou", "Your previous request to create the named bucket succeeded and you already own it.")
        {
            Details = [new XElement("BucketName", existing.Name)],
        };

    private static AwsReply Made(string name, string region) => new(200, "", [])
    {
        Headers = new Dictionary<string, string> { ["Location"] = "/" + name, ["x-amz-bucket-arn"] = $"arn:{Regions.Partition(region)}:s3:::{name}" },
    };

    /// <summary>The region and tags a new bucket gets, by the rules of regional endpoints.</summary>
    private static (string Region, IReadOnlyList<KeyValuePair<string, string>> Tags) ReadConfiguration(S3Context context)
    {
        var endpoint = context.Call.Region;
        if (!Regions.IsWellFormed(endpoint))
        {
            throw new S3Exception(400, "AuthorizationHeaderMalformed", $"The authorization header is malformed; the region '{endpoint}' is wrong");
        }
        string? constraint = null;
        IReadOnlyList<KeyValuePair<string, string>> tags = [];
        if (context.Call.Body.Length > 0)
        {
            var body = S3Xml.Parse(context.Call.Body, "CreateBucketConfiguration");
            if (body.Child("Location") is not null || body.Child("Bucket") is not null)
            {
                throw S3Exception.NotImplemented("directory buckets");
            }
            body.Only("LocationConstraint", "Tags");
            constraint = body.Text("LocationConstraint");
            tags = body.Child("Tags") is { } set ? TagSet.Read(set) : [];
        }
        if (string.IsNullOrEmpty(constraint))
        {
            return endpoint == "us-east-1" ? (endpoint, tags) : throw Illegal("unspecified");
        }
        if (constraint == "us-east-1" || !(constraint == "EU" || Regions.IsWellFormed(constraint)))
        {
            throw new S3Exception(400, "InvalidLocationConstraint", "The specified location-constraint is not valid")
            {
                Details = [new XElement("LocationConstraint", constraint)],
            };
        }
        var region = constraint == "EU" ? "eu-west-1" : constraint;
        // The us-east-1 endpoint creates buckets anywhere; every other one only at home.
        return endpoint == "us-east-1" || endpoint == region ? (region, tags) : throw Illegal(constraint);
    }

    private static S3Exception Illegal(string constraint) =>
        new(
            400,
            "IllegalLocationConstraintException",
            $"The {constraint} location constraint is incompatible for the region specific endpoint this request was sent to.");
}
