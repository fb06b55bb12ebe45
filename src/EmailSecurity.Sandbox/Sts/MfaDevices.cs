using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Sandbox.Sts;

/// <summary>
/// Virtual MFA devices (RFC 6238: six digits of HMAC-SHA-1, 30 seconds). Every device of an account is there; its secret is its serial number, so that a test
/// can show the code. A code is good in its own interval and the ones beside it, and once: AWS takes none twice.
/// </summary>
internal sealed partial class MfaDevices(SandboxClock clock)
{
    private const int Seconds = 30;

    private readonly HashSet<(string Serial, long Interval)> used = [];
    private readonly Lock gate = new();

    /// <summary>The code that a device shows.</summary>
    public static string Code(string serial, DateTimeOffset at) => Code(serial, at.ToUnixTimeSeconds() / Seconds);

    /// <summary>Checks a code; neither serial number nor code is no check.</summary>
    /// <exception cref="AwsRuleException">ValidationError or AccessDenied.</exception>
    public void Check(string accountId, string? serial, string? code)
    {
        if (serial is null && code is null)
        {
            return;
        }

        if (serial is null || code is null)
        {
            throw Denied("must provide both MFA serial number and one time pass code.");
        }

        if (!CodeForm().IsMatch(code))
        {
            throw new AwsRuleException(400, "ValidationError", "1 validation error detected: Value at 'tokenCode' failed to satisfy constraint: "
                + "Member must satisfy regular expression pattern: [\\d]*, with 6 characters");
        }

        if (!serial.StartsWith($"arn:aws:iam::{accountId}:mfa/", StringComparison.Ordinal))
        {
            throw Denied("unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.");
        }

        var now = clock.Now.ToUnixTimeSeconds() / Seconds;
        var interval = new[] { now, now - 1, now + 1 }.Cast<long?>().FirstOrDefault(i => Code(serial, i!.Value) == code);
        lock (gate)
        {
            if (interval is null || !used.Add((serial, interval.Value)))
            {
                throw Denied("with invalid MFA one time pass code. ");
            }
        }
    }

    // RFC 4226 section 5.3: dynamic truncation.
    private static string Code(string serial, long interval)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, interval);
#pragma warning disable CA5350 // RFC 6238's own algorithm; AWS's virtual devices use no other
        var hash = HMACSHA1.HashData(Encoding.UTF8.GetBytes(serial), counter);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 0xF)) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    private static AwsRuleException Denied(string what) => new(403, "AccessDenied", "MultiFactorAuthentication failed " + what);

    [GeneratedRegex("^[0-9]{6}$", RegexOptions.NonBacktracking)]
    private static partial Regex CodeForm();
}
