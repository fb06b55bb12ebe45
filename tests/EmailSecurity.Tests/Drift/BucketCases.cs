using System.Reflection;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using EmailSecurity.Sandbox.S3;

namespace EmailSecurity.Tests.Drift;

/// <summary>Every setting of a stack's two buckets, and what becomes of it where another hand alters it.</summary>
internal static class BucketCases
{
    public static readonly XNamespace S3 = "http://s3.amazonaws.com/doc/2006-03-01/";

    // The subresources of a bucket that S3 has: those with a setting of the stack's, and those of others, which no stack has and none loses.
    private static readonly string[] Ours = ["publicAccessBlock", "ownershipControls", "policy", "encryption", "versioning", "tagging", "lifecycle", "logging"];

    private static readonly string[] Others =
    [
        "abac", "accelerate", "acl", "analytics", "cors", "intelligent-tiering", "inventory", "metadataConfiguration", "metadataInventoryTable",
        "metadataJournalTable", "metadataTable", "metrics", "notification", "object-lock", "replication", "requestPayment", "website",
    ];

    // No settings: actions, parts of objects, what follows from settings.
    private static readonly string[] NoSettings =
    [
        "attributes", "delete", "legal-hold", "location", "partNumber", "policyStatus", "renameObject", "restore", "retention", "select", "session", "torrent",
        "uploadId", "uploads", "versions",
    ];

    /// <summary>The subresources that S3 has and nobody has thought of.</summary>
    public static IEnumerable<string> Unclassified
        => ((HashSet<string>)typeof(S3Operation).GetField("Subresources", BindingFlags.NonPublic | BindingFlags.Static)!.GetValue(null)!).Except([.. Ours, .. Others, .. NoSettings]);

    /// <summary>The subresources that are walked.</summary>
    public static IReadOnlyList<string> Walked => Ours;

    /// <summary>By subresource and path; for the log bucket, where it differs. Null stands for a setting that is deleted.</summary>
    public static IReadOnlyDictionary<string, (Fate Assets, Fate? Logs, Func<string, string?> Alter)> All { get; } = new Dictionary<string, (Fate, Fate?, Func<string, string?>)>(StringComparer.Ordinal)
    {
        ["publicAccessBlock"] = (Fate.Repaired, Fate.Repaired, _ => null),
        ["publicAccessBlock/BlockPublicAcls"] = (Fate.Repaired, Fate.Repaired, Xml("BlockPublicAcls", "false")),
        ["publicAccessBlock/IgnorePublicAcls"] = (Fate.Repaired, Fate.Repaired, Xml("IgnorePublicAcls", "false")),
        ["publicAccessBlock/BlockPublicPolicy"] = (Fate.Repaired, Fate.Repaired, Xml("BlockPublicPolicy", "false")),
        ["publicAccessBlock/RestrictPublicBuckets"] = (Fate.Repaired, Fate.Repaired, Xml("RestrictPublicBuckets", "false")),
        ["ownershipControls"] = (Fate.Repaired, Fate.Repaired, _ => null),
        ["ownershipControls/Rule/ObjectOwnership"] = (Fate.Repaired, Fate.Repaired, Xml("ObjectOwnership", "ObjectWriter")),
        ["policy"] = (Fate.Repaired, Fate.Repaired, _ => null),
        ["policy/Statement/0"] = (Fate.Repaired, Fate.Repaired, Json(s => s.RemoveAt(0))),
        ["policy/Statement/1"] = (Fate.Repaired, Fate.Repaired, Json(s => s.RemoveAt(1))),
        ["policy/Statement/1/Action"] = (Fate.Repaired, Fate.Repaired, Json(s => s[1]!["Action"] = "s3:GetObjectTagging")),
        ["policy/Statement/1/Resource"] = (Fate.Repaired, Fate.Repaired, Json(s => s[1]!["Resource"] = ((s[1]!["Resource"] as JsonArray)?[0] ?? s[1]!["Resource"])!.GetValue<string>() + "x")),
        ["policy/Statement/1/Condition"] = (Fate.Repaired, Fate.Repaired, Json(s => s[1]!["Condition"] = new JsonObject { ["StringEquals"] = new JsonObject { ["aws:SourceAccount"] = "444455556666" } })),
        ["policy/Statement (theirs)"] = (Fate.Kept, Fate.Kept, Json(s => s.Add(new JsonObject
        {
            ["Sid"] = "Theirs",
            ["Effect"] = "Deny",
            ["Principal"] = "*",
            ["Action"] = "s3:DeleteBucket",
            ["Resource"] = s[0]!["Resource"]![0]!.GetValue<string>(),
        }))),
        ["encryption/Rule/ApplyServerSideEncryptionByDefault/SSEAlgorithm"] = (Fate.Repaired, Fate.Repaired, Xml("SSEAlgorithm", "aws:kms")), // by AWS's own key, which CloudFront cannot use
        ["encryption/Rule/BucketKeyEnabled"] = (Fate.Kept, Fate.Kept, Xml("BucketKeyEnabled", "true")),
        ["versioning/Status"] = (Fate.Repaired, Fate.Repaired, Xml("Status", "Suspended")),
        ["tagging"] = (Fate.Repaired, Fate.Repaired, _ => null),
        ["tagging/EmailSecurity:Stack"] = (Fate.Repaired, Fate.Repaired, Untag("EmailSecurity:Stack")),
        ["tagging/EmailSecurity:Parts"] = (Fate.Repaired, Fate.Repaired, Untag("EmailSecurity:Parts")),
        ["tagging/EmailSecurity:Served"] = (Fate.Fixed, Fate.Repaired, Untag("EmailSecurity:Served")), // only the log bucket has it
        ["tagging (theirs)"] = (Fate.Kept, Fate.Kept, Change(x => x.Descendants(S3 + "TagSet").Single().Add(new XElement(S3 + "Tag", new XElement(S3 + "Key", "theirs"), new XElement(S3 + "Value", "1"))))),
        ["lifecycle"] = (Fate.Repaired, Fate.Repaired, _ => null),
        ["lifecycle/Rule/ID"] = (Fate.Repaired, Fate.Repaired, Xml("ID", "renamed")),
        ["lifecycle/Rule/Filter/Prefix"] = (Fate.Repaired, Fate.Repaired, Xml("Prefix", "elsewhere/")),
        ["lifecycle/Rule/Status"] = (Fate.Kept, Fate.Kept, Xml("Status", "Disabled")), // what is off deletes nothing
        ["lifecycle/Rule/Expiration/Days"] = (Fate.Fixed, Fate.Kept, Xml("Days", "30")), // somebody asked for it once; the asset bucket's rule has none
        ["lifecycle/Rule/NoncurrentVersionExpiration/NoncurrentDays"] = (Fate.Repaired, Fate.Repaired, Xml("NoncurrentDays", "1")),
        ["lifecycle/Rule/AbortIncompleteMultipartUpload/DaysAfterInitiation"] = (Fate.Repaired, Fate.Repaired, Xml("DaysAfterInitiation", "1")),
        ["lifecycle/Rule (expires what is served)"] = (Fate.Repaired, Fate.Kept, Change(x => x.Add(Rule("theirs", ".well-known/")))),
        ["lifecycle/Rule (theirs)"] = (Fate.Kept, Fate.Kept, Change(x => x.Add(Rule("theirs", "backup/")))),
        ["logging"] = (Fate.Repaired, null, _ => $"<BucketLoggingStatus xmlns='{S3}'/>"),
        ["logging/LoggingEnabled/TargetBucket"] = (Fate.Kept, null, Xml("TargetBucket", "theirs-for-logs")),
        ["logging/LoggingEnabled/TargetPrefix"] = (Fate.Repaired, null, Xml("TargetPrefix", "s3/elsewhere/")),
        ["logging/LoggingEnabled/TargetObjectKeyFormat"] = (Fate.Kept, null, Change(x => x.Element(S3 + "LoggingEnabled")!.Add(new XElement(S3 + "TargetObjectKeyFormat", new XElement(S3 + "SimplePrefix"))))),
    };

    /// <summary>The settings that a document shows.</summary>
    public static IEnumerable<string> Paths(string subresource, string? document)
    {
        if (document is null)
        {
            return [];
        }

        if (subresource == "policy")
        {
            return ((JsonArray)JsonNode.Parse(document)!["Statement"]!).Select((_, i) => $"policy/Statement/{i}");
        }

        var root = XElement.Parse(document);
        return subresource == "tagging" ? root.Descendants(S3 + "Key").Select(k => "tagging/" + k.Value)
            : root.Descendants().Where(e => !e.HasElements).Select(e => $"{subresource}/{string.Join('/', e.AncestorsAndSelf().Reverse().Skip(1).Select(a => a.Name.LocalName))}");
    }

    private static XElement Rule(string id, string prefix) => new(S3 + "Rule", new XElement(S3 + "ID", id), new XElement(S3 + "Filter", new XElement(S3 + "Prefix", prefix)),
        new XElement(S3 + "Status", "Enabled"), new XElement(S3 + "Expiration", new XElement(S3 + "Days", "1")));

    private static Func<string, string?> Xml(string element, string value) => Change(x => x.Descendants(S3 + element).First().Value = value);

    private static Func<string, string?> Untag(string key) => Change(x => x.Descendants(S3 + "Tag").Single(t => t.Element(S3 + "Key")!.Value == key).Remove());

    private static Func<string, string?> Change(Action<XElement> change) => document =>
    {
        var root = XElement.Parse(document);
        change(root);
        return root.ToString(SaveOptions.DisableFormatting);
    };

    private static Func<string, string?> Json(Action<JsonArray> change) => document =>
    {
        var root = JsonNode.Parse(document)!;
        change((JsonArray)root["Statement"]!);
        return root.ToJsonString();
    };
}
