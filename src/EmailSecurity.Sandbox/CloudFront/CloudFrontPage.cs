using System.Globalization;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Sandbox.CloudFront;

/// <summary>Lists in pages.</summary>
internal static class CloudFrontPage
{
    /// <summary>Most items of a page.</summary>
    public const int MaxItems = 100;

    private static readonly XNamespace Ns = CloudFrontService.Ns;

    /// <summary>A page of a list in CloudFront's shape.</summary>
    public static XElement Of<T>(string root, IReadOnlyList<T> all, AwsCall call, Func<T, string> id, Func<T, XElement> item)
    {
        var (size, marker) = Read(call);
        var start = marker.Length == 0 ? 0 : all.Select(id).TakeWhile(i => i != marker).Count() + 1;
        var page = all.Skip(start).Take(size).ToArray();
        var more = start + page.Length < all.Count;
        return new XElement(
            Ns + root,
            new XElement(Ns + "Marker", marker),
            more ? new XElement(Ns + "NextMarker", id(page[^1])) : null,
            new XElement(Ns + "MaxItems", size),
            new XElement(Ns + "IsTruncated", more),
            new XElement(Ns + "Quantity", page.Length),
            page.Length > 0 ? new XElement(Ns + "Items", page.Select(item)) : null);
    }

    // Page size and the item to start after.
    private static (int Size, string Marker) Read(AwsCall call)
    {
        var marker = call.Query.GetValueOrDefault("Marker") ?? "";
        if (call.Query.GetValueOrDefault("MaxItems") is not { Length: > 0 } text)
        {
            return (MaxItems, marker);
        }
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0
            ? (Math.Min(size, MaxItems), marker)
            : throw new AwsRuleException(400, "InvalidArgument", $"The parameter MaxItems is not valid: {text}");
    }
}
