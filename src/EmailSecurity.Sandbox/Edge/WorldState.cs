using System.Globalization;
using EmailSecurity.Sandbox.Acm;
using EmailSecurity.Sandbox.Aws;
using EmailSecurity.Sandbox.CloudFront;
using EmailSecurity.Sandbox.Dns;
using EmailSecurity.Sandbox.Route53;

namespace EmailSecurity.Sandbox.Edge;

/// <summary>The world's part of the page that shows the sandbox's state.</summary>
internal sealed class WorldState(Route53Store zones, AcmStore certificates, CloudFrontStore distributions, ThirdPartyZones thirdParty) : IShowsState
{
    private const int MaxRows = 500;

    /// <inheritdoc/>
    public IReadOnlyList<StateTable> Describe() => [Distributions(), Certificates(), Zones(), ThirdParty()];

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    private StateTable Distributions()
    {
        lock (distributions.Gate)
        {
            return new StateTable(
                "Distributions",
                ["Id", "Name", "Aliases", "Enabled", "Status", "Changed"],
                [.. distributions.All.Take(MaxRows).Select(d => (string[])[d.Id, d.DomainName, string.Join(' ', d.Edge.Aliases), d.Edge.Enabled ? "yes" : "no", distributions.Now < d.DeployedAt ? "InProgress" : "Deployed", Time(d.LastModified)])]);
        }
    }

    private StateTable Certificates()
    {
        lock (certificates.Gate)
        {
            return new StateTable(
                "Certificates",
                ["ARN", "Names", "Status", "Requested"],
                [.. certificates.All.Take(MaxRows).Select(c => (string[])[c.Arn, string.Join(' ', c.Names), c.FailureReason.Length > 0 ? $"{c.Status} ({c.FailureReason})" : c.Status, Time(c.CreatedAt)])]);
        }
    }

    private StateTable Zones()
    {
        lock (zones.Gate)
        {
            return new StateTable(
                "Route 53 record sets",
                ["Zone", "Name", "Type", "Value"],
                [.. zones.All.SelectMany(z => z.Sets.Values.Select(s => (string[])[z.Id, s.Key.Name, s.Key.Type, s.Alias is { } alias ? "alias of " + alias.DnsName : string.Join(' ', s.Values)])).Take(MaxRows)]);
        }
    }

    private StateTable ThirdParty() => new(
        "Third-party zones",
        ["Zone", "Name", "Type", "Value"],
        [.. thirdParty.All.SelectMany(z => z.Value.Select(r => (string[])[z.Key, r.Name, r.Type, string.Join(' ', r.Values)])).Take(MaxRows)]);
}
