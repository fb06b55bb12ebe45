using Amazon.Runtime;

namespace EmailSecurity.Aws.Credentials;

/// <summary>Which kind of source the credentials have; decides how a failure to get them is explained.</summary>
internal enum CredentialSource
{
    /// <summary>-AccessKey and -SecretKey.</summary>
    Explicit,
    /// <summary>-Credential or $StoredAWSCredentials.</summary>
    Object,
    /// <summary>A profile with keys, a role, a web identity or a process.</summary>
    Profile,
    /// <summary>A profile of IAM Identity Center (SSO).</summary>
    Sso,
    /// <summary>Environment variables.</summary>
    Environment,
    /// <summary>A container's or EKS pod's credential endpoint.</summary>
    Container,
    /// <summary>The instance metadata service.</summary>
    Instance,
    /// <summary>Nothing was found; using them fails.</summary>
    None,
}

/// <summary>Where the credentials come from.</summary>
/// <param name="Source">Kind of source.</param>
/// <param name="Origin">The source in words: <c>profile 'ops'</c>. Holds no secret.</param>
/// <param name="Credentials">The credentials; null where using them has to fail with <see cref="Failure"/>.</param>
internal sealed record ResolvedCredentials(CredentialSource Source, string Origin, AWSCredentials? Credentials)
{
    /// <summary>Region of the profile they came from; null for none.</summary>
    public string? ProfileRegion { get; init; }

    /// <summary>Name of the profile; empty for none.</summary>
    public string ProfileName { get; init; } = "";

    /// <summary>True where a person is asked for a code before there are keys.</summary>
    public bool AsksForCode { get; init; }

    /// <summary>Why there are none; thrown at the first call of AWS, so that what needs no AWS works without.</summary>
    public EmailSecurityException? Failure { get; init; }
}
