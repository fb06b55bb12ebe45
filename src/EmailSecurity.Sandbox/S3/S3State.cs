using EmailSecurity.Sandbox.Accounts;
using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Sandbox.S3;

/// <summary>Every bucket of every account: names are global. Touched only under <see cref="Gate"/>.</summary>
internal sealed class S3State(SandboxClock clock, AccountDirectory accounts)
{
    /// <summary>Guards everything below.</summary>
    public Lock Gate { get; } = new();

    public SandboxClock Clock => clock;

    public AccountDirectory Accounts => accounts;

    public SortedDictionary<string, Bucket> Buckets { get; } = new(StringComparer.Ordinal);
}

/// <summary>One request on its way through S3.</summary>
/// <param name="State">All of S3.</param>
/// <param name="Call">The call.</param>
/// <param name="Account">Who calls.</param>
/// <param name="Key">Object key; empty for the bucket itself.</param>
internal sealed record S3Context(S3State State, AwsCall Call, SandboxAccount Account, string BucketName, string Key)
{
    /// <summary>The bucket; only where the operation has one that exists.</summary>
    public Bucket Bucket => State.Buckets[BucketName];

    public string? Header(string name) => Call.Headers.GetValueOrDefault(name);

    public string? Query(string name) => Call.Query.GetValueOrDefault(name);
}
