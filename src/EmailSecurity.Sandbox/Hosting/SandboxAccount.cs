namespace EmailSecurity.Sandbox.Hosting;

/// <summary>An account of the sandbox and the IAM user that calls in its name.</summary>
/// <param name="AccountId">Twelve digits.</param>
/// <param name="UserName">IAM user.</param>
public sealed record SandboxAccount(string AccountId, string UserName)
{
    /// <summary>ARN of the user.</summary>
    public string UserArn => $"arn:aws:iam::{AccountId}:user/{UserName}";

    /// <summary>Unique id of the user, as STS reports it.</summary>
    public string UserId => "AIDA" + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(UserArn)))[..17];

    /// <summary>Canonical user id of the account, as S3 reports owners: 64 hex digits.</summary>
    public string CanonicalId => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes("canonical:" + AccountId)));
}

/// <summary>A key pair; with a session token and an end where it is temporary.</summary>
public sealed record SandboxCredential(SandboxAccount Account, string AccessKey, string SecretKey, string? SessionToken, DateTimeOffset? Expires);
