using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Sandbox.Hosting;

/// <summary>How to start a sandbox.</summary>
public sealed record SandboxOptions
{
    /// <summary>Port of the AWS endpoint on 127.0.0.1; 0 for any free one.</summary>
    public int Port { get; init; }

    /// <summary>
    /// The clock of the emulated services (certificate waits, caches, dates). Signatures may also go by the real time, as clients sign by it.
    /// </summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Judges signatures by <see cref="Time"/> alone, as AWS does: for clients whose machine's clock is off.</summary>
    public bool JudgesSignaturesByTime { get; init; }

    /// <summary>Says whether the main account may make a call, as IAM would; null allows all. Asked for each call whose signature is good.</summary>
    internal Func<AwsCall, AwsOperation, Task<bool>>? Authorize { get; init; }

    /// <summary>
    /// Longest that a <c>timeout</c> fault holds a connection open without an answer; clients that wait longer see it broken. By <see cref="Time"/>.
    /// </summary>
    public TimeSpan TimeoutHold { get; init; } = TimeSpan.FromSeconds(60);
}
