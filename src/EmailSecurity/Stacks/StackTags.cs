using System.Text.RegularExpressions;
using EmailSecurity.Text;

namespace EmailSecurity.Stacks;

/// <summary>Tags of a user for every resource of a stack: one set goes to S3, CloudFront and ACM, so the strictest rule of the three holds.</summary>
public static partial class StackTags
{
    /// <summary>Tags that a resource may have (S3, CloudFront, ACM: 50), without those that the stack keeps for itself.</summary>
    public const int MaxTags = 50 - OwnTags;

    private const int OwnTags = 10;
    private const int MaxKey = 128;
    private const int MaxValue = 256;

    /// <summary>Checks tags; returns them in order of their keys.</summary>
    /// <param name="tags">Keys and values.</param>
    /// <exception cref="EmailSecurityException">TagInvalid, with the tag's name and the rule.</exception>
    public static SortedDictionary<string, string> Check(IEnumerable<KeyValuePair<string, string>> tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        var checkedTags = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in tags)
        {
            if (Fault(key, value) is { } fault)
            {
                throw Invalid($"Tag '{RecordText.Show(key)}': {fault}", "Change the tag so that S3, CloudFront and ACM all accept it.", key);
            }

            if (!checkedTags.TryAdd(key, value))
            {
                throw Invalid($"Tag '{key}' is specified twice.", "Use each key once.", key);
            }
        }

        if (checkedTags.Count > MaxTags)
        {
            var first = checkedTags.Keys.ElementAt(MaxTags);
            throw Invalid(
                $"{checkedTags.Count} tags are too many, from '{first}' on: a resource has at most 50, and the stack reserves {OwnTags} of them.",
                $"Use at most {MaxTags} tags.", first);
        }

        return checkedTags;
    }

    private static EmailSecurityException Invalid(string what, string fix, string key)
        => new("TagInvalid", ErrorKind.InvalidArgument, what, fix) { Target = key };

    private static string? Fault(string key, string value)
    {
        if (key.Length is 0 or > MaxKey)
        {
            return $"a key has 1 to {MaxKey} characters; this one has {key.Length}.";
        }

        if (value.Length > MaxValue)
        {
            return $"a value has at most {MaxValue} characters; this one has {value.Length}.";
        }

        // AWS reserves aws: in any case; what begins with EmailSecurity: marks the stack's own resources.
        foreach (var prefix in (string[])["aws:", StackNames.TagPrefix])
        {
            if (key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                return $"keys that begin with {prefix} are reserved.";
            }
        }

        return !Allowed().IsMatch(key) ? Characters("key", key) : !Allowed().IsMatch(value) ? Characters("value", value) : null;
    }

    private static string Characters(string what, string text)
    {
        var wrong = text.EnumerateRunes().First(r => !Allowed().IsMatch(r.ToString()));
        return $"the {what} has '{RecordText.Show(wrong.ToString())}' (U+{wrong.Value:X4}); letters, digits, spaces and _ . : / = + - @ are allowed.";
    }

    // The pattern of TagKey and TagValue in the service models of CloudFront and ACM; S3 takes the same characters.
    [GeneratedRegex(@"\A[\p{L}\p{Z}\p{N}_.:/=+\-@]*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Allowed();
}
