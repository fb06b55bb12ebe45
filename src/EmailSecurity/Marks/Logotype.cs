using System.Buffers;
using System.Buffers.Text;
using System.Formats.Asn1;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using EmailSecurity.Bimi;
using EmailSecurity.Findings;

namespace EmailSecurity.Marks;

/// <summary>
/// The logotype extension (RFC 9399 section 4.1, MC Requirements section 7.1.2.3 (i)): the logo of a mark certificate, embedded as a
/// data: URI of gzipped, base64-encoded SVG, with its hashes.
/// </summary>
internal sealed record Logotype
{
    /// <summary>Bytes of a decompressed logo; no receiver shows one as large.</summary>
    public const int MaxSvgBytes = BimiLogo.MaximumSize;

    private const int MaxImages = 8;
    private const int MaxHashes = 16;
    private static readonly Asn1Tag SubjectLogo2 = new(TagClass.ContextSpecific, 2, isConstructed: true);
    private static readonly Asn1Tag Direct0 = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag Indirect1 = new(TagClass.ContextSpecific, 1, isConstructed: true);

    /// <summary>The media type the extension states.</summary>
    public required string MediaType { get; init; }

    /// <summary>The decompressed SVG.</summary>
    public required ReadOnlyMemory<byte> Svg { get; init; }

    /// <summary>One LogotypeDetails as it stands.</summary>
    private sealed record Details(string MediaType, List<(string Algorithm, ReadOnlyMemory<byte> Value)> Hashes, List<ReadOnlyMemory<byte>> Uris);

    /// <summary>Reads the extension and its logo, checks media type, encoding and hashes; null where there is no logo to be had.</summary>
    public static Logotype? Read(ReadOnlyMemory<byte> extension, FindingBag findings, string location)
    {
        List<Details> images;
        try
        {
            images = ReadImages(extension, findings, location);
        }
        catch (AsnContentException e)
        {
            findings.Report(MarkRules.LogotypeMalformed, $"The logotype extension is not what RFC 9399 defines: {e.Message}", location: location);
            return null;
        }
        if (images.Count == 0)
        {
            return null;
        }

        // RFC 9399 section 4.1: several images are the same logo in several forms. The form that BIMI uses is SVG.
        var svgs = images.Where(i => IsSvg(i.MediaType)).ToList();
        if (svgs.Count == 0)
        {
            findings.Report(MarkRules.LogotypeNotSvg,
                $"The logo is '{MarkChainName.Printable(images[0].MediaType)}', not SVG (image/svg+xml).", location: location);
            return null;
        }
        if (svgs.Count > 1)
        {
            findings.Report(MarkRules.LogotypeSeveralImages,
                $"The logotype contains {svgs.Count} SVG images; receivers show the first or none.", location: location);
        }

        var image = svgs[0];
        foreach (var uri in image.Uris)
        {
            if (!StartsWithIgnoreCase(uri.Span, "data:"u8))
            {
                continue;
            }

            if (Extract(uri.Span["data:".Length..], findings, location) is not { } svg)
            {
                return null;
            }

            CheckHashes(image.Hashes, svg, findings, location);
            return new Logotype { MediaType = image.MediaType, Svg = svg };
        }
        findings.Report(MarkRules.LogotypeNotEmbedded,
            "The logotype extension links to the logo; it must contain the logo itself in a data: URI.", location: location);
        return null;
    }

    private static List<Details> ReadImages(ReadOnlyMemory<byte> extension, FindingBag findings, string location)
    {
        var outer = new AsnReader(extension, AsnEncodingRules.DER);
        var logos = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var images = new List<Details>();
        var found = false;
        while (logos.HasData)
        {
            if (!logos.PeekTag().HasSameClassAndValue(SubjectLogo2))
            {
                logos.ReadEncodedValue(); // community, issuer and other logos say nothing about the sender
                continue;
            }
            found = true;
            var choice = logos.ReadSequence(SubjectLogo2);
            if (choice.PeekTag().HasSameClassAndValue(Indirect1))
            {
                findings.Report(MarkRules.LogotypeNotEmbedded, "The subject logo is a reference (indirect); it must be embedded.", location: location);
                return images;
            }
            var data = choice.ReadSequence(Direct0);
            if (!data.HasData || !data.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
            {
                break;
            }

            var list = data.ReadSequence();
            while (list.HasData && images.Count < MaxImages)
            {
                images.Add(ReadDetails(list.ReadSequence().ReadSequence()));
            }
        }
        if (images.Count == 0)
        {
            findings.Report(MarkRules.LogotypeNoSubjectLogo,
                found ? "The subject logo of the logotype extension contains no image."
                    : "The logotype extension contains no subject logo.", location: location);
        }
        return images;
    }

    private static Details ReadDetails(AsnReader details)
    {
        var mediaType = details.ReadCharacterString(UniversalTagNumber.IA5String);
        var hashes = new List<(string, ReadOnlyMemory<byte>)>();
        var hashList = details.ReadSequence();
        while (hashList.HasData && hashes.Count < MaxHashes)
        {
            var hash = hashList.ReadSequence();
            var algorithm = hash.ReadSequence().ReadObjectIdentifier();
            if (!hash.TryReadPrimitiveOctetString(out var value))
            {
                throw new AsnContentException("A hash is not an octet string.");
            }

            hashes.Add((algorithm, value));
        }
        var uris = new List<ReadOnlyMemory<byte>>();
        var uriList = details.ReadSequence();
        while (uriList.HasData && uris.Count < MaxImages)
        {
            if (!uriList.TryReadPrimitiveCharacterStringBytes(new Asn1Tag(UniversalTagNumber.IA5String), out var uri))
            {
                throw new AsnContentException("A URI is not an IA5String.");
            }

            uris.Add(uri);
        }
        return new Details(mediaType, hashes, uris);
    }

    // RFC 2397, and RFC 9399 section 7 (RFC 6170 section 5.2) for the compression: [mediatype][;attribute=value]*[;base64],data
    private static byte[]? Extract(ReadOnlySpan<byte> uri, FindingBag findings, string location)
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
        var stated = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(gzip.Span[^4..]);
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

    // RFC 9399 section 4.1: one hash of each algorithm over the same object; a match of any listed algorithm binds the logo.
    private static void CheckHashes(List<(string Algorithm, ReadOnlyMemory<byte> Value)> hashes, byte[] svg, FindingBag findings, string location)
    {
        int known = 0, matching = 0;
        byte[]? canonical = null;
        var canonicalMatches = false;
        foreach (var (algorithm, value) in hashes)
        {
            if (Hash(algorithm, svg) is not { } actual)
            {
                continue;
            }

            known++;
            if (value.Span.SequenceEqual(actual))
            {
                matching++;
            }
            else
            {
                // RFC 6170 section 5.2 computes it over line ends made LF. The certificates in the wild, and the receivers, hash the bytes as they are.
                canonical ??= LineFeedsOnly(svg);
                canonicalMatches |= canonical.Length != svg.Length && value.Span.SequenceEqual(Hash(algorithm, canonical));
            }
        }
        if (known == 0)
        {
            findings.Report(MarkRules.LogotypeHashUnsupported,
                hashes.Count == 0 ? "The logotype extension contains no hash of the logo."
                    : "The logo's hash uses an algorithm that receivers do not support " +
                        $"({string.Join(", ", hashes.Select(h => h.Algorithm).Distinct(StringComparer.Ordinal).Take(4))}).",
                location: location);
        }
        else if (matching == 0 && canonicalMatches)
        {
            findings.Report(MarkRules.LogotypeHashLineEndings, location: location);
        }
        else if (matching == 0)
        {
            findings.Report(MarkRules.LogotypeHashMismatch, location: location);
        }
        else if (matching < known)
        {
            findings.Report(MarkRules.LogotypeHashPartlyWrong, location: location);
        }
    }

    private static byte[]? Hash(string algorithm, byte[] data) => algorithm switch
    {
#pragma warning disable CA5350 // SHA-1 alone occurs in certificates in use; it binds here only what the certificate's own signature covers anyway.
        "1.3.14.3.2.26" => SHA1.HashData(data),
#pragma warning restore CA5350
        "2.16.840.1.101.3.4.2.1" => SHA256.HashData(data),
        "2.16.840.1.101.3.4.2.2" => SHA384.HashData(data),
        "2.16.840.1.101.3.4.2.3" => SHA512.HashData(data),
        "2.16.840.1.101.3.4.2.8" when SHA3_256.IsSupported => SHA3_256.HashData(data),
        "2.16.840.1.101.3.4.2.9" when SHA3_384.IsSupported => SHA3_384.HashData(data),
        "2.16.840.1.101.3.4.2.10" when SHA3_512.IsSupported => SHA3_512.HashData(data),
        _ => null,
    };

    /// <summary>CRLF and CR made LF.</summary>
    public static byte[] LineFeedsOnly(ReadOnlySpan<byte> text)
    {
        var result = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != (byte)'\r')
            {
                result[length++] = text[i];
            }
            else if (i + 1 == text.Length || text[i + 1] != (byte)'\n')
            {
                result[length++] = (byte)'\n';
            }
        }
        return length == result.Length ? result : result[..length];
    }

    // RFC 9399 section 7 has image/svg+xml+gzip for the compressed form; certificates in the wild say image/svg+xml.
    private static bool IsSvg(string mediaType)
    {
        var semicolon = mediaType.IndexOf(';', StringComparison.Ordinal);
        var essence = (semicolon < 0 ? mediaType : mediaType[..semicolon]).Trim();
        return essence.Equals("image/svg+xml", StringComparison.OrdinalIgnoreCase) || essence.Equals("image/svg+xml+gzip", StringComparison.OrdinalIgnoreCase);
    }

    private static bool StartsWithIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowerPrefix)
    {
        if (text.Length < lowerPrefix.Length)
        {
            return false;
        }

        for (var i = 0; i < lowerPrefix.Length; i++)
        {
            if ((text[i] | 0x20) != (lowerPrefix[i] | 0x20))
            {
                return false;
            }
        }
        return true;
    }
}
