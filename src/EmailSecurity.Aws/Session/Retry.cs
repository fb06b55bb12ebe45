using Amazon.Runtime;

namespace EmailSecurity.Aws.Session;

/// <summary>Bounded repetition for answers that mean "not yet" and that the SDK does not retry (S3 and Route 53 while a change settles).</summary>
internal static class Retry
{
    private const int ETagAttempts = 4;

    /// <summary>Repeats the call while it fails with one of the codes, with doubled delays, at most <paramref name="attempts"/> times in all.</summary>
    public static async Task<T> WhileAsync<T>(
        AwsSession session, Func<Task<T>> call, IReadOnlyCollection<string> codes, int attempts, CancellationToken cancellationToken)
    {
        var delay = session.Options.SettleDelay;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call().ConfigureAwait(false);
            }
            catch (EmailSecurityException e) when (attempt < attempts
                && e.InnerException is AmazonServiceException { ErrorCode: { } code }
                && codes.Contains(code, StringComparer.Ordinal))
            {
                await Task.Delay(delay, session.Time, cancellationToken).ConfigureAwait(false);
                delay = Min(delay * 2, TimeSpan.FromSeconds(10));
            }
        }
    }

    /// <summary>Repeats a read and the write that depends on its ETag, where something else changed between them.</summary>
    public static Task<T> WithFreshETagAsync<T>(AwsSession session, Func<Task<T>> readAndWrite, CancellationToken cancellationToken) =>
        WhileAsync(session, readAndWrite, ["PreconditionFailed", "InvalidIfMatchVersion"], ETagAttempts, cancellationToken);

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
