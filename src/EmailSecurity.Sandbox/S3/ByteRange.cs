using System.Globalization;
using System.Xml.Linq;
using EmailSecurity.Sandbox.S3.Documents;

namespace EmailSecurity.Sandbox.S3;

/// <summary>A satisfiable range of an object (RFC 9110 section 14).</summary>
/// <param name="First">First octet.</param>
/// <param name="Last">Last octet, included.</param>
/// <param name="Length">Octets of the whole object.</param>
internal sealed record ByteRange(long First, long Last, long Length)
{
    private const string Unit = "bytes=";

    /// <summary>The Content-Range header.</summary>
    public string ContentRange => string.Create(CultureInfo.InvariantCulture, $"bytes {First}-{Last}/{Length}");

    /// <summary>Reads a Range header; null for one that is ignored: another unit, invalid, or more ranges than one, which S3 does not serve.</summary>
    /// <exception cref="S3Exception">InvalidRange (416).</exception>
    public static ByteRange? Read(string header, long length)
    {
        // RFC 9110 section 14.1: range units are case-insensitive.
        if (!header.StartsWith(Unit, StringComparison.OrdinalIgnoreCase) || header[Unit.Length..].Trim(' ', '\t').Split('-') is not [var first, var last])
        {
            return null;
        }
        if (first.Length == 0)
        {
            return Number(last) is { } suffix ? Satisfiable(Math.Max(0, length - suffix), length - 1, length, header) : null;
        }
        if (Number(first) is not { } from || (last.Length > 0 && Number(last) is null))
        {
            return null;
        }
        var to = last.Length > 0 ? Number(last)!.Value : long.MaxValue;
        return to < from ? null : Satisfiable(from, Math.Min(to, length - 1), length, header);
    }

    private static ByteRange Satisfiable(long first, long last, long length, string header) => first <= last
        ? new ByteRange(first, last, length)
        : throw new S3Exception(416, "InvalidRange", "The requested range is not satisfiable")
        {
            Details = [new XElement("RangeRequested", header), new XElement("ActualObjectSize", length)],
            Headers = new Dictionary<string, string> { ["Content-Range"] = string.Create(CultureInfo.InvariantCulture, $"bytes */{length}") },
        };

    // A position beyond what a long holds is beyond every object too.
    private static long? Number(string digits) => digits.Length == 0 || !digits.All(char.IsAsciiDigit) ? null
        : long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue;
}
