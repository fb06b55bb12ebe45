namespace EmailSecurity.Ports;

/// <summary>A call that has ended, for -Verbose: a call of AWS, a DNS lookup, a fetch or a probe of a mail server. It holds nothing secret.</summary>
/// <param name="What">What was asked of whom: <c>S3 GetBucketTagging (bucket)</c>, <c>DNS MX example.com</c>.</param>
/// <param name="Outcome">How it ended: <c>HTTP 200</c>, <c>HTTP 404 NoSuchBucket</c>, <c>2 records</c>.</param>
/// <param name="Duration">How long it took, with all its attempts.</param>
public sealed record EndedCall(string What, string Outcome, TimeSpan Duration)
{
    /// <summary>How often it was tried.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>The request id that AWS gave the last attempt; empty for none.</summary>
    public string RequestId { get; init; } = "";

    /// <inheritdoc/>
    public override string ToString() => Invariant($"{What}: {Outcome}, {Duration.TotalMilliseconds:0} ms")
        + (Attempts > 1 ? Invariant($", {Attempts} attempts") : "")
        + (RequestId.Length > 0 ? $", request ID {RequestId}" : "");
}

/// <summary>The user, as the adapters of a session see one: watches their calls, and answers what only a person knows. Called from any thread.</summary>
public interface ISessionHost
{
    /// <summary>True where calls are watched (-Verbose).</summary>
    bool WatchesCalls => false;

    /// <summary>True where every attempt and answer is watched (-Debug).</summary>
    bool WatchesDetails => false;

    /// <summary>Called once for each call that has ended.</summary>
    void Ended(EndedCall call)
    {
    }

    /// <summary>Called with what only a developer wants to know; it holds nothing secret.</summary>
    void Detail(string text)
    {
    }

    /// <summary>Asks for the code that an MFA device shows.</summary>
    /// <param name="device">Serial number or ARN of the device.</param>
    /// <param name="profile">The profile that needs it.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="EmailSecurityException">MfaRequired: nobody can be asked.</exception>
    Task<string> ReadMfaCodeAsync(string device, string profile, CancellationToken cancellationToken);

    /// <summary>
    /// What the session keeps between commands, in memory alone: the temporary keys of roles that needed an MFA code, which AWS accepts only once.
    /// </summary>
    System.Collections.Concurrent.ConcurrentDictionary<string, object> Kept { get; }
}
