using System.Globalization;
using System.Text;
using EmailSecurity.Sandbox.Accounts;

namespace EmailSecurity.Sandbox.Signing;

/// <summary>Checks Signature Version 4 of a request the way AWS does: header form, every service, with S3's body forms.</summary>
/// <param name="accounts">Keys.</param>
/// <param name="signatureTimes">Clocks that the 15 minutes are measured by: one of them is enough.</param>
/// <param name="sessionTime">Clock that sessions end by.</param>
internal sealed class SignatureVerifier(AccountDirectory accounts, IReadOnlyList<TimeProvider> signatureTimes, TimeProvider sessionTime)
{
    /// <summary>AWS refuses requests whose time is further off than this.</summary>
    private static readonly TimeSpan MostSkew = TimeSpan.FromMinutes(15);

    /// <summary>What x-amz-content-sha256 may say instead of a hash.</summary>
    private static readonly HashSet<string> BodyForms = new(StringComparer.Ordinal)
    {
        "UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
    };

    /// <summary>Checks a request meant for <paramref name="service"/>.</summary>
    /// <param name="onlyRegion">The one region a global service is signed for; null where any will do.</param>
    public SignatureResult Verify(RawRequest request, string service, string? onlyRegion)
    {
        var header = request.Header("authorization");
        if (header.Length == 0)
        {
            return Bad(
                SignatureFault.Missing,
                request.QueryParameters.Any(p => p.Name is "X-Amz-Signature" or "Signature")
                    ? "Presigned requests are not emulated; sign in the Authorization header."
                    : "Request is missing Authentication Token");
        }
        if (!CredentialScope.TryParse(header, out var scope, out var problem))
        {
            return Bad(SignatureFault.Malformed, problem);
        }
        var timestamp = request.Header("x-amz-date");
        if (!DateTimeOffset.TryParseExact(timestamp, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var signedAt))
        {
            return Bad(SignatureFault.Malformed, "AWS authentication requires a valid x-amz-date header (20260131T235959Z).");
        }
        if (accounts.FindKey(scope.AccessKey) is not { } credential)
        {
            return Bad(SignatureFault.UnknownKey, "The security token included in the request is invalid.");
        }
        if ((credential.SessionToken ?? "") != request.Header("x-amz-security-token"))
        {
            return Bad(SignatureFault.UnknownToken, "The security token included in the request is invalid.");
        }
        if ((CheckTime(timestamp, signedAt) ?? CheckScope(request, scope, service, onlyRegion, timestamp)) is { } bad)
        {
            return bad;
        }
        var result = CheckSignature(request, service, scope, credential, timestamp);
        return result is SignatureResult.Good && credential.Expires <= sessionTime.GetUtcNow()
            ? Bad(SignatureFault.ExpiredToken, "The security token included in the request is expired")
            : result;
    }

    private SignatureResult.Bad? CheckTime(string timestamp, DateTimeOffset signedAt)
    {
        var now = signatureTimes.Select(t => t.GetUtcNow()).MinBy(t => (t - signedAt).Duration());
        if ((now - signedAt).Duration() > MostSkew)
        {
            var relation = now > signedAt
                ? "expired: {0} is now earlier than {1} ({2} - 15 min.)"
                : "not yet current: {0} is still later than {1} ({2} + 15 min.)";
            var limit = now > signedAt ? now - MostSkew : now + MostSkew;
            return Bad(SignatureFault.Skewed, "Signature " + string.Format(CultureInfo.InvariantCulture, relation, timestamp, Stamp(limit), Stamp(now)));
        }
        return null;
    }

    private static SignatureResult.Bad? CheckScope(RawRequest request, CredentialScope scope, string service, string? onlyRegion, string timestamp)
    {
        if (scope.Service != service)
        {
            return Bad(SignatureFault.WrongScope, $"Credential should be scoped to correct service: '{service}'.");
        }
        if (onlyRegion is not null && scope.Region != onlyRegion)
        {
            return Bad(
                SignatureFault.WrongScope, $"Credential should be scoped to a valid region, not '{scope.Region}'; '{service}' is signed for '{onlyRegion}'.");
        }
        if (!timestamp.StartsWith(scope.Date, StringComparison.Ordinal))
        {
            return Bad(
                SignatureFault.WrongScope,
                $"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{scope.Date}' != '{timestamp[..8]}'.");
        }
        if (UnsignedHeader(request, scope) is { } unsigned)
        {
            return Bad(SignatureFault.UnsignedHeaders, $"There were headers present in the request which were not signed: {unsigned}");
        }
        return null;
    }

    private static SignatureResult CheckSignature(RawRequest request, string service, CredentialScope scope, SandboxCredential credential, string timestamp)
    {
        var bodyHash = request.Header("x-amz-content-sha256");
        if (service != "s3")
        {
            bodyHash = SigV4.Hash(request.Body);
        }
        else if (bodyHash.Length == 0)
        {
            return Bad(SignatureFault.MissingBodyHash, "Missing required header for this request: x-amz-content-sha256");
        }
        else if (!BodyForms.Contains(bodyHash) && !(bodyHash.Length == 64 && bodyHash.All(char.IsAsciiHexDigit)))
        {
            return Bad(
                SignatureFault.InvalidBodyHash,
                "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, "
                    + "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, or a valid sha256 value.");
        }
        var canonical = SigV4.CanonicalRequest(request, service, scope.SignedHeaders, bodyHash);
        var key = SigV4.SigningKey(credential.SecretKey, scope.Date, scope.Region, scope.Service);
        if (!SigV4.Same(
            SigV4.Sign(key, $"{CredentialScope.Algorithm}\n{timestamp}\n{scope.Scope}\n{SigV4.Hash(Encoding.UTF8.GetBytes(canonical))}"),
            scope.Signature))
        {
            return Bad(
                SignatureFault.Mismatch,
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing "
                    + "method. Consult the service documentation for details.");
        }
        return CheckBody(request, service, scope, credential, bodyHash, key, timestamp);
    }

    private static SignatureResult CheckBody(
        RawRequest request, string service, CredentialScope scope, SandboxCredential credential, string bodyHash, byte[] key, string timestamp)
    {
        if (service != "s3" || bodyHash == "UNSIGNED-PAYLOAD")
        {
            return new SignatureResult.Good(credential, scope.Region, request.Body, new Dictionary<string, string>());
        }
        if (!bodyHash.StartsWith("STREAMING-", StringComparison.Ordinal))
        {
            return bodyHash.Equals(SigV4.Hash(request.Body), StringComparison.OrdinalIgnoreCase)
                ? new SignatureResult.Good(credential, scope.Region, request.Body, new Dictionary<string, string>())
                : Bad(SignatureFault.BodyHashMismatch, "The provided 'x-amz-content-sha256' header does not match what was computed.");
        }
        var chunked = new AwsChunkedBody(
            bodyHash.StartsWith("STREAMING-UNSIGNED", StringComparison.Ordinal) ? null : key, timestamp, scope.Scope, scope.Signature);
        if (chunked.TryDecode(request.Body, bodyHash.EndsWith("-TRAILER", StringComparison.Ordinal), out var decoded) is { } broken)
        {
            return broken;
        }
        if (request.Header("x-amz-decoded-content-length") != decoded.Length.ToString(CultureInfo.InvariantCulture))
        {
            return Bad(SignatureFault.IncompleteBody, "You did not provide the number of bytes specified by the x-amz-decoded-content-length HTTP header");
        }
        var announced = request.Header("x-amz-trailer").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return announced.Order(StringComparer.OrdinalIgnoreCase).SequenceEqual(
            chunked.Trailers.Keys.Order(StringComparer.OrdinalIgnoreCase), StringComparer.OrdinalIgnoreCase)
            ? new SignatureResult.Good(credential, scope.Region, decoded, chunked.Trailers)
            : Bad(SignatureFault.IncompleteBody, "The trailers sent are not those that x-amz-trailer announces.");
    }

    /// <summary>Host and every x-amz- header must be signed, or a proxy could change them.</summary>
    private static string? UnsignedHeader(RawRequest request, CredentialScope scope) =>
        !scope.SignedHeaders.Contains("host") ? "host"
        : request.Headers.Keys.FirstOrDefault(name =>
            name.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase) && !scope.SignedHeaders.Contains(name.ToLowerInvariant()));

    private static string Stamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private static SignatureResult.Bad Bad(SignatureFault fault, string message) => new(fault, message);
}
