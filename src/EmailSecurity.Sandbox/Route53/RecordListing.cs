using System.Xml.Linq;
using EmailSecurity.Sandbox.Aws;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.Dns;
using static EmailSecurity.Sandbox.Route53.Route53Xml;

namespace EmailSecurity.Sandbox.Route53;

/// <summary>ListResourceRecordSets.</summary>
internal sealed class RecordListing(Route53Store store)
{
    private const int MaxRecordPage = 300;

    private static readonly XNamespace Ns = Route53Service.Ns;

    /// <summary>A page of the record sets of a zone.</summary>
    public AwsReply Page(AwsCall call, string zoneId)
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
}
