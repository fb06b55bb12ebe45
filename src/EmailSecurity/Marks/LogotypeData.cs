using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.IO.Compression;
using System.Text;
using EmailSecurity.Bimi;
using EmailSecurity.Findings;

namespace EmailSecurity.Marks;

/// <summary>The logo in a data: URI: gzipped, base64-encoded SVG of a bounded size.</summary>
internal static class LogotypeData
{
    /// <summary>Bytes of a decompressed logo; no receiver shows one as large.</summary>
    public const int MaxSvgBytes = BimiLogo.MaximumSize;

    // RFC 2397, and RFC 9399 section 7 (RFC 6170 section 5.2) for the compression: [mediatype][;attribute=value]*[;base64],data
    public static byte[]? Extract(ReadOnlySpan<byte> uri, FindingBag findings, string location)
    {
        var comma = uri.IndexOf((byte)',');
        if (comma < 0)
        {
            findings.Report(MarkRules.LogotypeUriMalformed,
                "The data: URI of the logo has no comma before its data (RFC 2397).", location: location);
            return null;
        }
        var header = Encoding.ASCII.GetString(uri[..Math.Min(comma, 256)]).Split(';', StringSplitOptions.TrimEntries);
        if (!IsSvg(header[0]))
        {
            findings.Report(MarkRules.LogotypeNotSvg,
                $"The data: URI of the logo is '{MarkChainName.Printable(header[0])}', not SVG (image/svg+xml).", location: location);
            return null;
        }
        if (!header[^1].Equals("base64", StringComparison.OrdinalIgnoreCase) || header.Length < 2)
        {
            findings.Report(MarkRules.LogotypeNotBase64, "The data: URI of the logo is not base64-encoded.", location: location);
            return null;
        }
        var encoded = uri[(comma + 1)..];
        var data = new byte[Base64.GetMaxDecodedFromUtf8Length(encoded.Length) + 3];
        if (Base64.DecodeFromUtf8(encoded, data, out var consumed, out var length) != OperationStatus.Done || consumed != encoded.Length)
        {
            findings.Report(MarkRules.LogotypeNotBase64, "The data: URI of the logo is not valid base64.", location: location);
            return null;
        }
        if (!IsGzip(data.AsSpan(0, length)))
        {
            findings.Report(MarkRules.LogotypeNotCompressed, location: location);
            return null;
        }
        var svg = Decompress(data.AsMemory(0, length), out var tooLarge);
        if (tooLarge)
        {
            findings.Report(MarkRules.LogotypeTooLarge,
                $"The embedded logo has more than {MaxSvgBytes} bytes when decompressed; SVG Tiny PS asks for at most 32 KB.", location: location);
        }
        else if (svg is null)
        {
            findings.Report(MarkRules.LogotypeGzipInvalid, location: location);
        }

        return svg;
    }

    /// <summary>True where the bytes begin as gzip does (RFC 1952 section 2.3.1).</summary>
    public static bool IsGzip(ReadOnlySpan<byte> data) => data.Length > 2 && data[0] == 0x1F && data[1] == 0x8B;

    /// <summary>Decompresses one gzip member of at most <see cref="MaxSvgBytes"/>; null where it is damaged or larger.</summary>
    public static byte[]? Decompress(ReadOnlyMemory<byte> gzip, out bool tooLarge)
    {
        tooLarge = false;
        if (gzip.Length < 18)
        {
            return null;
        }
        // RFC 1952 section 2.3.1: the last four bytes state the size. It sizes the buffer, and what comes out must agree with it.
        var stated = BinaryPrimitives.ReadUInt32LittleEndian(gzip.Span[^4..]);
        var limit = (int)Math.Min(stated, MaxSvgBytes);
        // One byte more than stated: a member that lies about its size shows, and the end of the stream (its checksum) is always reached.
        var buffer = ArrayPool<byte>.Shared.Rent(limit + 1);
        try
        {
            using var stream = new GZipStream(Stream(gzip), CompressionMode.Decompress);
            int filled = 0, read;
            while (filled <= limit && (read = stream.Read(buffer, filled, limit + 1 - filled)) > 0)
            {
                filled += read;
            }

            tooLarge = filled > MaxSvgBytes;
            return filled == stated ? buffer.AsSpan(0, filled).ToArray() : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static MemoryStream Stream(ReadOnlyMemory<byte> data) => System.Runtime.InteropServices.MemoryMarshal.TryGetArray(data, out var segment)
        ? new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false)
        : new MemoryStream(data.ToArray(), writable: false);

    // RFC 9399 section 7 has image/svg+xml+gzip for the compressed form; certificates in the wild say image/svg+xml.
    public static bool IsSvg(string mediaType)
    {
        var semicolon = mediaType.IndexOf(';', StringComparison.Ordinal);
        var essence = (semicolon < 0 ? mediaType : mediaType[..semicolon]).Trim();
        return essence.Equals("image/svg+xml", StringComparison.OrdinalIgnoreCase) || essence.Equals("image/svg+xml+gzip", StringComparison.OrdinalIgnoreCase);
    }
}
