namespace EmailSecurity.Sandbox.Accounts;

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
    public string CanonicalId =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes("canonical:" + AccountId)));
}

/// <summary>A key pair; with a session token and an end where it is temporary.</summary>
public sealed record SandboxCredential(SandboxAccount Account, string AccessKey, string SecretKey, string? SessionToken, DateTimeOffset? Expires)
{
    /// <summary>The role that the key was given out for; null for a key of the user.</summary>
    public AssumedRole? Role { get; init; }

    /// <summary>ARN of who calls with the key.</summary>
    public string CallerArn => Role is null ? Account.UserArn : $"arn:aws:sts::{Account.AccountId}:assumed-role/{Role.Name}/{Role.SessionName}";

    /// <summary>Unique id of who calls with the key.</summary>
    public string CallerId => Role is null ? Account.UserId : $"{Role.IdIn(Account)}:{Role.SessionName}";
}

/// <summary>A role in use.</summary>
/// <param name="Name">Name of the role, without its path.</param>
/// <param name="SessionName">Session name that the caller chose.</param>
public sealed record AssumedRole(string Name, string SessionName)
{
    /// <summary>Unique id of the role.</summary>
    public string IdIn(SandboxAccount account)
    {
        var name = System.Text.Encoding.UTF8.GetBytes($"role:{account.AccountId}:{Name}");
        return "AROA" + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(name))[..17];
    }
}
