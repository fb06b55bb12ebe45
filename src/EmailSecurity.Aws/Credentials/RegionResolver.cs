using System.Text.RegularExpressions;
using EmailSecurity.Aws.Session;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws.Credentials;

/// <summary>
/// The region of the buckets: -Region, the session's $StoredAWSRegion, AWS_REGION, AWS_DEFAULT_REGION, the profile's,
/// and us-east-1 where none of them says one: the certificate and the distribution live there in any case, so a stack
/// made without any region is all in one place, and the next run without any region finds it again.
/// </summary>
internal static partial class RegionResolver
{
    /// <summary>Resolves it.</summary>
    /// <exception cref="EmailSecurityException">InvalidRegion.</exception>
    public static string Resolve(ConnectionSettings settings, Func<string, string?> environment, string? profileRegion)
    {
        (string? Name, string Source)[] candidates =
        [
            (settings.Region, "-Region"),
            (settings.StoredRegion, "$StoredAWSRegion"),
            (environment("AWS_REGION"), "the environment variable AWS_REGION"),
            (environment("AWS_DEFAULT_REGION"), "the environment variable AWS_DEFAULT_REGION"),
            (profileRegion, "the profile"),
        ];
        foreach (var (name, source) in candidates)
        {
            if (string.IsNullOrWhiteSpace(name))
            {
                continue;
            }

            var region = name.Trim();
            if (RegionName().IsMatch(region))
            {
                return region;
            }

            throw new EmailSecurityException("InvalidRegion", ErrorKind.InvalidArgument,
                $"'{region}', from {source}, is not the name of an AWS region.", "Use a name such as eu-west-1.")
            { Target = region };
        }

        return AwsSession.GlobalRegion;
    }

    [GeneratedRegex("^[a-z]{2,4}(-[a-z]{1,16}){1,3}-[0-9]{1,2}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex RegionName();
}
