using System.Globalization;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using EmailSecurity.Aws.Session;

namespace EmailSecurity.Aws.Credentials;

/// <summary>Reads profiles of the SDK's encrypted store (Windows) and of the shared credentials and config files.</summary>
internal sealed class ProfileReader(string? location, ICredentialProfileSource store, CredentialContext context)
{
    private const int MaxRoleDepth = 5;

    /// <summary>Finds a profile's credentials; null where an optional one does not exist.</summary>
    /// <param name="name">Profile name.</param>
    /// <param name="source">What named it, for messages.</param>
    /// <param name="required">Whether its absence is an error.</param>
    /// <exception cref="EmailSecurityException">ProfileNotFound, ProfileInvalid, MfaRequired, ProfileNotSupported.</exception>
    public ResolvedCredentials? Find(string name, string source, bool required)
    {
        var profile = Read(name, source, required);
        if (profile is null)
        {
            return null;
        }

        var region = profile.Region?.SystemName;
        var origin = $"profile '{name}'";
        if (!profile.CanCreateAWSCredentials && !IsRole(profile))
        {
            if (!required)
            {
                return new ResolvedCredentials(CredentialSource.None, origin, null) { ProfileRegion = region };
            }

            throw Invalid(name, $"The profile '{name}', named by {source}, contains no credentials.",
                "Add keys, a role, SSO settings or a credential process to it.");
        }

        var isSso = profile.Options.SsoStartUrl is { Length: > 0 } || profile.Options.SsoSession is { Length: > 0 };
        return new ResolvedCredentials(isSso ? CredentialSource.Sso : CredentialSource.Profile, origin, Build(profile, region, 0))
        {
            ProfileRegion = region,
            ProfileName = name,
            AsksForCode = AsksForCode(profile, 0),
        };
    }

    private CredentialProfile? Read(string name, string source, bool required)
    {
        try
        {
            if (store.TryGetProfile(name, out var profile))
            {
                return profile;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or AmazonClientException or InvalidDataException or ArgumentException)
        {
            throw Invalid(name, $"The profile '{name}' could not be read: {e.Message}", "Correct the profile in the AWS credentials or config file.", e);
        }

        if (!required)
        {
            return null;
        }

        var where = location is { Length: > 0 } ? $"in {location}" : "in the shared credentials and config files";
        throw new EmailSecurityException(
            "ProfileNotFound",
            ErrorKind.NotFound,
            $"The profile '{name}', named by {source}, does not exist {where}.",
            "Check the name (Get-AWSCredential -ListProfileDetail or aws configure list-profiles), or use -ProfileLocation.")
        { Target = name };
    }

    private AWSCredentials Build(CredentialProfile profile, string? region, int depth)
    {
        var options = profile.Options;
        if (options.MfaSerial is { Length: > 0 } && (context.Watch.Host is null || !IsRole(profile)))
        {
            throw new EmailSecurityException(
                "MfaRequired",
                ErrorKind.Authentication,
                $"The profile '{profile.Name}' needs a code of the MFA device {options.MfaSerial}, and nobody can be asked for it.",
                "Get a session first (aws sts assume-role, Use-STSRole) and pass its keys with -AccessKey, -SecretKey and -SessionToken.")
            { Target = profile.Name };
        }

        if (options.LoginSession is { Length: > 0 })
        {
            throw new EmailSecurityException(
                "ProfileNotSupported",
                ErrorKind.NotSupported,
                $"The profile '{profile.Name}' signs in with 'aws login', which this module cannot read.",
                $"Run 'aws configure export-credentials --profile {profile.Name}'. Set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN "
                    + "to the values that it prints.")
            { Target = profile.Name };
        }

        if (IsRole(profile))
        {
            return Role(profile, region, depth);
        }

        SdkDependencies.Register();
        try
        {
            return profile.GetAWSCredentials(store);
        }
        catch (Exception e) when (e is AmazonClientException or ArgumentException or InvalidDataException or InvalidOperationException)
        {
            throw Invalid(profile.Name, $"The profile '{profile.Name}' cannot be used: {e.Message}",
                "Correct the profile in the AWS credentials or config file.", e);
        }
    }

    private RoleCredentials Role(CredentialProfile profile, string? region, int depth)
    {
        var options = profile.Options;
        if (depth >= MaxRoleDepth)
        {
            throw Invalid(profile.Name,
                $"The profile '{profile.Name}' is at the end of a chain of more than {MaxRoleDepth} source profiles, or of a loop.",
                "Shorten the chain of source_profile.");
        }

        AWSCredentials source;
        if (options.SourceProfile is { Length: > 0 } sourceName)
        {
            var sourceProfile = Read(sourceName, $"source_profile of '{profile.Name}'", required: true)!;
            // A profile may name itself as the source: then its own keys are meant.
            source = string.Equals(sourceName, profile.Name, StringComparison.Ordinal) && options.AccessKey is { Length: > 0 }
                ? new BasicAWSCredentials(options.AccessKey, options.SecretKey)
                : Build(sourceProfile, region, depth + 1);
        }
        else
        {
            source = options.CredentialSource switch
            {
                "Environment" => new EnvironmentKeys(context.Environment),
                "EcsContainer" => LazyCredentials.Container(),
                _ => LazyCredentials.Instance(),
            };
        }

        var sessionName = options.RoleSessionName is { Length: > 0 } session ? session : "EmailSecurity";
        var role = new RoleProfile(profile.Name, options.RoleArn, sessionName, region ?? AwsSession.GlobalRegion)
        {
            ExternalId = options.ExternalID,
            MfaSerial = options.MfaSerial,
            DurationSeconds = context.Config.Of(profile.Name, "duration_seconds") is { } text
                && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : null,
        };
        return new RoleCredentials(role, source, context);
    }

    // Whether a role of the chain needs a code, so that it is asked for before a call's time begins.
    private bool AsksForCode(CredentialProfile profile, int depth) => IsRole(profile) && depth <= MaxRoleDepth && (profile.Options.MfaSerial is { Length: > 0 }
        || (profile.Options.SourceProfile is { Length: > 0 } source && source != profile.Name && store.TryGetProfile(source, out var next)
            && AsksForCode(next, depth + 1)));

    private static bool IsRole(CredentialProfile profile) =>
        profile.Options is { RoleArn.Length: > 0 } options && (options.SourceProfile is { Length: > 0 } || options.CredentialSource is { Length: > 0 });

    private static EmailSecurityException Invalid(string name, string message, string fix, Exception? inner = null) =>
        new("ProfileInvalid", ErrorKind.InvalidData, message, fix, inner) { Target = name };

    private sealed class EnvironmentKeys(Func<string, string?> environment) : AWSCredentials
    {
        public override ImmutableCredentials GetCredentials() =>
            new(environment("AWS_ACCESS_KEY_ID"), environment("AWS_SECRET_ACCESS_KEY"),
                environment("AWS_SESSION_TOKEN") is { Length: > 0 } token ? token : null);
    }
}
