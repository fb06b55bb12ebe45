using System.Management.Automation;
using EmailSecurity.Ports;
using EmailSecurity.PowerShell.Completion;
using EmailSecurity.PowerShell.Loading;
using EmailSecurity.TlsReports;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>
/// A cmdlet that can also work on the objects of a bucket: then, and only then, it takes the common parameters that users of AWS.Tools know.
/// </summary>
public abstract class BucketCmdlet : EmailSecurityCmdlet, IAwsParameters
{
    /// <summary>The parameter set of a bucket.</summary>
    protected const string BucketSet = "Bucket";

    private readonly AdapterSessions<ICloud> clouds;

    /// <summary>Makes the cmdlet.</summary>
    protected BucketCmdlet() => clouds = new AdapterSessions<ICloud>(settings => Adapters.Cloud.Create(settings, Clock, SessionHost));

    /// <summary>The bucket.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BucketSet)]
    [ValidateBucketName]
    public string BucketName { get; set; } = "";

    /// <summary>Begin of the keys: a folder ends with a slash. Empty for the whole bucket.</summary>
    [Parameter(ParameterSetName = BucketSet)]
    [AllowEmptyString]
    [AllowNull]
    public string? Prefix { get; set; }

    /// <summary>The account that the bucket must belong to; not given, the caller's own.</summary>
    [Parameter(ParameterSetName = BucketSet)]
    [NotGivenIfEmpty(RefuseEmptyArgument = true)]
    [ValidateRule("^[0-9]{12}$", "an AWS account ID: twelve digits")]
    public string? ExpectedBucketOwner { get; set; }

    /// <summary>How many objects are read at the same time.</summary>
    [Parameter(ParameterSetName = BucketSet)]
    [ValidateNumber(1, 64)]
    public int ThrottleLimit { get; set; } = BucketReports.DefaultAtOnce;

    /// <summary>Access key; with SecretKey.</summary>
    [Parameter(ParameterSetName = BucketSet)]
    [Alias("AK")]
    [NotGivenIfEmpty(RefuseEmptyArgument = true)]
    public string? AccessKey { get; set; }

    /// <summary>Secret key; with AccessKey.</summary>
    [Parameter(ParameterSetName = BucketSet)]
    [Alias("SK", "SecretAccessKey")]
    [NotGivenIfEmpty(RefuseEmptyArgument = true)]
    public string? SecretKey { get; set; }

    /// <summary>Session token of temporary credentials.</summary>
    [Parameter(ParameterSetName = BucketSet)]
    [Alias("ST")]
    [NotGivenIfEmpty(RefuseEmptyArgument = true)]
    public string? SessionToken { get; set; }

    /// <summary>Profile of the shared credentials or config file; a missing one is an error.</summary>
    [Parameter(ParameterSetName = BucketSet)]
    [Alias("StoredCredentials", "AWSProfileName")]
    [ArgumentCompleter(typeof(ProfileCompleter))]
    [NotGivenIfEmpty(RefuseEmptyArgument = true)]
    public string? ProfileName { get; set; }

    /// <summary>The credentials file that ProfileName is read from, instead of the shared ones.</summary>
    [Parameter(ParameterSetName = BucketSet)]
    [Alias("AWSProfilesLocation", "ProfilesLocation")]
    [NotGivenIfEmpty(RefuseEmptyArgument = true)]
    public string? ProfileLocation { get; set; }

    /// <summary>A credentials object, as Get-AWSCredential and the AWS SDK give.</summary>
    [Parameter(ParameterSetName = BucketSet)]
    [NotGivenIfEmpty(RefuseEmptyArgument = true)]
    public virtual object? Credential { get; set; }

    /// <summary>A region to begin with; a bucket in another one is found there.</summary>
    [Parameter(ParameterSetName = BucketSet)]
    [Alias("RegionToCall")]
    [ArgumentCompleter(typeof(RegionCompleter))]
    [NotGivenIfEmpty(RefuseEmptyArgument = true)]
    public string? Region { get; set; }

    /// <summary>One endpoint for every AWS service, instead of AWS's own: a sandbox.</summary>
    [Parameter(ParameterSetName = BucketSet)]
    [NotGivenIfEmpty(RefuseEmptyArgument = true)]
    [ValidateHttpUrl]
    public string? EndpointUrl { get; set; }

    /// <summary>Sends calls over http:// to an -EndpointUrl that is not on this computer.</summary>
    [Parameter(ParameterSetName = BucketSet)]
    public SwitchParameter AllowInsecureEndpoint { get; set; }

    /// <summary>The bucket, as the parameters say it.</summary>
    private protected BucketPlace Bucket => new(BucketName, ExpectedBucketOwner);

    /// <summary>The objects of buckets, for the parameters. They live as long as the invocation. Call it before the first await.</summary>
    /// <exception cref="EmailSecurityException">CredentialsMixed, ProfileNotFound ...: what the parameters ask for cannot be had.</exception>
    private protected IObjects GetObjects() => clouds.For(AwsSettings.Add(new ConnectionSettings(), this, this, SandboxDefaults.Find(this))).Objects;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            clouds.Dispose();
        }

        base.Dispose(disposing);
    }
}
