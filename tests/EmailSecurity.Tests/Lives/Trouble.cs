using System.Text;

namespace EmailSecurity.Tests.Lives;

/// <summary>What befalls a command.</summary>
internal sealed record Trouble
{
    // Each operation has faults of its own: so it does not matter in which order parallel calls of different operations arrive.
    private static readonly string[] Operations =
    [
        "s3 CreateBucket", "s3 HeadBucket", "s3 DeleteBucket", "s3 GetBucketLocation", "s3 GetPublicAccessBlock", "s3 PutPublicAccessBlock",
        "s3 GetBucketOwnershipControls", "s3 PutBucketOwnershipControls", "s3 GetBucketPolicy", "s3 PutBucketPolicy", "s3 GetBucketEncryption",
        "s3 PutBucketEncryption", "s3 GetBucketVersioning", "s3 PutBucketVersioning", "s3 GetBucketTagging", "s3 PutBucketTagging",
        "s3 GetBucketLifecycleConfiguration", "s3 PutBucketLifecycleConfiguration", "s3 GetBucketLogging", "s3 PutBucketLogging", "s3 ListObjectVersions",
        "s3 ListObjectsV2", "s3 ListBuckets", "s3 DeleteObjects", "s3 PutObject", "s3 GetObject", "s3 HeadObject", "sts GetCallerIdentity",
        "route53 ListHostedZonesByName", "route53 ListHostedZones", "route53 GetHostedZone", "route53 ListResourceRecordSets",
        "route53 ChangeResourceRecordSets", "route53 GetChange", "cloudfront CreateDistributionWithTags", "cloudfront ListDistributions",
        "cloudfront GetDistribution", "cloudfront GetDistributionConfig", "cloudfront UpdateDistribution", "cloudfront DeleteDistribution",
        "cloudfront CreateInvalidation", "cloudfront GetInvalidation", "cloudfront TagResource", "cloudfront ListTagsForResource",
        "cloudfront CreateOriginAccessControl", "cloudfront ListOriginAccessControls", "cloudfront GetOriginAccessControl",
        "cloudfront DeleteOriginAccessControl", "acm RequestCertificate", "acm DescribeCertificate", "acm ListCertificates", "acm DeleteCertificate",
        "acm ListTagsForCertificate", "acm AddTagsToCertificate",
    ];

    private const string Kinds = """["throttle","error500","timeout","reset","lostResponse"]""";

    public static readonly Trouble None = new();

    /// <summary>The share of all calls that goes wrong.</summary>
    public double Faults { get; init; }

    /// <summary>Which ones, and how.</summary>
    public uint FaultSeed { get; init; }

    /// <summary>Ctrl+C at this write; 0 for none.</summary>
    public int StopAt { get; init; }

    /// <summary>Somebody else steps in at this call; 0 for nobody.</summary>
    public int HandAt { get; init; }

    /// <summary>AWS takes the time that it takes.</summary>
    public bool IsSlow { get; init; }

    /// <summary>-NoWait.</summary>
    public bool NoWait { get; init; }

    /// <summary>True where the command must end well.</summary>
    public bool IsNone => Faults == 0 && StopAt == 0 && !NoWait && HandAt == 0;

    /// <summary>The sandbox's fault plan; null for none.</summary>
    public string? Plan()
    {
        if (Faults == 0)
        {
            return null;
        }

        var text = new StringBuilder("[");
        for (var i = 0; i < Operations.Length; i++)
        {
            var parts = Operations[i].Split(' ');
            text.Append(i == 0 ? "" : ",").Append(Invariant($$"""
                {"service":"{{parts[0]}}","operation":"{{parts[1]}}","rate":{{Faults}},"seed":{{FaultSeed + i}},"kinds":{{Kinds}}}
                """));
        }

        return text.Append(']').ToString();
    }

    public static Trouble Draw(LifeRandom random, bool withHands)
    {
        var seed = (uint)random.Below(1_000_000);
        var stop = random.UpTo(14);
        var trouble = random.Below(100) switch
        {
            < 52 => None,
            < 74 => new Trouble { Faults = random.Pick([0.02, 0.1, 0.25]), FaultSeed = seed },
            < 88 => new Trouble { StopAt = stop },
            < 93 => new Trouble { NoWait = true },
            _ => new Trouble { Faults = 0.05, FaultSeed = seed, StopAt = stop },
        };
        var hand = random.UpTo(45);
        return trouble with { IsSlow = random.Chance(0.06), HandAt = withHands && random.Chance(0.15) ? hand : 0 };
    }

    public override string ToString()
    {
        List<string> words = [];
        if (Faults > 0)
        {
            words.Add(Invariant($"{Faults * 100:0} % of all calls go wrong (faults {FaultSeed})"));
        }

        if (StopAt > 0)
        {
            words.Add(Invariant($"Ctrl+C at write {StopAt}"));
        }

        if (HandAt > 0)
        {
            words.Add(Invariant($"somebody steps in at call {HandAt}"));
        }

        if (NoWait)
        {
            words.Add("-NoWait");
        }

        if (IsSlow)
        {
            words.Add("at AWS's own pace");
        }

        return words.Count == 0 ? "" : $" [{string.Join("; ", words)}]";
    }
}
