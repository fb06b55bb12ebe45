using Amazon.Runtime;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws.Credentials;

/// <summary>
/// Where credentials come from, in the order AWS.Tools users expect: explicit keys, -Credential, -ProfileName, the session's
/// $StoredAWSCredentials, the environment, the default profile, the container's or the instance's role. The first that is there
/// counts; two explicit ones are refused, and a profile named but missing is an error, never a reason to keep looking.
/// </summary>
internal sealed class CredentialResolver(ConnectionSettings settings, CredentialContext context)
{
    private readonly Func<string, string?> environment = context.Environment;

    /// <summary>Finds the source; no network call.</summary>
    /// <exception cref="EmailSecurityException">CredentialsMixed, CredentialsIncomplete, ProfileNotFound, CredentialUnreadable, ...</exception>
    public ResolvedCredentials Resolve()
    {
        RefuseMixed();
        if (Has(settings.AccessKey))
        {
            var keys = Keys(settings.AccessKey!, settings.SecretKey!, settings.SessionToken);
            return new ResolvedCredentials(CredentialSource.Explicit, $"-AccessKey {settings.AccessKey}", keys);
        }

        if (settings.Credential is not null)
        {
            return new ResolvedCredentials(CredentialSource.Object, "-Credential", ForeignCredentials.Wrap(settings.Credential, "-Credential"));
        }

        var profiles = new ProfileReader(settings.ProfileLocation, ProfileStores.Of(settings.ProfileLocation, environment), context);
        if (Has(settings.ProfileName))
        {
            return profiles.Find(settings.ProfileName!, "-ProfileName", required: true)!;
        }

        if (Has(settings.ProfileLocation))
        {
            return profiles.Find(DefaultProfile(out var source), $"-ProfileLocation ({source})", required: true)!;
        }

        if (settings.StoredCredential is not null)
        {
            var stored = ForeignCredentials.Wrap(settings.StoredCredential, "$StoredAWSCredentials");
            return new ResolvedCredentials(CredentialSource.Object, "$StoredAWSCredentials", stored);
        }

        return FromEnvironment() ?? FromDefaultProfile(profiles, out var region) ?? FromMachine() with { ProfileRegion = region };
    }

    /// <summary>The error for "nowhere".</summary>
    public static EmailSecurityException NotFound(string detail, Exception? inner = null) => new(
        "CredentialsNotFound",
        ErrorKind.Authentication,
        $"No AWS credentials were found: no -AccessKey, -Credential or -ProfileName was specified, "
            + $"$StoredAWSCredentials and AWS_ACCESS_KEY_ID are not set, there is no default profile, and {detail}.",
        "Use -ProfileName, or sign in with Set-AWSCredential, aws configure or aws sso login.",
        inner);

    private void RefuseMixed()
    {
        var keys = Has(settings.AccessKey) || Has(settings.SecretKey) || Has(settings.SessionToken);
        var profile = Has(settings.ProfileName) || Has(settings.ProfileLocation);
        (bool IsGiven, string Name)[] sources =
        [
            (keys, "-AccessKey/-SecretKey/-SessionToken"),
            (settings.Credential is not null, "-Credential"),
            (profile, "-ProfileName/-ProfileLocation"),
        ];
        string[] given = [.. sources.Where(s => s.IsGiven).Select(s => s.Name)];
        if (given.Length > 1)
        {
            throw new EmailSecurityException(
                "CredentialsMixed",
                ErrorKind.InvalidArgument,
                $"Credentials were specified in more than one way: {string.Join(" and ", given)}.",
                "Use only one of them, so that it is clear which account is changed.");
        }

        if (keys && !(Has(settings.AccessKey) && Has(settings.SecretKey)))
        {
            throw new EmailSecurityException(
                "CredentialsIncomplete",
                ErrorKind.InvalidArgument,
                $"{(Has(settings.AccessKey) ? "-SecretKey" : "-AccessKey")} is missing: "
                    + "explicit credentials are -AccessKey and -SecretKey together, with -SessionToken for temporary ones.",
                "Specify both, or use -ProfileName.");
        }
    }

    private ResolvedCredentials? FromEnvironment()
    {
        var (key, secret) = (environment("AWS_ACCESS_KEY_ID"), environment("AWS_SECRET_ACCESS_KEY"));
        if (Has(key) && Has(secret))
        {
            var keys = Keys(key!, secret!, environment("AWS_SESSION_TOKEN"));
            return new ResolvedCredentials(CredentialSource.Environment, "the environment variable AWS_ACCESS_KEY_ID", keys);
        }

        if (Has(key) || Has(secret))
        {
            return Failed("the environment", new EmailSecurityException(
                "CredentialsIncomplete",
                ErrorKind.Authentication,
                $"The environment has {(Has(key) ? "AWS_ACCESS_KEY_ID without AWS_SECRET_ACCESS_KEY" : "AWS_SECRET_ACCESS_KEY without AWS_ACCESS_KEY_ID")}.",
                "Set both, or neither."));
        }

        var (token, role) = (environment("AWS_WEB_IDENTITY_TOKEN_FILE"), environment("AWS_ROLE_ARN"));
        if (!Has(token) || !Has(role))
        {
            return null;
        }

        SdkDependencies.Register();
        var session = environment("AWS_ROLE_SESSION_NAME");
        return new ResolvedCredentials(
            CredentialSource.Environment,
            "the environment variable AWS_WEB_IDENTITY_TOKEN_FILE",
            new AssumeRoleWithWebIdentityCredentials(token, role, Has(session) ? session : "EmailSecurity"));
    }

    private ResolvedCredentials? FromDefaultProfile(ProfileReader profiles, out string? region)
    {
        var name = DefaultProfile(out var source);
        region = null;
        try
        {
            var found = profiles.Find(name, source, required: source != "default");
            region = found?.ProfileRegion;
            return found is { Source: CredentialSource.None, Failure: null } ? null : found;
        }
        catch (EmailSecurityException e)
        {
            // Not asked for by a parameter: it fails where AWS is called, not where AWS is not needed.
            return Failed($"profile '{name}'", e);
        }
    }

    private ResolvedCredentials FromMachine()
    {
        if (Has(environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")) || Has(environment("AWS_CONTAINER_CREDENTIALS_FULL_URI")))
        {
            return new ResolvedCredentials(CredentialSource.Container, "the container's credential endpoint", LazyCredentials.Container());
        }

        if (context.Endpoints.Common is not null)
        {
            return Failed("nowhere", NotFound("with -EndpointUrl the instance metadata service is not used"));
        }

        if (string.Equals(environment("AWS_EC2_METADATA_DISABLED"), "true", StringComparison.OrdinalIgnoreCase))
        {
            return Failed("nowhere", NotFound("AWS_EC2_METADATA_DISABLED turns the instance metadata service off"));
        }

        return new ResolvedCredentials(CredentialSource.Instance, "the instance metadata service", LazyCredentials.Instance());
    }

    private string DefaultProfile(out string source)
    {
        var named = environment("AWS_PROFILE");
        source = Has(named) ? "the environment variable AWS_PROFILE" : "default";
        return Has(named) ? named!.Trim() : "default";
    }

    private static ResolvedCredentials Failed(string origin, EmailSecurityException failure) => new(CredentialSource.None, origin, null) { Failure = failure };

    private static AWSCredentials Keys(string accessKey, string secretKey, string? token) =>
        Has(token) ? new SessionAWSCredentials(accessKey, secretKey, token) : new BasicAWSCredentials(accessKey, secretKey);

    private static bool Has(string? value) => !string.IsNullOrWhiteSpace(value);

}
