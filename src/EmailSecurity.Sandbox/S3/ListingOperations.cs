using System.Globalization;
using System.Text;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.S3.Documents;
using EmailSecurity.Sandbox.Signing;

namespace EmailSecurity.Sandbox.S3;

/// <summary>Lists of objects and of versions, page by page.</summary>
internal static class ListingOperations
{
    private const int MostKeys = 1000;

    /// <summary>A time as S3's documents write it.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Reads a continuation token.</summary>
    public static string ReadToken(string token)
    {
        var bytes = new byte[token.Length];
        return token.Length > 0 && Convert.TryFromBase64String(token, bytes, out var length)
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : throw S3Exception.InvalidArgument("The continuation token provided is incorrect", "continuation-token", token);
    }

    public static AwsReply ListObjects(S3Context context)
    {
        var query = new ListQuery(context);
        var after = context.Query("continuation-token") is { } token ? ReadToken(token) : context.Query("start-after") ?? "";
        var owner = context.Query("fetch-owner") == "true" ? new XElement("Owner", new XElement("ID", context.Bucket.Owner.CanonicalId)) : null;
        var page = query.Page(
            context.Bucket.Objects.Latest.Where(v => !v.IsDeleteMarker).Select(v => (v, true)), entry => query.IsAfter(entry.Version.Key, after));
        return S3Xml.Reply(
            "ListBucketResult",
            new XElement("Name", context.BucketName),
            new XElement("Prefix", query.Encode(query.Prefix)),
            query.Delimiter.Length > 0 ? new XElement("Delimiter", query.Encode(query.Delimiter)) : null,
            new XElement("MaxKeys", query.MaxKeys),
            query.EncodingElement,
            new XElement("KeyCount", page.Versions.Count + page.CommonPrefixes.Count),
            new XElement("IsTruncated", page.IsTruncated),
            context.Query("continuation-token") is { } given ? new XElement("ContinuationToken", given) : null,
            page.IsTruncated ? new XElement("NextContinuationToken", Convert.ToBase64String(Encoding.UTF8.GetBytes(page.Last))) : null,
            context.Query("start-after") is { } start ? new XElement("StartAfter", query.Encode(start)) : null,
            page.Versions.Select(v => new XElement("Contents", Described(v.Version, query), owner, new XElement("StorageClass", v.Version.StorageClass))),
            page.CommonPrefixes.Select(p => new XElement("CommonPrefixes", new XElement("Prefix", query.Encode(p)))));
    }

    public static AwsReply ListVersions(S3Context context)
    {
        var query = new ListQuery(context);
        var keyMarker = context.Query("key-marker") ?? "";
        var versionMarker = context.Query("version-id-marker") ?? "";
        if (versionMarker.Length > 0 && keyMarker.Length == 0)
        {
            throw S3Exception.InvalidArgument("A version-id marker cannot be specified without a key marker.", "version-id-marker", versionMarker);
        }
        var passed = false;
        bool After((StoredVersion Version, bool IsLatest) entry)
        {
            if (entry.Version.Key == keyMarker && versionMarker.Length > 0)
            {
                var result = passed;
                passed |= entry.Version.VersionId == versionMarker;
                return result;
            }
            return query.IsAfter(entry.Version.Key, keyMarker);
        }
        var page = query.Page(context.Bucket.Objects.All, After);
        var owner = new XElement("Owner", new XElement("ID", context.Bucket.Owner.CanonicalId));
        return S3Xml.Reply(
            "ListVersionsResult",
            new XElement("Name", context.BucketName),
            new XElement("Prefix", query.Encode(query.Prefix)),
            new XElement("KeyMarker", query.Encode(keyMarker)),
            new XElement("VersionIdMarker", versionMarker),
            page.IsTruncated ? new XElement("NextKeyMarker", query.Encode(page.Last)) : null,
            page.IsTruncated && page.LastVersionId.Length > 0 ? new XElement("NextVersionIdMarker", page.LastVersionId) : null,
            query.Delimiter.Length > 0 ? new XElement("Delimiter", query.Encode(query.Delimiter)) : null,
            new XElement("MaxKeys", query.MaxKeys),
            query.EncodingElement,
            new XElement("IsTruncated", page.IsTruncated),
            page.Versions.Select(v => v.Version.IsDeleteMarker
                ? new XElement(
                    "DeleteMarker",
                    new XElement("Key", query.Encode(v.Version.Key)),
                    Version(v),
                    new XElement("LastModified", Time(v.Version.LastModified)),
                    owner)
                : new XElement("Version", Described(v.Version, query), Version(v), new XElement("StorageClass", v.Version.StorageClass), owner)),
            page.CommonPrefixes.Select(p => new XElement("CommonPrefixes", new XElement("Prefix", query.Encode(p)))));
    }

    private static XElement[] Version((StoredVersion Version, bool IsLatest) entry) =>
        [new("VersionId", entry.Version.VersionId), new("IsLatest", entry.IsLatest)];

    private static XElement[] Described(StoredVersion version, ListQuery query) =>
    [
        new("Key", query.Encode(version.Key)),
        new("LastModified", Time(version.LastModified)),
        new("ETag", version.ETag),
        new("ChecksumAlgorithm", version.ChecksumName.ToUpperInvariant()),
        new("ChecksumType", "FULL_OBJECT"),
        new("Size", version.Content.Length),
    ];

    /// <summary>One page.</summary>
    private sealed record ListPage(
        IReadOnlyList<(StoredVersion Version, bool IsLatest)> Versions,
        IReadOnlyList<string> CommonPrefixes,
        bool IsTruncated,
        string Last,
        string LastVersionId);

    /// <summary>What both lists have in common.</summary>
    private sealed class ListQuery
    {
        private readonly bool url;

        public ListQuery(S3Context context)
        {
            Prefix = context.Query("prefix") ?? "";
            Delimiter = context.Query("delimiter") ?? "";
            var encoding = context.Query("encoding-type");
            if (encoding is not (null or "url"))
            {
                throw S3Exception.InvalidArgument("Invalid Encoding Method specified in Request", "encoding-type", encoding);
            }
            url = encoding is not null;
            var text = context.Query("max-keys");
            if (!int.TryParse(text ?? "1000", NumberStyles.None, CultureInfo.InvariantCulture, out var most))
            {
                throw S3Exception.InvalidArgument("Provided max-keys not an integer or within integer range", "max-keys", text);
            }
            MaxKeys = Math.Min(most, MostKeys);
        }

        public string Prefix { get; }

        public string Delimiter { get; }

        public int MaxKeys { get; }

        public XElement? EncodingElement => url ? new XElement("EncodingType", "url") : null;

        public string Encode(string text) => url ? UriCodec.Encode(text, keepSlash: true) : text;

        /// <summary>True for a key past a marker. A marker that is a common prefix stands for all keys under it.</summary>
        public bool IsAfter(string key, string marker) => ObjectTable.KeyOrder.Compare(key, marker) > 0
            && !(Delimiter.Length > 0
                && marker.Length > Prefix.Length
                && marker.EndsWith(Delimiter, StringComparison.Ordinal)
                && marker.StartsWith(Prefix, StringComparison.Ordinal)
                && key.StartsWith(marker, StringComparison.Ordinal));

        public ListPage Page(IEnumerable<(StoredVersion Version, bool IsLatest)> entries, Func<(StoredVersion Version, bool IsLatest), bool> after)
        {
            var versions = new List<(StoredVersion, bool)>();
            var prefixes = new List<string>();
            string last = "", lastVersion = "";
            foreach (var entry in entries)
            {
                var key = entry.Version.Key;
                if (!key.StartsWith(Prefix, StringComparison.Ordinal) || !after(entry))
                {
                    continue;
                }
                var end = Delimiter.Length > 0 ? key.IndexOf(Delimiter, Prefix.Length, StringComparison.Ordinal) : -1;
                var common = end >= 0 ? key[..(end + Delimiter.Length)] : null;
                if (common is not null && prefixes.Count > 0 && prefixes[^1] == common)
                {
                    continue;
                }
                if (versions.Count + prefixes.Count == MaxKeys)
                {
                    return new ListPage(versions, prefixes, MaxKeys > 0, last, lastVersion);
                }
                if (common is not null)
                {
                    prefixes.Add(common);
                    (last, lastVersion) = (common, "");
                }
                else
                {
                    versions.Add(entry);
                    (last, lastVersion) = (key, entry.Version.VersionId);
                }
            }
            return new ListPage(versions, prefixes, false, last, lastVersion);
        }
    }
}
