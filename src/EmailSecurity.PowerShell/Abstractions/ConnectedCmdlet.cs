using System.Management.Automation;
using EmailSecurity.Ports;
using EmailSecurity.PowerShell.Completion;
using EmailSecurity.PowerShell.Loading;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>A cmdlet that calls AWS, with the common parameters that users of AWS.Tools know.</summary>
public abstract class ConnectedCmdlet : LiveCmdlet, IAwsParameters
{
    private readonly AdapterSessions<ICloud> clouds;

    /// <summary>Makes the cmdlet.</summary>
    protected ConnectedCmdlet() => clouds = new AdapterSessions<ICloud>(settings => Adapters.Cloud.Create(settings, Clock, SessionHost));

    /// <summary>Access key; with SecretKey.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("AK")]
    [NotGivenIfEmpty(RefuseEmptyArgument = true)]
    public string? AccessKey { get; set; }

    /// <summary>Secret key; with AccessKey. Never taken from the pipeline.</summary>
    [Parameter]
    [Alias("SK", "SecretAccessKey")]
    [NotGivenIfEmpty(RefuseEmptyArgument = true)]
    public string? SecretKey { get; set; }

    /// <summary>Session token of temporary credentials. Never taken from the pipeline.</summary>
    [Parameter]
    [Alias("ST")]
    [NotGivenIfEmpty(RefuseEmptyArgument = true)]
    public string? SessionToken { get; set; }

    /// <summary>Profile of the shared credentials or config file; a missing one is an error.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("StoredCredentials", "AWSProfileName")]
    [ArgumentCompleter(typeof(ProfileCompleter))]
    [NotGivenIfEmpty(RefuseEmptyArgument = true)]
    public string? ProfileName { get; set; }

    /// <summary>The credentials file that ProfileName is read from, instead of the shared ones.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("AWSProfilesLocation", "ProfilesLocation")]
    [NotGivenIfEmpty(RefuseEmptyArgument = true)]
    public string? ProfileLocation { get; set; }

    /// <summary>A credentials object, as Get-AWSCredential and the AWS SDK give.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NotGivenIfEmpty(RefuseEmptyArgument = true)]
    public object? Credential { get; set; }

    /// <summary>Region of the buckets; CloudFront, its certificates and Route 53 live in us-east-1 whatever this says.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("RegionToCall")]
    [ArgumentCompleter(typeof(RegionCompleter))]
    [NotGivenIfEmpty(RefuseEmptyArgument = true)]
    public string? Region { get; set; }

    /// <summary>
    /// One endpoint for every AWS service, instead of AWS's own: a sandbox. Never taken from the pipeline: an object that came from elsewhere must not say
    /// where credentials go.
    /// </summary>
    [Parameter]
    [NotGivenIfEmpty(RefuseEmptyArgument = true)]
    [ValidateHttpUrl]
    public string? EndpointUrl { get; set; }

    /// <summary>
    /// Sends calls over http:// to an -EndpointUrl that is not on this computer: anybody on the way reads access key, session token and all that is sent.
    /// </summary>
    [Parameter]
    public SwitchParameter AllowInsecureEndpoint { get; set; }

    /// <summary>
    /// All adapters for the parameters of the current input object. They live as long as the invocation: credentials are resolved
    /// again by the next one, so a changed environment or profile is never overlooked. Call it before the first await.
    /// </summary>
    /// <exception cref="EmailSecurityException">CredentialsMixed, ProfileNotFound, TrustedRootNotFound ...: what the parameters ask for cannot be had.
    /// </exception>
    protected IEmailSecurityServices GetServices()
    {
        var settings = GetSettings(SandboxDefaults.Find(this));
        return new EmailSecurityServices(GetOutside(settings), clouds.For(settings));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            clouds.Dispose();
        }

        base.Dispose(disposing);
    }

    private protected override ConnectionSettings GetSettings(SandboxDefaults? sandbox) => AwsSettings.Add(base.GetSettings(sandbox), this, this, sandbox);
}
