using System.Text;

namespace EmailSecurity.Text;

/// <summary>What a file is by its first bytes, for a refusal that says what somebody chose in place of what is wanted.</summary>
internal static class FileKind
{
    /// <summary>An SVG drawing.</summary>
    public const string Svg = "an SVG drawing";

    /// <summary>A certificate in PEM format.</summary>
    public const string Pem = "a certificate in PEM format";

    /// <summary>Something else in PEM format.</summary>
    public const string OtherPem = "a PEM file";

    private static readonly (string Kind, byte[] Begin)[] Known =
    [
        ("a PNG image", [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]),
        ("a JPEG image", [0xFF, 0xD8, 0xFF]),
        ("a GIF image", "GIF8"u8.ToArray()),
        ("a Windows bitmap", "BM"u8.ToArray()),
        ("an icon file (ICO)", [0, 0, 1, 0]),
        ("a TIFF image", "II*\0"u8.ToArray()),
        ("a TIFF image", "MM\0*"u8.ToArray()),
        ("a Photoshop file", "8BPS"u8.ToArray()),
        ("a PDF or Adobe Illustrator file", "%PDF-"u8.ToArray()),
        ("a PostScript (EPS or Illustrator) file", "%!PS"u8.ToArray()),
        ("a PostScript (EPS) file", [0xC5, 0xD0, 0xD3, 0xC6]),
        ("a ZIP archive", [(byte)'P', (byte)'K', 3, 4]),
    ];

    private static readonly (string Kind, string Begin)[] Texts =
    [
        (Svg, "<svg"),
        ("a web page (HTML)", "<!doctype html"),
        ("a web page (HTML)", "<html"),
        (Pem, "-----BEGIN CERTIFICATE"),
        (OtherPem, "-----BEGIN "),
    ];

    /// <summary>What it is, in words: <c>a PNG image</c>; null where the bytes do not tell.</summary>
    public static string? Of(ReadOnlySpan<byte> content)
    {
        foreach (var (kind, begin) in Known)
        {
            if (content.StartsWith(begin))
            {
                return kind;
            }
        }

        if (content.Length > 12 && content.StartsWith("RIFF"u8) && content[8..].StartsWith("WEBP"u8))
        {
            return "a WebP image";
        }

        if (content.Length > 12 && content[4..].StartsWith("ftyp"u8))
        {
            return content[8..].StartsWith("avif"u8) ? "an AVIF image" : content[8..].StartsWith("hei"u8) ? "a HEIC image" : "a video";
        }

        if (IsDer(content))
        {
            return "a binary file in DER format (a certificate or PKCS #12)";
        }

        var text = Encoding.Latin1.GetString(content[..Math.Min(content.Length, 512)]).TrimStart('\u00EF', '\u00BB', '\u00BF', ' ', '\t', '\r', '\n');
        return Texts.FirstOrDefault(t => text.StartsWith(t.Begin, StringComparison.OrdinalIgnoreCase)).Kind;
    }

    // A SEQUENCE whose length, in two octets, is that of the file (X.690 section 8.1.3.5).
    private static bool IsDer(ReadOnlySpan<byte> content)
        => content.Length > 4 && content[0] == 0x30 && content[1] == 0x82 && ((content[2] << 8) | content[3]) + 4 == content.Length;
}
