using System.Globalization;
using EmailSecurity.Sandbox.S3;

namespace EmailSecurity.Sandbox.Hosting;

/// <summary>What the emulation holds, for the page that shows the sandbox's state.</summary>
internal static class StateTables
{
    private const int MaxRows = 500;

    /// <summary>The tables.</summary>
    public static IReadOnlyList<StateTable> Of(Emulation emulation) =>
    [
        Buckets(emulation), Objects(emulation), Distributions(emulation), Certificates(emulation), Zones(emulation), ThirdParty(emulation),
    ];

    private static StateTable Buckets(Emulation emulation) => Table(
        "Buckets",
        ["Name", "Account", "Region", "Ownership", "Versioning", "Policy", "Objects", "Versions"],
        emulation.S3.Gate,
        () => emulation.S3.Buckets.Values.Select(b => (string[])
        [
            b.Name, b.Owner.AccountId, b.Region, b.Ownership ?? "none", b.Versioning ?? "off", b.Policy is null ? "none" : "yes",
            Number(b.Objects.Latest.Count(v => !v.IsDeleteMarker)), Number(b.Objects.Count),
        ]));

    private static StateTable Objects(Emulation emulation) => Table(
        "Objects",
        ["Bucket", "Key", "Bytes", "Content type", "Last modified"],
        emulation.S3.Gate,
        () =>
            from bucket in emulation.S3.Buckets.Values
            from version in bucket.Objects.Latest
            where !version.IsDeleteMarker
            select (string[])
            [
                bucket.Name, version.Key, Number(version.Content.Length), ObjectOperations.ContentType(version),
                ListingOperations.Time(version.LastModified),
            ]);

    private static StateTable Distributions(Emulation emulation)
    {
        var store = emulation.Distributions;
        return Table(
            "Distributions",
            ["Id", "Name", "Aliases", "Enabled", "Status", "Changed"],
            store.Gate,
            () => store.All.Select(d => (string[])
            [
                d.Id, d.DomainName, string.Join(' ', d.Edge.Aliases), d.Edge.Enabled ? "yes" : "no",
                store.Now < d.DeployedAt ? "InProgress" : "Deployed", Time(d.LastModified),
            ]));
    }

    private static StateTable Certificates(Emulation emulation) => Table(
        "Certificates",
        ["ARN", "Names", "Status", "Requested"],
        emulation.Certificates.Gate,
        () => emulation.Certificates.All.Select(c => (string[])
        [
            c.Arn, string.Join(' ', c.Names), c.FailureReason.Length > 0 ? $"{c.Status} ({c.FailureReason})" : c.Status, Time(c.CreatedAt),
        ]));

    private static StateTable Zones(Emulation emulation) => Table(
        "Route 53 record sets",
        ["Zone", "Name", "Type", "Value"],
        emulation.Zones.Gate,
        () =>
            from zone in emulation.Zones.All
            from set in zone.Sets.Values
            let value = set.Alias is { } alias ? "alias of " + alias.DnsName : string.Join(' ', set.Values)
            select (string[])[zone.Id, set.Key.Name, set.Key.Type, value]);

    private static StateTable ThirdParty(Emulation emulation) => Table(
        "Third-party zones",
        ["Zone", "Name", "Type", "Value"],
        new Lock(), // safe to read at any time
        () =>
            from zone in emulation.ThirdParty.All
            from record in zone.Value
            select (string[])[zone.Key, record.Name, record.Type, string.Join(' ', record.Values)]);

    private static StateTable Table(string title, IReadOnlyList<string> columns, Lock gate, Func<IEnumerable<string[]>> rows)
    {
        lock (gate)
        {
            return new StateTable(title, columns, [.. rows().Take(MaxRows)]);
        }
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture);
}
