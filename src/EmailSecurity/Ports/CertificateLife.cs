namespace EmailSecurity.Ports;

/// <summary>When the end of a certificate is near: relative to its lifetime, which grows shorter from year to year.</summary>
internal static class CertificateLife
{
    // ACM begins to renew 45 days or more before the end, whatever the lifetime (198 days, less than 100 from 2027-03-15, less than 47 from 2029-03-15).
    private const double Least = 14;
    private const double Most = 45;

    /// <summary>True in the last fifth of its life, by when an automatic renewal is overdue, and in the last two weeks of any; not once it has ended.</summary>
    /// <param name="notBefore">Its beginning; null where not known.</param>
    /// <param name="notAfter">Its end; null where not known.</param>
    /// <param name="now">The time.</param>
    public static bool IsEnding(DateTimeOffset? notBefore, DateTimeOffset? notAfter, DateTimeOffset now) => notAfter is { } end && end > now
        && end - now < TimeSpan.FromDays(Math.Clamp((end - (notBefore ?? end)).TotalDays / 5, Least, Most));
}
