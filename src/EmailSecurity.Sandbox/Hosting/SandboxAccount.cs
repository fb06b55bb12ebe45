using System.Security.Cryptography;

namespace EmailSecurity.Sandbox.Hosting;

/// <summary>An account of the sandbox and its one long-lived key.</summary>
/// <param name="AccountId">Twelve digits.</param>
/// <param name="AccessKey">Access key id.</param>
/// <param name="SecretKey">Secret access key.</param>
/// <param name="UserName">IAM user that the key belongs to.</param>
public sealed record SandboxAccount(string AccountId, string AccessKey, string SecretKey, string UserName)
{
    /// <summary>ARN of the user.</summary>
    public string UserArn => $"arn:aws:iam::{AccountId}:user/{UserName}";

    /// <summary>Makes an account with fresh keys.</summary>
    public static SandboxAccount Create(string accountId, string userName) =>
        new(accountId, "AKIA" + RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16), RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 40), userName);
}

/// <summary>Who an access key belongs to.</summary>
public interface IAccounts
{
    /// <summary>The account of an access key; null for an unknown key.</summary>
    SandboxAccount? FindByKey(string accessKey);

    /// <summary>The account with an id; null for an unknown one.</summary>
    SandboxAccount? FindById(string accountId);
}

/// <summary>The accounts of one sandbox.</summary>
public sealed class AccountDirectory(params IReadOnlyList<SandboxAccount> accounts) : IAccounts
{
    /// <inheritdoc/>
    public SandboxAccount? FindByKey(string accessKey) => accounts.FirstOrDefault(a => a.AccessKey == accessKey);

    /// <inheritdoc/>
    public SandboxAccount? FindById(string accountId) => accounts.FirstOrDefault(a => a.AccountId == accountId);
}
