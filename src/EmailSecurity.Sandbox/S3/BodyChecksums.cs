using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.S3.Documents;
using EmailSecurity.Sandbox.Signing;

namespace EmailSecurity.Sandbox.S3;

/// <summary>Checks what a request says about its body: Content-MD5 and x-amz-checksum-*, in headers or trailers.</summary>
internal static class BodyChecksums
{
    private const string Prefix = "x-amz-checksum-";

    /// <summary>Checks; the checksum that was sent, or null.</summary>
    public static (string Name, string Value)? Check(AwsCall call, bool required)
    {
        var md5 = call.Headers.GetValueOrDefault("content-md5");
        if (md5 is not null)
        {
            var given = new byte[16];
            if (!Convert.TryFromBase64String(md5, given, out var length) || length != given.Length)
            {
                throw new S3Exception(400, "InvalidDigest", "The Content-MD5 you specified was invalid.");
            }
            if (!Checksum.Md5(call.Body).AsSpan().SequenceEqual(given))
            {
                throw new S3Exception(400, "BadDigest", "The Content-MD5 you specified did not match what we received.");
            }
        }
        var sent = call.Headers.Where(h =>
            h.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
                && !h.Key.Equals("x-amz-checksum-mode", StringComparison.OrdinalIgnoreCase)
                && !h.Key.Equals("x-amz-checksum-type", StringComparison.OrdinalIgnoreCase)
                && !h.Key.Equals("x-amz-checksum-algorithm", StringComparison.OrdinalIgnoreCase)).ToList();
        if (sent.Count > 1)
        {
            throw S3Exception.InvalidRequest("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
        }
        var announced = call.Headers.GetValueOrDefault("x-amz-sdk-checksum-algorithm");
        if (sent.Count == 0)
        {
            return announced is not null
                ? throw S3Exception.InvalidRequest(
                    "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.")
                : required && md5 is null ? throw S3Exception.InvalidRequest("Missing required header for this request: Content-MD5")
                : null;
        }
        var name = sent[0].Key[Prefix.Length..].ToLowerInvariant();
        if (!Checksum.Names.Contains(name))
        {
            throw S3Exception.NotImplemented(sent[0].Key);
        }
        if (announced is not null && !announced.Equals(name, StringComparison.OrdinalIgnoreCase))
        {
            throw S3Exception.InvalidRequest($"Value for x-amz-sdk-checksum-algorithm header is invalid.");
        }
        var right = Checksum.Compute(name, call.Body);
        if (sent[0].Value.Length != right.Length)
        {
            throw S3Exception.InvalidRequest($"Value for {sent[0].Key.ToLowerInvariant()} header is invalid.");
        }
        return right == sent[0].Value
            ? (name, right)
            : throw new S3Exception(400, "BadDigest", $"The {name.ToUpperInvariant()} you specified did not match the calculated checksum.");
    }
}
