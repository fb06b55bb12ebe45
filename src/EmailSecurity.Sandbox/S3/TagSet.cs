using System.Text.RegularExpressions;
using System.Xml.Linq;
using EmailSecurity.Sandbox.S3.Documents;

namespace EmailSecurity.Sandbox.S3;

/// <summary>Tags and their rules.</summary>
internal static partial class TagSet
{
    private const int MostTags = 50;

    /// <summary>Reads Tag elements.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(XElement set)
    {
        var tags = set.Many("Tag").Select(tag =>
        {
            tag.Only("Key", "Value");
            return KeyValuePair.Create(tag.Required("Key"), tag.Required("Value"));
        }).ToList();
        if (tags.Count > MostTags)
        {
            throw new S3Exception(400, "BadRequest", "Bucket tag count cannot be greater than 50");
        }
        if (tags.DistinctBy(t => t.Key, StringComparer.Ordinal).Count() != tags.Count)
        {
            throw new S3Exception(400, "InvalidTag", "Cannot provide multiple Tags with the same key");
        }
        foreach (var (key, value) in tags)
        {
            if (key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
            {
                throw new S3Exception(400, "InvalidTag", "System tags cannot be added/updated by requester");
            }
            if (key.Length is 0 or > 128 || !Allowed().IsMatch(key))
            {
                throw new S3Exception(400, "InvalidTag", "The TagKey you have provided is invalid");
            }
            if (value.Length > 256 || !Allowed().IsMatch(value))
            {
                throw new S3Exception(400, "InvalidTag", "The TagValue you have provided is invalid");
            }
        }
        return tags;
    }

    [GeneratedRegex(@"^[\p{L}\p{Z}\p{N}_.:/=+\-@]*\z", RegexOptions.NonBacktracking)]
    private static partial Regex Allowed();
}
