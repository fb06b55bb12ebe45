using System.Globalization;
using EmailSecurity.Sandbox.S3.Documents;

namespace EmailSecurity.Sandbox.S3;

/// <summary>Conditions of a read, in the order of RFC 9110 section 13.2.2.</summary>
internal static class ReadConditions
{
    /// <summary>A time as a header tells it: whole seconds.</summary>
    public static string Stamp(DateTimeOffset time) => time.UtcDateTime.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>True where the caller has the object already (304).</summary>
    /// <exception cref="S3Exception">PreconditionFailed.</exception>
    public static bool IsNotModified(S3Context context, StoredVersion version)
    {
        if (context.Header("if-match") is { } match)
        {
            if (!Names(match, version))
            {
                throw ObjectOperations.Failed("If-Match");
            }
        }
        else if (Time(context, "if-unmodified-since") is { } unmodified && Second(version) > unmodified)
        {
            throw ObjectOperations.Failed("If-Unmodified-Since");
        }
        return context.Header("if-none-match") is { } none
            ? Names(none, version)
            : Time(context, "if-modified-since") is { } modified && Second(version) <= modified;
    }

    /// <summary>True where there is a Range header and If-Range, where given, names this very version (RFC 9110 section 13.1.5).</summary>
    public static bool RangeApplies(S3Context context, StoredVersion version) =>
        context.Header("range") is not null
        && (context.Header("if-range") is not { } condition || condition == version.ETag || condition == Stamp(version.LastModified));

    private static bool Names(string tags, StoredVersion version) =>
        tags.Trim() == "*" || tags.Split(',', StringSplitOptions.TrimEntries).Any(t => t.Trim('"') == version.ETag.Trim('"'));

    private static DateTimeOffset Second(StoredVersion version) => DateTimeOffset.FromUnixTimeSeconds(version.LastModified.ToUnixTimeSeconds());

    // RFC 9110 section 13.1.3: a date that cannot be read is ignored.
    private static DateTimeOffset? Time(S3Context context, string header) =>
        DateTimeOffset.TryParseExact(context.Header(header), "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
