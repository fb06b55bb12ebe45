using System.Globalization;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Aws;
using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Sandbox.CloudFront;

/// <summary>The invalidation operations. Every call is under the store's lock.</summary>
public sealed class Invalidations(CloudFrontStore store)
{
    // CloudFront quotas: 3,000 files, 15 wildcard paths in active invalidations of one distribution.
    private const int MaxPaths = 3000;
    private const int MaxWildcards = 15;
    private const int MaxPathLength = 4000;
    private const int MaxKept = 100;

    private static readonly XNamespace Ns = CloudFrontService.Ns;

    /// <summary>CreateInvalidation: the same caller reference and paths give the same invalidation again.</summary>
    public AwsReply Create(AwsCall call, Distribution distribution)
    {
        var batch = RestXml.Parse(call.Body, "InvalidationBatch", Ns, "MalformedXML");
        var paths = batch.Element(Ns + "Paths")?.Element(Ns + "Items")?.Elements(Ns + "Path").Select(p => p.Value).ToArray() ?? [];
        if (batch.Element(Ns + "Paths")?.Text(Ns + "Quantity") != paths.Length.ToString(CultureInfo.InvariantCulture))
        {
            throw new AwsRuleException(400, "InconsistentQuantities", "The value of Quantity and the size of Items do not match.");
        }
        var reference = batch.Text(Ns + "CallerReference") ?? "";
        if (reference.Length == 0 || paths.Length == 0)
        {
            throw new AwsRuleException(400, "InvalidArgument", "The parameters CallerReference and Paths are required.");
        }
        // A path starts with a slash; a wildcard is its last character (Developer Guide, "What you need to know when invalidating files").
        if (paths.Any(p => !p.StartsWith('/') || p.Length > MaxPathLength || p.AsSpan(0, p.Length - 1).Contains('*') || p.Any(c => c is <= ' ' or > '~')))
        {
            throw new AwsRuleException(400, "InvalidArgument", "Your request contains one or more invalid invalidation paths.");
        }
        if (paths.Distinct(StringComparer.Ordinal).Count() != paths.Length)
        {
            throw new AwsRuleException(400, "InvalidArgument", "Your request contains one or more duplicate invalidation paths.");
        }
        if (paths.Length > MaxPaths)
        {
            throw new AwsRuleException(413, "BatchTooLarge", "Invalidation batch specified is too large.");
        }
        if (distribution.Invalidations.FirstOrDefault(i => i.CallerReference == reference) is { } same)
        {
            return same.Paths.SequenceEqual(paths, StringComparer.Ordinal)
                ? Created(distribution, same)
                : throw new AwsRuleException(
                    400,
                    "InvalidArgument",
                    "Your request contains a caller reference that was used for a previous invalidation batch for the same distribution.");
        }
        var active = distribution.Invalidations.Where(i => i.CompleteAt > store.Now).SelectMany(i => i.Paths).Concat(paths).ToArray();
        if (active.Length > MaxPaths || active.Count(p => p.EndsWith('*')) > MaxWildcards)
        {
            throw new AwsRuleException(
                400, "TooManyInvalidationsInProgress", "Processing your request would cause you to exceed the maximum number of in-progress invalidations.");
        }
        var invalidation = new Invalidation(CloudFrontStore.NewId("I"), reference, paths, store.Now, store.InvalidationCompleteAt());
        distribution.Invalidations.Add(invalidation);
        distribution.Pending.Enqueue(invalidation);
        if (distribution.Invalidations.Count > MaxKept && distribution.Invalidations[0].CompleteAt <= store.Now)
        {
            distribution.Invalidations.RemoveAt(0);
        }
        return Created(distribution, invalidation);
    }

    /// <summary>GetInvalidation.</summary>
    public AwsReply Get(Distribution distribution, string id) => RestXml.Reply(200, Xml(
        distribution.Invalidations.Find(i => i.Id == id)
            ?? throw new AwsRuleException(404, "NoSuchInvalidation", "The specified invalidation does not exist.")));

    /// <summary>ListInvalidations, newest first.</summary>
    public AwsReply List(AwsCall call, Distribution distribution) => RestXml.Reply(200, CloudFrontPage.Of(
        "InvalidationList",
        [.. Enumerable.Reverse(distribution.Invalidations)],
        call,
        i => i.Id,
        i => new XElement(
            Ns + "InvalidationSummary",
            new XElement(Ns + "Id", i.Id),
            new XElement(Ns + "CreateTime", RestXml.Time(i.CreatedAt)),
            new XElement(Ns + "Status", StatusOf(i)))));

    private AwsReply Created(Distribution distribution, Invalidation invalidation)
    {
        var xml = Xml(invalidation);
        if (invalidation.CreatedAt == store.Now)
        {
            xml.SetElementValue(Ns + "Status", "InProgress"); // the reply to a creation never says Completed
        }
        return RestXml.Reply(
            201, xml, ("Location", $"https://cloudfront.amazonaws.com/2020-05-31/distribution/{distribution.Id}/invalidation/{invalidation.Id}"));
    }

    private string StatusOf(Invalidation invalidation) => invalidation.CompleteAt > store.Now ? "InProgress" : "Completed";

    private XElement Xml(Invalidation invalidation) => new(
        Ns + "Invalidation",
        new XElement(Ns + "Id", invalidation.Id),
        new XElement(Ns + "Status", StatusOf(invalidation)),
        new XElement(Ns + "CreateTime", RestXml.Time(invalidation.CreatedAt)),
        new XElement(
            Ns + "InvalidationBatch",
            new XElement(
                Ns + "Paths",
                new XElement(Ns + "Quantity", invalidation.Paths.Count),
                new XElement(Ns + "Items", invalidation.Paths.Select(p => new XElement(Ns + "Path", p)))),
            new XElement(Ns + "CallerReference", invalidation.CallerReference)));
}
