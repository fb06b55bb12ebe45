using System.Text;

namespace EmailSecurity.Sandbox.Signing;

/// <summary>Percent-encoding by the rules of Signature Version 4: everything but the unreserved characters of RFC 3986 section 2.3.</summary>
internal static class UriCodec
{
    private const string Hex = "0123456789ABCDEF";

    /// <summary>Encodes text; slashes too unless told to keep them.</summary>
    public static string Encode(string text, bool keepSlash = false)
    {
        var builder = new StringBuilder(text.Length + 16);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            var c = (char)b;
            if (char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '~' || (c == '/' && keepSlash))
            {
                builder.Append(c);
            }
            else
            {
                builder.Append('%').Append(Hex[b >> 4]).Append(Hex[b & 15]);
            }
        }
        return builder.ToString();
    }

    /// <summary>Decodes percent-encoded text; a plus sign stays one, as S3 keys may hold it.</summary>
    public static string Decode(string text) => Uri.UnescapeDataString(text);
}
