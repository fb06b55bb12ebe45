using System.Collections.Concurrent;
using System.Globalization;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Aws;
using EmailSecurity.Sandbox.CloudFront;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.Dns;

namespace EmailSecurity.Sandbox.Route53;

/// <summary>Route 53 (rest-xml, API version 2013-04-01).</summary>
public sealed class Route53Service(SandboxClock clock, Route53Store store, CloudFrontStore distributions) : IAwsService
{
    /// <summary>Namespace of every element.</summary>
    public static readonly XNamespace Ns = "https://route53.amazonaws.com/doc/2013-04-01/";

    private const int MaxPage = 100;
    private const int MaxRecordPage = 300;
    private const int MaxTags = 10;

    // Long enough that two calls sent at once meet; Route 53 takes a few hundred milliseconds.
    private static readonly TimeSpan LeastProcessing = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan RealProcessing = TimeSpan.FromMilliseconds(250);

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
                    return ListRecords(call, segments[1]);
            }
            lock (store.Gate)
            {
                return operation.Name switch
                {
                    "CreateHostedZone" => Create(call),
                    "GetHostedZone" => Get(store.Zone(id, call.AccountId)),
                    "DeleteHostedZone" =>
                        RestXml.Reply(200, new XElement(Ns + "DeleteHostedZoneResponse", Xml(store.Delete(store.Zone(id, call.AccountId)), pending: true))),
                    "ListHostedZones" => List(call),
                    "ListHostedZonesByName" => ListByName(call),
                    "GetHostedZoneCount" => RestXml.Reply(
                        200, new XElement(Ns + "GetHostedZoneCountResponse", new XElement(Ns + "HostedZoneCount", store.ZonesOf(call.AccountId).Count))),
                    "GetChange" => RestXml.Reply(
                        200,
                        new XElement(
                            Ns + "GetChangeResponse",
                            Xml(
                                store.Change(id, call.AccountId) ?? throw new AwsRuleException(404, "NoSuchChange", $"Could not find resource with ID: {id}"),
                                pending: false))),
                    "ChangeTagsForResource" => ChangeTags(call, store.Zone(id, call.AccountId)),
                    "ListTagsForResource" => RestXml.Reply(200, new XElement(Ns + "ListTagsForResourceResponse", Tags(store.Zone(id, call.AccountId)))),
                    "ListTagsForResources" => ListTags(call),
                    _ => Error(call, 404, "UnknownOperationException", operation.Name),
                };
            }
        }
        catch (AwsRuleException e)
        {
            return Error(call, e.Status, e.Code, e.Message);
        }
    }

    private RequestLimits LimitsOf(string accountId) => limits.GetOrAdd(accountId, _ => new RequestLimits(clock.Time));

    private static string[] Segments(AwsCall call)
    {
        var segments = call.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return segments is ["2013-04-01", .. var rest] ? rest : [];
    }

    private static AwsRuleException InvalidInput(string message) => new(400, "InvalidInput", message);

    private static int PageSize(AwsCall call, int max)
    {
        if (!call.Query.TryGetValue("maxitems", out var text))
        {
            return max;
        }
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0
            ? Math.Min(size, max)
            : throw InvalidInput($"Invalid value for 'maxitems': {text}");
    }

    private static string Domain(string text, string code)
    {
        try
        {
            return DnsName.Parse(text);
        }
        catch (FormatException e)
        {
            throw new AwsRuleException(400, code, e.Message);
        }
    }

    private XElement Xml(ChangeInfo change, bool pending) => new(
        Ns + "ChangeInfo",
        new XElement(Ns + "Id", "/change/" + change.Id),
        new XElement(Ns + "Status", pending || change.InSyncAt > clock.Now ? "PENDING" : "INSYNC"),
        new XElement(Ns + "SubmittedAt", RestXml.Time(change.SubmittedAt)),
        change.Comment.Length > 0 ? new XElement(Ns + "Comment", change.Comment) : null);

    private static XElement Xml(HostedZone zone) => new(
        Ns + "HostedZone",
        new XElement(Ns + "Id", "/hostedzone/" + zone.Id),
        new XElement(Ns + "Name", DnsName.ToRoute53(zone.Name)),
        new XElement(Ns + "CallerReference", zone.CallerReference),
        new XElement(
            Ns + "Config",
            zone.Comment.Length > 0 ? new XElement(Ns + "Comment", zone.Comment) : null,
            new XElement(Ns + "PrivateZone", zone.IsPrivate ? "true" : "false")),
        new XElement(Ns + "ResourceRecordSetCount", zone.Sets.Count));

    private static XElement Delegation(HostedZone zone) =>
        new(Ns + "DelegationSet", new XElement(Ns + "NameServers", zone.NameServers.Select(s => new XElement(Ns + "NameServer", s))));

    private AwsReply Create(AwsCall call)
    {
        var request = RestXml.Parse(call.Body, "CreateHostedZoneRequest", Ns, "InvalidInput");
        var name = Domain(request.Text(Ns + "Name") ?? throw InvalidInput("Missing field 'Name' in CreateHostedZoneRequest"), "InvalidDomainName");
        // A zone is a host name's parent: letters, digits, hyphens and underscores.
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/'))
        {
            throw new AwsRuleException(400, "InvalidDomainName", $"The domain name is not valid: {request.Text(Ns + "Name")}");
        }
        var reference = request.Text(Ns + "CallerReference") is { Length: > 0 and <= 128 } text
            ? text
            : throw InvalidInput("CallerReference has 1 to 128 characters");
        var config = request.Element(Ns + "HostedZoneConfig");
        var vpc = request.Element(Ns + "VPC");
        var (zone, change) = store.Create(
            name,
            call.AccountId,
            reference,
            config?.Text(Ns + "Comment") ?? "",
            vpc is not null,
            (vpc?.Text(Ns + "VPCRegion") ?? "", vpc?.Text(Ns + "VPCId") ?? ""));
        return RestXml.Reply(
            201,
            new XElement(Ns + "CreateHostedZoneResponse", Xml(zone), Xml(change, pending: true), zone.IsPrivate ? Vpc(zone) : Delegation(zone)),
            ("Location", $"https://route53.amazonaws.com/2013-04-01/hostedzone/{zone.Id}"));
    }

    private static XElement Vpc(HostedZone zone) => new(Ns + "VPC", new XElement(Ns + "VPCRegion", zone.Vpc.Region), new XElement(Ns + "VPCId", zone.Vpc.Id));

    private static AwsReply Get(HostedZone zone) =>
        RestXml.Reply(200, new XElement(Ns + "GetHostedZoneResponse", Xml(zone), zone.IsPrivate ? new XElement(Ns + "VPCs", Vpc(zone)) : Delegation(zone)));

    private AwsReply List(AwsCall call)
    {
        var size = PageSize(call, MaxPage);
        var zones = store.ZonesOf(call.AccountId).Where(z => call.Query.GetValueOrDefault("hostedzonetype") != "PrivateHostedZone" || z.IsPrivate).ToArray();
        var start = 0;
        if (call.Query.TryGetValue("marker", out var marker))
        {
            start = Array.FindIndex(zones, z => z.Id == marker);
            if (start < 0)
            {
                throw InvalidInput($"The marker is not valid: {marker}");
            }
        }
        var more = start + size < zones.Length;
        return RestXml.Reply(200, new XElement(
            Ns + "ListHostedZonesResponse",
            new XElement(Ns + "HostedZones", zones.Skip(start).Take(size).Select(Xml)),
            marker is null ? null : new XElement(Ns + "Marker", marker),
            new XElement(Ns + "IsTruncated", more),
            more ? new XElement(Ns + "NextMarker", zones[start + size].Id) : null,
            new XElement(Ns + "MaxItems", size)));
    }

    private AwsReply ListByName(AwsCall call)
    {
        var size = PageSize(call, MaxPage);
        var zones = store.ZonesOf(call.AccountId).Order(Comparer<HostedZone>.Create((a, b) =>
        {
            var order = DnsName.CompareReversed(a.Name, b.Name);
            return order != 0 ? order : string.CompareOrdinal(a.Id, b.Id);
        })).ToArray();
        var hasName = call.Query.TryGetValue("dnsname", out var dnsName);
        var hasId = call.Query.TryGetValue("hostedzoneid", out var zoneId);
        if (hasId && !hasName)
        {
            throw InvalidInput("The hostedzoneid parameter needs the dnsname parameter");
        }
        var start = 0;
        if (hasName)
        {
            var name = Domain(dnsName!, "InvalidDomainName");
            start = Array.FindIndex(zones, z =>
            {
                var order = DnsName.CompareReversed(z.Name, name);
                return order > 0 || (order == 0 && (!hasId || string.CompareOrdinal(z.Id, zoneId) >= 0));
            });
            start = start < 0 ? zones.Length : start;
        }
        var more = start + size < zones.Length;
        return RestXml.Reply(200, new XElement(
            Ns + "ListHostedZonesByNameResponse",
            new XElement(Ns + "HostedZones", zones.Skip(start).Take(size).Select(Xml)),
            hasName ? new XElement(Ns + "DNSName", dnsName) : null,
            hasId ? new XElement(Ns + "HostedZoneId", zoneId) : null,
            new XElement(Ns + "IsTruncated", more),
            more ? new XElement(Ns + "NextDNSName", DnsName.ToRoute53(zones[start + size].Name)) : null,
            more ? new XElement(Ns + "NextHostedZoneId", zones[start + size].Id) : null,
            new XElement(Ns + "MaxItems", size)));
    }

    private static AwsReply ChangeTags(AwsCall call, HostedZone zone)
    {
        var request = RestXml.Parse(call.Body, "ChangeTagsForResourceRequest", Ns, "InvalidInput");
        var tags = new SortedDictionary<string, string>(zone.Tags, StringComparer.Ordinal);
        foreach (var key in request.Element(Ns + "RemoveTagKeys")?.Elements(Ns + "Key") ?? [])
        {
            tags.Remove(key.Value);
        }
        foreach (var tag in request.Element(Ns + "AddTags")?.Elements(Ns + "Tag") ?? [])
        {
            var key = tag.Text(Ns + "Key") ?? "";
            var value = tag.Text(Ns + "Value") ?? "";
            if (key.Length is 0 or > 128 || value.Length > 256 || key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
            {
                throw InvalidInput($"The tag key or value is not valid: '{key}'");
            }
            tags[key] = value;
        }
        if (tags.Count > MaxTags)
        {
            throw InvalidInput($"A resource has at most {MaxTags} tags");
        }
        zone.Tags.Clear();
        foreach (var (key, value) in tags)
        {
            zone.Tags[key] = value;
        }
        return RestXml.Reply(200, new XElement(Ns + "ChangeTagsForResourceResponse"));
    }

    private static XElement Tags(HostedZone zone) => new(
        Ns + "ResourceTagSet",
        new XElement(Ns + "ResourceType", "hostedzone"),
        new XElement(Ns + "ResourceId", zone.Id),
        new XElement(Ns + "Tags", zone.Tags.Select(t => new XElement(Ns + "Tag", new XElement(Ns + "Key", t.Key), new XElement(Ns + "Value", t.Value)))));

    private AwsReply ListTags(AwsCall call)
    {
        var request = RestXml.Parse(call.Body, "ListTagsForResourcesRequest", Ns, "InvalidInput");
        var ids = request.Element(Ns + "ResourceIds")?.Elements(Ns + "ResourceId").Select(e => e.Value).ToArray() ?? [];
        return ids.Length is > 0 and <= 10
            ? RestXml.Reply(
                200,
                new XElement(Ns + "ListTagsForResourcesResponse", new XElement(Ns + "ResourceTagSets", ids.Select(i => Tags(store.Zone(i, call.AccountId))))))
            : throw InvalidInput("ResourceIds has 1 to 10 members");
    }

    private AwsReply ListRecords(AwsCall call, string zoneId)
    {
        RecordSet[] sets;
        lock (store.Gate)
        {
            sets = [.. store.Zone(zoneId, call.AccountId).Sets.Values];
        }
        var size = PageSize(call, MaxRecordPage);
        var hasName = call.Query.TryGetValue("name", out var name);
        var hasType = call.Query.TryGetValue("type", out var type);
        if (hasType && !hasName)
        {
            throw InvalidInput("The type parameter needs the name parameter");
        }
        var start = 0;
        if (hasName)
        {
            var from = new RecordKey(Domain(name!, "InvalidInput"), type ?? "", call.Query.GetValueOrDefault("identifier") ?? "");
            start = Array.FindIndex(sets, s => RecordKey.Order.Compare(s.Key, from) >= 0);
            start = start < 0 ? sets.Length : start;
        }
        var next = start + size < sets.Length ? sets[start + size] : null;
        return RestXml.Reply(200, new XElement(
            Ns + "ListResourceRecordSetsResponse",
            new XElement(Ns + "ResourceRecordSets", sets.Skip(start).Take(size).Select(Xml)),
            new XElement(Ns + "IsTruncated", next is not null),
            next is null ? null : new XElement(Ns + "NextRecordName", DnsName.ToRoute53(next.Key.Name)),
            next is null ? null : new XElement(Ns + "NextRecordType", next.Key.Type),
            next is null || next.Key.SetIdentifier.Length == 0 ? null : new XElement(Ns + "NextRecordIdentifier", next.Key.SetIdentifier),
            new XElement(Ns + "MaxItems", size)));
    }

    private static XElement Xml(RecordSet set) => new(
        Ns + "ResourceRecordSet",
        new XElement(Ns + "Name", DnsName.ToRoute53(set.Key.Name)),
        new XElement(Ns + "Type", set.Key.Type),
        set.Key.SetIdentifier.Length > 0 ? new XElement(Ns + "SetIdentifier", set.Key.SetIdentifier) : null,
        set.Routing.Select(e => new XElement(e)),
        set.Ttl is { } ttl ? new XElement(Ns + "TTL", ttl) : null,
        set.Alias is not null
            ? null
            : new XElement(Ns + "ResourceRecords", set.Values.Select(v => new XElement(Ns + "ResourceRecord", new XElement(Ns + "Value", v)))),
        set.Alias is not { } alias ? null : new XElement(
            Ns + "AliasTarget",
            new XElement(Ns + "HostedZoneId", alias.HostedZoneId),
            new XElement(Ns + "DNSName", DnsName.ToRoute53(alias.DnsName)),
            new XElement(Ns + "EvaluateTargetHealth", alias.EvaluateTargetHealth)));

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
                var sets = batch.Apply(batch.Read(request, clock.Now));
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
