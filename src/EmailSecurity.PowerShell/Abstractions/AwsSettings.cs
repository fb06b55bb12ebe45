using EmailSecurity.Ports;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>What a command's parameters say about AWS.</summary>
internal interface IAwsParameters
{
    string? AccessKey { get; }

    string? SecretKey { get; }

    string? SessionToken { get; }

    string? ProfileName { get; }

    string? ProfileLocation { get; }

    object? Credential { get; }

    string? Region { get; }

    string? EndpointUrl { get; }

    System.Management.Automation.SwitchParameter AllowInsecureEndpoint { get; }
}

/// <summary>How to reach AWS, from a command's parameters, its session and the sandbox.</summary>
internal static class AwsSettings
{
    private static bool RegionInEnvironment =>
        Environment.GetEnvironmentVariable("AWS_REGION") is { Length: > 0 } || Environment.GetEnvironmentVariable("AWS_DEFAULT_REGION") is { Length: > 0 };

    /// <summary>Adds what concerns AWS. Pipeline thread only.</summary>
    /// <exception cref="EmailSecurityException">EndpointWithoutCredentials.</exception>
    /// <param name="world">The settings so far.</param>
    /// <param name="cmdlet">The command, for its session.</param>
    /// <param name="given">Its parameters.</param>
    /// <param name="sandbox">The sandbox of the session; null where there is none.</param>
    public static ConnectionSettings Add(ConnectionSettings world, EmailSecurityCmdlet cmdlet, IAwsParameters given, SandboxDefaults? sandbox)
    {
        var stored = Unwrap(cmdlet.GetSessionVariable("StoredAWSRegion"));

        // The sandbox's keys are good at its endpoint only, and never mixed with credentials that somebody chose.
        var ours = given.EndpointUrl is null || sandbox?.IsEndpoint(given.EndpointUrl) == true ? sandbox : null;
        var chosen = (object?)given.AccessKey ?? given.SecretKey ?? given.SessionToken ?? given.ProfileName ?? given.Credential;
        if (sandbox is not null && ours is null && chosen is null)
        {
            throw new EmailSecurityException("EndpointWithoutCredentials", ErrorKind.InvalidArgument,
                $"$env:{SandboxDefaults.Variable} is set, but -EndpointUrl is not the sandbox's endpoint. The sandbox's keys do not work there, "
                + "and credentials from the session or the environment are not sent there automatically.",
                "Specify the credentials for that endpoint (-AccessKey and -SecretKey, -Credential or -ProfileName), or remove the variable.")
            { Target = given.EndpointUrl };
        }

        var keys = chosen is null ? ours : null;
        return world with
        {
            AccessKey = given.AccessKey ?? keys?.AccessKey,
            SecretKey = given.SecretKey ?? keys?.SecretKey,
            SessionToken = given.SessionToken,
            ProfileName = given.ProfileName,
            ProfileLocation = given.ProfileLocation is null ? null : cmdlet.ResolveFile(given.ProfileLocation),
            Credential = given.Credential is System.Management.Automation.PSObject wrapped ? wrapped.BaseObject : given.Credential,
            StoredCredential = keys is null ? cmdlet.GetSessionVariable("StoredAWSCredentials") : null,
            Region = given.Region ?? (ours is not null && stored is null && !RegionInEnvironment ? "us-east-1" : null),
            StoredRegion = stored,
            EndpointUrl = given.EndpointUrl ?? ours?.EndpointUrl,
            AllowInsecureEndpoint = given.AllowInsecureEndpoint,
        };
    }

    // A string, or one of AWS.Tools' region objects (from another load context), which name themselves by SystemName.
    private static string? Unwrap(object? region) => region switch
    {
        null => null,
        string { Length: 0 } => null,
        string name => name,
        _ => region.GetType().GetProperty("SystemName")?.GetValue(region) as string ?? region.ToString(),
    };
}
