namespace EmailSecurity.Ports;

/// <summary>The caller of AWS (STS GetCallerIdentity).</summary>
/// <param name="AccountId">Twelve digits.</param>
/// <param name="Arn">ARN of the user or role.</param>
/// <param name="Partition"><c>aws</c>, <c>aws-cn</c>, <c>aws-us-gov</c>.</param>
public sealed record CallerIdentity(string AccountId, string Arn, string Partition);

/// <summary>Who calls.</summary>
public interface IAccount
{
    /// <summary>
    /// How far AWS's clock is ahead of this machine's, by the last answer of any service; zero before the first. What senders still hold is judged by AWS's
    /// clock: this machine's can be off by months.
    /// </summary>
    TimeSpan ClockOffset => TimeSpan.Zero;

    /// <summary>The time by AWS's clock, as far as it is known.</summary>
    /// <param name="time">This machine's clock.</param>
    DateTimeOffset GetUtcNow(TimeProvider time) => time.GetUtcNow() + ClockOffset;

    /// <summary>One call to STS, remembered for the life of the session.</summary>
    /// <exception cref="EmailSecurityException">CredentialsInvalid, CredentialsNotFound, CredentialsExpired, AwsUnavailable.</exception>
    Task<CallerIdentity> GetCallerIdentityAsync(CancellationToken cancellationToken);
}
