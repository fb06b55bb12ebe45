using System.Collections.Concurrent;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Aws;
using EmailSecurity.Sandbox.CloudFront;
using EmailSecurity.Sandbox.Contracts;
using static EmailSecurity.Sandbox.Route53.Route53Xml;

namespace EmailSecurity.Sandbox.Route53;

/// <summary>Route 53 (rest-xml, API version 2013-04-01).</summary>
public sealed class Route53Service(SandboxClock clock, Route53Store store, CloudFrontStore distributions) : IAwsService
{
    /// <summary>Namespace of every element.</summary>
    public static readonly XNamespace Ns = "https://route53.amazonaws.com/doc/2013-04-01/";

    // Long enough that two calls sent at once meet; Route 53 takes a few hundred milliseconds.
    private static readonly TimeSpan LeastProcessing = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan RealProcessing = TimeSpan.FromMilliseconds(250);

    private readonly HostedZoneCalls zones = new(store);
    private readonly ZoneTags tags = new(store);
    private readonly RecordListing records = new(store);
    private readonly ConcurrentDictionary<string, RequestLimits> limits = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Name => "route53";

    /// <inheritdoc/>
    public AwsOperation? Identify(AwsCall call) => (call.Method, Segments(call)) switch
    {
        ("POST", ["hostedzone"]) => new("CreateHostedZone", true),
        ("GET", ["hostedzone"]) => new("ListHostedZones", false),
        ("GET", ["hostedzonesbyname"]) => new("ListHostedZonesByName", false),
        ("GET", ["hostedzonecount"]) => new("GetHostedZoneCount", false),
        ("GET", ["hostedzone", _]) => new("GetHostedZone", false),
        ("DELETE", ["hostedzone", _]) => new("DeleteHostedZone", true),
        ("POST", ["hostedzone", _, "rrset"]) => new("ChangeResourceRecordSets", true),
        ("GET", ["hostedzone", _, "rrset"]) => new("ListResourceRecordSets", false),
        ("GET", ["change", _]) => new("GetChange", false),
        ("POST", ["tags", "hostedzone", _]) => new("ChangeTagsForResource", true),
        ("GET", ["tags", "hostedzone", _]) => new("ListTagsForResource", false),
        ("POST", ["tags", "hostedzone"]) => new("ListTagsForResources", false),
        _ => null,
    };

    /// <inheritdoc/>
    public AwsReply Error(AwsCall call, int status, string code, string message) => RestXml.Error(Ns, call, status, code, message);

    /// <inheritdoc/>
    public async Task<AwsReply> HandleAsync(AwsCall call, AwsOperation operation, CancellationToken cancellationToken)
    {
        try
        {
            LimitsOf(call.AccountId).CountRequest(operation.Name);
            var segments = Segments(call);
            var id = segments.Length > 1 ? segments[^1] : "";
            switch (operation.Name)
            {
                case "ChangeResourceRecordSets":
                    return await ChangeAsync(call, segments[1]);
                case "ListResourceRecordSets":
                    return records.Page(call, segments[1]);
            }
            lock (store.Gate)
            {
                return operation.Name switch
                {
                    "CreateHostedZone" => zones.Create(call),
                    "GetHostedZone" => HostedZoneCalls.Get(store.Zone(id, call.AccountId)),
                    "DeleteHostedZone" =>
                        RestXml.Reply(200, new XElement(Ns + "DeleteHostedZoneResponse", Xml(store.Delete(store.Zone(id, call.AccountId)), pending: true))),
                    "ListHostedZones" => zones.List(call),
                    "ListHostedZonesByName" => zones.ListByName(call),
                    "GetHostedZoneCount" => RestXml.Reply(
                        200, new XElement(Ns + "GetHostedZoneCountResponse", new XElement(Ns + "HostedZoneCount", store.ZonesOf(call.AccountId).Count))),
                    "GetChange" => RestXml.Reply(200, new XElement(Ns + "GetChangeResponse", GetChange(call, id))),
                    "ChangeTagsForResource" => ZoneTags.Change(call, store.Zone(id, call.AccountId)),
                    "ListTagsForResource" => RestXml.Reply(200, new XElement(Ns + "ListTagsForResourceResponse", ZoneTags.Of(store.Zone(id, call.AccountId)))),
                    "ListTagsForResources" => tags.List(call),
                    _ => Error(call, 404, "UnknownOperationException", operation.Name),
                };
            }
        }
        catch (AwsRuleException e)
        {
            return Error(call, e.Status, e.Code, e.Message);
        }
    }

    private XElement GetChange(AwsCall call, string id)
    {
        var change = store.Change(id, call.AccountId) ?? throw new AwsRuleException(404, "NoSuchChange", $"Could not find resource with ID: {id}");
        return Xml(change, pending: change.InSyncAt > clock.Now);
    }

    private RequestLimits LimitsOf(string accountId) => limits.GetOrAdd(accountId, _ => new RequestLimits(clock.Time));

    private static string[] Segments(AwsCall call)
    {
        var segments = call.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return segments is ["2013-04-01", .. var rest] ? rest : [];
    }

    private async Task<AwsReply> ChangeAsync(AwsCall call, string zoneId)
    {
        var request = RestXml.Parse(call.Body, "ChangeResourceRecordSetsRequest", Ns, "InvalidInput");
        LimitsOf(call.AccountId).CountChanges(request.Element(Ns + "ChangeBatch")?.Element(Ns + "Changes")?.Elements(Ns + "Change").Count() ?? 0);
        HostedZone zone;
        lock (store.Gate)
        {
            zone = store.Zone(zoneId, call.AccountId);
            if (zone.Busy)
            {
                throw Route53Store.Busy(zone);
            }
            zone.Busy = true;
        }
        try
        {
            // Also without latency: a caller whose calls overlap must see it. Never cancelled: the change happens even where the caller is gone.
            var wait = clock.Scaled(RealProcessing);
            await clock.DelayAsync(wait > LeastProcessing ? wait : LeastProcessing, CancellationToken.None);
            lock (store.Gate)
            {
                var batch = new ChangeBatch(zone, distributions);
                var sets = batch.Apply(ChangeReader.Read(request, clock.Now));
                if (batch.Messages.Count > 0)
                {
                    return Refused(call, batch.Messages);
                }
                zone.Sets = sets;
                var change = store.Publish(zone, request.Element(Ns + "ChangeBatch")?.Text(Ns + "Comment") ?? "");
                return RestXml.Reply(200, new XElement(Ns + "ChangeResourceRecordSetsResponse", Xml(change, pending: true)));
            }
        }
        finally
        {
            lock (store.Gate)
            {
                zone.Busy = false;
            }
        }
    }

    // Every message in one, as Route 53 does; the older form is a root element of its own without a code.
    private AwsReply Refused(AwsCall call, IReadOnlyList<string> messages) => call.OlderErrorForm
        ? RestXml.Reply(400, new XElement(
            Ns + "InvalidChangeBatch",
            new XElement(Ns + "Messages", messages.Select(m => new XElement(Ns + "Message", m))),
            new XElement(Ns + "RequestId", call.RequestId)))
        : Error(call, 400, "InvalidChangeBatch", $"[{string.Join(", ", messages)}]");
}
