using System.IO.Compression;
using System.Runtime.InteropServices;

namespace EmailSecurity.Svg;

/// <summary>SVGZ: gzip (RFC 1952), read up to a limit.</summary>
internal static class SvgGzip
{
    /// <summary>RFC 1952 section 2.3.1: the two magic bytes.</summary>
    public static bool IsGzip(ReadOnlySpan<byte> bytes) => bytes is [0x1F, 0x8B, ..];

    /// <summary>Decompresses at most <paramref name="most"/> bytes; a bomb costs no more than that.</summary>
    public static bool TryDecompress(ReadOnlyMemory<byte> bytes, int most, SvgFindings findings, out ReadOnlyMemory<byte> content)
    {
        content = default;
        if (!MemoryMarshal.TryGetArray(bytes, out var segment))
        {
            segment = new ArraySegment<byte>(bytes.ToArray());
        }

        using var source = new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false);
        using var gzip = new GZipStream(source, CompressionMode.Decompress);
        var buffer = new byte[16 * 1024];
        var length = 0;
        try
        {
            while (true)
            {
                var read = gzip.Read(buffer, length, buffer.Length - length);
                if (read == 0)
                {
                    break;
                }

                length += read;
                if (length > most)
                {
                    findings.Report(SvgRules.TooLarge, default, -1, Invariant($"The file decompresses to more than {most} bytes, so it is not read."));
                    return false;
                }
                if (length == buffer.Length)
                {
                    Array.Resize(ref buffer, Math.Min(buffer.Length * 2, most + 1));
                }
            }
        }
        catch (InvalidDataException e)
        {
            findings.Report(SvgRules.GzipDamaged, default, -1, $"The file begins like gzip data but cannot be decompressed: {e.Message}");
            return false;
        }
        if (IsTruncated(bytes.Span, length))
        {
            findings.Report(SvgRules.GzipDamaged, default, -1, "The gzip data is cut off or followed by something else.");
            return false;
        }
        content = buffer.AsMemory(0, length);
        return true;
    }

    /// <summary>RFC 1952 section 2.3.1: the last four bytes are the length; GZipStream alone reads a cut-off stream without complaint.</summary>
    private static bool IsTruncated(ReadOnlySpan<byte> bytes, int length) =>
        bytes.Length < 18 || System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]) != (uint)length;
}
