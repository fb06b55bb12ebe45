using System.Formats.Asn1;
using EmailSecurity.Findings;

namespace EmailSecurity.Marks;

/// <summary>
/// The logotype extension (RFC 9399 section 4.1, MC Requirements section 7.1.2.3 (i)): the logo of a mark certificate, embedded as a
/// data: URI of gzipped, base64-encoded SVG, with its hashes.
/// </summary>
internal sealed record Logotype
{
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
        var svgs = images.Where(i => LogotypeData.IsSvg(i.MediaType)).ToList();
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

            if (LogotypeData.Extract(uri.Span["data:".Length..], findings, location) is not { } svg)
            {
                return null;
            }

            LogotypeHashes.CheckHashes(image.Hashes, svg, findings, location);
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
