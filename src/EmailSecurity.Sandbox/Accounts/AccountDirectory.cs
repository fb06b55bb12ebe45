using System.Security.Cryptography;

namespace EmailSecurity.Sandbox.Accounts;

/// <summary>The accounts of one sandbox and every key to them.</summary>
public sealed class AccountDirectory
{
    private const int MostTemporary = 10_000;
    private readonly Lock gate = new();
    private readonly List<SandboxAccount> accounts = [];
    private readonly Dictionary<string, SandboxCredential> credentials = new(StringComparer.Ordinal);

    /// <summary>Opens an account with one long-lived key.</summary>
    public SandboxCredential Open(string accountId, string userName)
    {
        var credential = new SandboxCredential(new SandboxAccount(accountId, userName), "AKIA" + KeyPart(), SecretPart(), null, null);
        Add(credential);
        return credential;
    }

    /// <summary>Opens an account with a given key.</summary>
    public void Add(SandboxCredential credential)
    {
        lock (gate)
        {
            accounts.Add(credential.Account);
            credentials.Add(credential.AccessKey, credential);
        }
    }

    /// <summary>Gives out a temporary key (STS GetSessionToken and AssumeRole).</summary>
    public SandboxCredential OpenSession(SandboxAccount account, DateTimeOffset expires, AssumedRole? role = null)
    {
        var token = RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 256);
        var credential = new SandboxCredential(account, "ASIA" + KeyPart(), SecretPart(), token, expires) { Role = role };
        lock (gate)
        {
            if (credentials.Count >= MostTemporary)
            {
                credentials.Remove(credentials.Values.Where(c => c.Expires is not null).MinBy(c => c.Expires)!.AccessKey);
            }
            credentials.Add(credential.AccessKey, credential);
        }
        return credential;
    }

    /// <summary>The credential with an access key; null for an unknown key.</summary>
    public SandboxCredential? FindKey(string accessKey)
    {
        lock (gate)
        {
            return credentials.GetValueOrDefault(accessKey);
        }
    }

    /// <summary>The account with an id; null for an unknown one.</summary>
    public SandboxAccount? FindAccount(string accountId)
    {
        lock (gate)
        {
            return accounts.Find(a => a.AccountId == accountId);
        }
    }

    private static string KeyPart() => RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16);

    private static string SecretPart() => RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 40);
}
