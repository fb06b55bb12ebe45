using System.Globalization;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.S3.Documents;

namespace EmailSecurity.Sandbox.S3;

/// <summary>Lifecycle rules: checked and kept, not carried out (the sandbox does not live for days).</summary>
internal static class LifecycleOperations
{
    private const int MostRules = 1000;
    private const string MinimumSizeHeader = "x-amz-transition-default-minimum-object-size";
    private static readonly string[] StorageClasses = ["GLACIER", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "DEEP_ARCHIVE", "GLACIER_IR"];
    private static readonly Dictionary<string, string> MinimumSize = new() { [MinimumSizeHeader] = "all_storage_classes_128K" };

    public static AwsReply Get(S3Context context) => context.Bucket.Lifecycle is { } rules
        ? S3Xml.Reply("LifecycleConfiguration", rules.Select(r => new XElement(r))) with { Headers = MinimumSize }
        : throw new S3Exception(404, "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist")
        {
            Details = [new XElement("BucketName", context.BucketName)],
        };

    public static AwsReply Put(S3Context context)
    {
        var rules = S3Xml.Parse(context.Call.Body, "LifecycleConfiguration").Many("Rule");
        if (rules.Count is 0 or > MostRules)
        {
            throw S3Exception.MalformedXml();
        }
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var rule in rules)
        {
            Check(rule);
            var id = rule.Text("ID");
            if (string.IsNullOrEmpty(id))
            {
                // S3 names rules that come without a name.
                rule.Child("ID")?.Remove();
                rule.AddFirst(new XElement(S3Xml.Namespace + "ID", id = Guid.NewGuid().ToString("N")));
            }
            if (id.Length > 255)
            {
                throw S3Exception.InvalidArgument("ID length should not exceed allowed limit of 255", "ID", id);
            }
            if (!ids.Add(id))
            {
                throw S3Exception.InvalidArgument("Rule ID must be unique. Found same ID for more than one rule", "ID", id);
            }
        }
        context.Bucket.Lifecycle = [.. rules];
        return new AwsReply(200, "", []) { Headers = MinimumSize };
    }

    public static AwsReply Delete(S3Context context)
    {
        context.Bucket.Lifecycle = null;
        return new AwsReply(204, "", []);
    }

    private static void Check(XElement rule)
    {
        var repeated = rule.Elements().Where(e => e.Name.LocalName is "Transition" or "NoncurrentVersionTransition").ToList();
        var once = new XElement(rule);
        once.Elements().Where(e => e.Name.LocalName is "Transition" or "NoncurrentVersionTransition").Remove();
        once.Only("ID", "Prefix", "Filter", "Status", "Expiration", "NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload");
        if (rule.Required("Status") is not ("Enabled" or "Disabled") || rule.Child("Filter") is null == rule.Child("Prefix") is null)
        {
            throw S3Exception.MalformedXml(); // exactly one of Filter and the older Prefix
        }
        var filterHasTagsOrSizes = rule.Child("Filter") is { } filter && CheckFilter(filter);
        var actions = repeated.Count + CheckExpiration(rule, filterHasTagsOrSizes) + CheckNoncurrent(rule) + CheckAbort(rule, filterHasTagsOrSizes);
        if (actions == 0)
        {
            throw S3Exception.InvalidRequest("At least one action needs to be specified in a rule");
        }
        foreach (var transition in repeated)
        {
            var current = transition.Name.LocalName == "Transition";
            transition.Only(current ? ["Date", "Days", "StorageClass"] : ["NoncurrentDays", "StorageClass", "NewerNoncurrentVersions"]);
            if (!StorageClasses.Contains(transition.Required("StorageClass"))
                || (current ? transition.Text("Days") is null == transition.Text("Date") is null : transition.Text("NoncurrentDays") is null))
            {
                throw S3Exception.MalformedXml();
            }
            if (!int.TryParse(transition.Text(current ? "Days" : "NoncurrentDays") ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                throw S3Exception.InvalidArgument("'Days' in the Transition action must be nonnegative");
            }
        }
    }

    /// <summary>A filter has one condition, or several within And; true where any is a tag or a size.</summary>
    private static bool CheckFilter(XElement filter)
    {
        filter.Only("Prefix", "Tag", "ObjectSizeGreaterThan", "ObjectSizeLessThan", "And");
        if (filter.Elements().Count() > 1)
        {
            throw S3Exception.MalformedXml();
        }
        if (filter.Child("And") is not { } and)
        {
            return filter.Elements().Any(e => e.Name.LocalName != "Prefix");
        }
        if (and.Elements().Count() < 2
            || and.Elements().Any(e => e.Name.LocalName is not ("Prefix" or "Tag" or "ObjectSizeGreaterThan" or "ObjectSizeLessThan")))
        {
            throw S3Exception.MalformedXml();
        }
        return and.Elements().Any(e => e.Name.LocalName != "Prefix");
    }

    private static int CheckExpiration(XElement rule, bool filterHasTagsOrSizes)
    {
        if (rule.Child("Expiration") is not { } expiration)
        {
            return 0;
        }
        expiration.Only("Days", "Date", "ExpiredObjectDeleteMarker");
        if (expiration.Elements().Count() != 1)
        {
            throw S3Exception.MalformedXml(); // ExpiredObjectDeleteMarker goes with neither Days nor Date
        }
        expiration.Positive("Days", "'Days' for Expiration action must be a positive integer");
        if (expiration.Flag("ExpiredObjectDeleteMarker") is not null && filterHasTagsOrSizes)
        {
            throw S3Exception.InvalidRequest("ExpiredObjectDeleteMarker cannot be specified with Tags or sizes.");
        }
        if (expiration.Text("Date") is { } date
            && !(DateTimeOffset.TryParse(date, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var when)
                && when.UtcDateTime.TimeOfDay == TimeSpan.Zero))
        {
            throw S3Exception.InvalidArgument("'Date' must be at midnight GMT", "Date", date);
        }
        return 1;
    }

    private static int CheckNoncurrent(XElement rule)
    {
        if (rule.Child("NoncurrentVersionExpiration") is not { } expiration)
        {
            return 0;
        }
        expiration.Only("NoncurrentDays", "NewerNoncurrentVersions");
        if (expiration.Positive("NoncurrentDays", "'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer") is null)
        {
            throw S3Exception.MalformedXml();
        }
        if (expiration.Positive("NewerNoncurrentVersions", "'NewerNoncurrentVersions' must be between 1 and 100") > 100)
        {
            throw S3Exception.InvalidArgument("'NewerNoncurrentVersions' must be between 1 and 100");
        }
        return 1;
    }

    private static int CheckAbort(XElement rule, bool filterHasTagsOrSizes)
    {
        if (rule.Child("AbortIncompleteMultipartUpload") is not { } abort)
        {
            return 0;
        }
        abort.Only("DaysAfterInitiation");
        if (abort.Positive("DaysAfterInitiation", "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer") is null)
        {
            throw S3Exception.MalformedXml();
        }
        return filterHasTagsOrSizes ? throw S3Exception.InvalidRequest("AbortIncompleteMultipartUpload cannot be specified with Tags.") : 1;
    }
}
