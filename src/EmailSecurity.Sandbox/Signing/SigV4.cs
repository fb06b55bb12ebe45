using System.Security.Cryptography;
using System.Text;

namespace EmailSecurity.Sandbox.Signing;

/// <summary>The arithmetic of Signature Version 4.</summary>
internal static class SigV4
{
    /// <summary>Hex SHA-256 of nothing.</summary>
    public const string EmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// <summary>Lower-case hex SHA-256.</summary>
    public static string Hash(ReadOnlySpan<byte> data) => Convert.ToHexStringLower(SHA256.HashData(data));

    /// <summary>The signing key of a scope.</summary>
    public static byte[] SigningKey(string secret, string date, string region, string service) =>
        Hmac(Hmac(Hmac(Hmac(Encoding.UTF8.GetBytes("AWS4" + secret), date), region), service), "aws4_request");

    /// <summary>Lower-case hex signature.</summary>
    public static string Sign(byte[] key, string stringToSign) => Convert.ToHexStringLower(Hmac(key, stringToSign));

    /// <summary>Compares signatures without telling by time where they differ.</summary>
    public static bool Same(string left, string right) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right));

    /// <summary>The canonical request. S3 signs the path as it is; every other service signs it encoded once more.</summary>
    public static string CanonicalRequest(RawRequest request, string service, IReadOnlyList<string> signedHeaders, string payloadHash)
    {
        var path = request.RawPath.Length == 0 ? "/" : request.RawPath;
        var canonicalPath = service == "s3" ? UriCodec.Encode(UriCodec.Decode(path), keepSlash: true) : UriCodec.Encode(path, keepSlash: true);
        var query = string.Join('&', request.QueryParameters
            .Select(p => (Name: UriCodec.Encode(p.Name), Value: UriCodec.Encode(p.Value)))
            .OrderBy(p => p.Name, StringComparer.Ordinal)
            .ThenBy(p => p.Value, StringComparer.Ordinal)
            .Select(p => p.Name + "=" + p.Value));
        var builder = new StringBuilder();
        builder.Append(request.Method).Append('\n').Append(canonicalPath).Append('\n').Append(query).Append('\n');
        foreach (var name in signedHeaders)
        {
            builder.Append(name).Append(':').Append(Collapse(request.Header(name))).Append('\n');
        }
        return builder.Append('\n').AppendJoin(';', signedHeaders).Append('\n').Append(payloadHash).ToString();
    }

    private static string Collapse(string value) => string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}
