using System.Globalization;
using EmailSecurity.Sandbox.Aws;

namespace EmailSecurity.Sandbox.S3;

/// <summary>Buckets and objects, for the page that shows the state.</summary>
internal static class S3StateTables
{
    private const int MostObjects = 500;

    /// <summary>The tables.</summary>
    public static IReadOnlyList<StateTable> Of(S3State state)
    {
        lock (state.Gate)
        {
            return
            [
                new StateTable(
                    "Buckets",
                    ["Name", "Account", "Region", "Ownership", "Versioning", "Policy", "Objects", "Versions"],
                    [.. state.Buckets.Values.Select(b => (string[])[b.Name, b.Owner.AccountId, b.Region, b.Ownership ?? "none", b.Versioning ?? "off", b.Policy is null ? "none" : "yes", Number(b.Objects.Latest.Count(v => !v.IsDeleteMarker)), Number(b.Objects.Count)])]),
                new StateTable(
                    "Objects",
                    ["Bucket", "Key", "Bytes", "Content type", "Last modified"],
                    [.. state.Buckets.Values.SelectMany(b => b.Objects.Latest.Where(v => !v.IsDeleteMarker).Select(v => (string[])[b.Name, v.Key, Number(v.Content.Length), ObjectOperations.ContentType(v), ListingOperations.Time(v.LastModified)])).Take(MostObjects)]),
            ];
        }
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
