using System.Globalization;
using System.Text;

namespace EmailSecurity.Sandbox.Signing;

/// <summary>Takes aws-chunked framing off a body, checking the signature of each chunk and of the trailer where they are signed.</summary>
/// <param name="signingKey">Key of the scope; null for STREAMING-UNSIGNED-PAYLOAD-TRAILER.</param>
/// <param name="timestamp">x-amz-date.</param>
/// <param name="scope">Credential scope.</param>
/// <param name="seedSignature">Signature of the request itself.</param>
internal sealed class AwsChunkedBody(byte[]? signingKey, string timestamp, string scope, string seedSignature)
{
    private readonly Dictionary<string, string> trailers = new(StringComparer.OrdinalIgnoreCase);
    private string previous = seedSignature;

    /// <summary>Trailing headers, without the trailer's signature.</summary>
    public IReadOnlyDictionary<string, string> Trailers => trailers;

    /// <summary>Decodes; a fault where the framing or a signature is broken.</summary>
    public SignatureResult.Bad? TryDecode(byte[] body, bool trailerExpected, out byte[] decoded)
    {
        using var output = new MemoryStream(body.Length);
        decoded = [];
        var position = 0;
        while (true)
        {
            if (ReadLine(body, ref position) is not { } line)
            {
                return Incomplete("the last chunk, of size 0, is missing");
            }
            var semicolon = line.IndexOf(';', StringComparison.Ordinal);
            if (!int.TryParse(semicolon < 0 ? line : line[..semicolon], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size)
                || size < 0
                || size > body.Length - position)
            {
                return Incomplete($"chunk header '{line[..Math.Min(line.Length, 80)]}' is not a size within the body");
            }
            var data = body.AsSpan(position, size);
            position += size;
            if (signingKey is not null)
            {
                const string Name = ";chunk-signature=";
                var given = semicolon >= 0 && line[semicolon..].StartsWith(Name, StringComparison.Ordinal) ? line[(semicolon + Name.Length)..] : "";
                previous = SigV4.Sign(signingKey, $"AWS4-HMAC-SHA256-PAYLOAD\n{timestamp}\n{scope}\n{previous}\n{SigV4.EmptyHash}\n{SigV4.Hash(data)}");
                if (!SigV4.Same(previous, given))
                {
                    return new(SignatureFault.Mismatch, "The chunk signature we calculated does not match the signature you provided.");
                }
            }
            if (size == 0)
            {
                break;
            }
            output.Write(data);
            if (ReadLine(body, ref position) is not "")
            {
                return Incomplete("a chunk does not end where its header says");
            }
        }
        decoded = output.ToArray();
        return ReadTrailers(body, ref position, trailerExpected);
    }

    private SignatureResult.Bad? ReadTrailers(byte[] body, ref int position, bool expected)
    {
        var signature = "";
        var canonical = new StringBuilder();
        while (ReadLine(body, ref position) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
            {
                return Incomplete($"trailer '{line[..Math.Min(line.Length, 80)]}' is not a header");
            }
            var name = line[..colon].Trim().ToLowerInvariant();
            var value = line[(colon + 1)..].Trim();
            if (name == "x-amz-trailer-signature")
            {
                signature = value;
                continue;
            }
            canonical.Append(name).Append(':').Append(value).Append('\n');
            trailers[name] = value;
        }
        if (position < body.Length)
        {
            return Incomplete("bytes follow the last chunk");
        }
        if (expected && signingKey is not null)
        {
            var right = SigV4.Sign(
                signingKey, $"AWS4-HMAC-SHA256-TRAILER\n{timestamp}\n{scope}\n{previous}\n{SigV4.Hash(Encoding.UTF8.GetBytes(canonical.ToString()))}");
            if (!SigV4.Same(right, signature))
            {
                return new(SignatureFault.Mismatch, "The trailer signature we calculated does not match the signature you provided.");
            }
        }
        return expected || trailers.Count == 0 ? null : Incomplete("a trailer came that x-amz-content-sha256 does not announce");
    }

    private static SignatureResult.Bad Incomplete(string why) => new(SignatureFault.IncompleteBody, "The aws-chunked body is broken: " + why + ".");

    private static string? ReadLine(byte[] body, ref int position)
    {
        var length = body.AsSpan(position).IndexOf("\r\n"u8);
        if (length < 0)
        {
            return null;
        }
        var line = Encoding.UTF8.GetString(body, position, length);
        position += length + 2;
        return line;
    }
}
