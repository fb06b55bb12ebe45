using System.Text.RegularExpressions;

namespace EmailSecurity.Sandbox.Aws;

/// <summary>AWS region names.</summary>
internal static partial class Regions
{
    /// <summary>True for a well-formed region name; the list grows each year, so form is all that is checked.</summary>
    public static bool IsWellFormed(string region) => Form().IsMatch(region);

    /// <summary>Partition of a region.</summary>
    public static string Partition(string region) =>
        region.StartsWith("cn-", StringComparison.Ordinal) ? "aws-cn" : region.StartsWith("us-gov-", StringComparison.Ordinal) ? "aws-us-gov" : "aws";

    [GeneratedRegex(@"^[a-z]{2}(-[a-z]+)+-[1-9]\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
