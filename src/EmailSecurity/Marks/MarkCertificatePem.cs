using System.Buffers.Text;
using EmailSecurity.Findings;
using EmailSecurity.Text;

namespace EmailSecurity.Marks;

/// <summary>Reads the CERTIFICATE blocks of a PEM file (RFC 7468), bounded in size and number.</summary>
internal static class MarkCertificatePem
{
    /// <summary>Bytes of a file that is read at all. Real ones have about 10 KB; the largest logo allowed for fits four times over.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>Certificates of a mark certificate file: leaf, issuing CA, root, and room for bridges.</summary>
    public const int MaxCertificates = 10;

    /// <summary>One CERTIFICATE block: the DER it holds, and the line (from 1) at which it begins.</summary>
    internal readonly record struct Block(ReadOnlyMemory<byte> Der, int Line);

    private static ReadOnlySpan<byte> Begin => "-----BEGIN "u8;
    private static ReadOnlySpan<byte> End => "-----END "u8;
    private static ReadOnlySpan<byte> Dashes => "-----"u8;

    public static List<Block> Read(ReadOnlyMemory<byte> pem, int maxBytes, int maxCertificates, FindingBag findings)
    {
        var blocks = new List<Block>();
        if (pem.Length > maxBytes)
        {
            findings.Report(MarkRules.PemTooLarge,
                $"The file has {pem.Length} bytes; a mark certificate with its chain has about 10 KB, and files of more than {maxBytes} are not read.");
            return blocks;
        }
        var text = pem.Span;
        if (text.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
        {
            // RFC 7468 section 2: the encapsulation boundary begins the line; after a byte order mark it does not, and strict parsers see no certificate.
            findings.Report(MarkRules.PemByteOrderMark);
            text = text[3..];
        }
        if (text.IndexOf((byte)0) >= 0 || (text.Length > 1 && text[0] == 0x30 && text[1] >= 0x80))
        {
            var (kind, fix) = text[0] == 0x30
                ? ("DER, not PEM text", "Convert it: openssl x509 -inform der -in FILE -out FILE.pem, then append the certificate of the issuing CA.")
                : ByteOrderMark.IsUtf16(text)
                    ? ("UTF-16, not ASCII text", "Save the file as ASCII or as UTF-8 without a byte order mark.")
                    : ("not PEM text", "Use the PEM file that the certification authority delivered.");
            findings.Report(MarkRules.PemNotText, $"The file is {kind}.", fix: fix);
            return blocks;
        }

        int position = 0, line = 1, counted = 0;
        while (position < text.Length)
        {
            var start = IndexOfLineStart(text, Begin, position);
            if (start < 0)
            {
                break;
            }

            line += text[counted..start].Count((byte)'\n');
            counted = start;
            var label = LabelAt(text, start + Begin.Length, out var bodyStart);
            var end = bodyStart < 0 ? -1 : IndexOfLineStart(text, End, bodyStart);
            if (end < 0)
            {
                findings.Report(MarkRules.PemTruncated, $"The block that begins on line {line} has no matching END line.", line: line);
                break;
            }
            var endLabel = LabelAt(text, end + End.Length, out var next);
            if (next < 0 || !text[label].SequenceEqual(text[endLabel]))
            {
                findings.Report(MarkRules.PemTruncated, $"The block that begins on line {line} ends with another label than it begins with.", line: line);
            }
            else if (text[label].SequenceEqual("CERTIFICATE"u8))
            {
                if (blocks.Count == maxCertificates)
                {
                    findings.Report(MarkRules.PemTooManyCertificates,
                        $"The file contains more than {maxCertificates} certificates; the rest is not read.", line: line);
                    break;
                }
                if (Decode(text[bodyStart..end]) is { } der)
                {
                    blocks.Add(new Block(der, line));
                }
                else
                {
                    findings.Report(MarkRules.PemBase64Invalid, $"The certificate that begins on line {line} is not valid base64.", line: line);
                }
            }
            else if (text[label].EndsWith("PRIVATE KEY"u8))
            {
                findings.Report(MarkRules.PemPrivateKey, $"The file contains a private key (line {line}); it is published for anyone to read.", line: line);
            }
            else
            {
                findings.Report(MarkRules.PemForeignBlock, $"The block on line {line} is not a CERTIFICATE.", line: line);
            }

            position = Math.Max(next, end + 1);
        }
        if (blocks.Count == 0 && findings.Items.Count == 0)
        {
            findings.Report(MarkRules.PemMissing);
        }

        return blocks;
    }

    private static int IndexOfLineStart(ReadOnlySpan<byte> text, ReadOnlySpan<byte> what, int from)
    {
        while (from <= text.Length - what.Length)
        {
            var at = text[from..].IndexOf(what);
            if (at < 0)
            {
                return -1;
            }

            at += from;
            if (at == 0 || text[at - 1] is (byte)'\n' or (byte)'\r')
            {
                return at;
            }

            from = at + 1;
        }
        return -1;
    }

    /// <summary>The label from <paramref name="from"/> to the five dashes in the same line; <paramref name="after"/> is behind them, or -1.</summary>
    private static Range LabelAt(ReadOnlySpan<byte> text, int from, out int after)
    {
        var rest = text[from..];
        var line = rest.IndexOfAny((byte)'\r', (byte)'\n');
        if (line >= 0)
        {
            rest = rest[..line];
        }

        var dashes = rest.IndexOf(Dashes);
        after = dashes < 0 ? -1 : from + dashes + Dashes.Length;
        return from..(from + Math.Max(dashes, 0));
    }

    private static byte[]? Decode(ReadOnlySpan<byte> body)
    {
        var buffer = new byte[Base64.GetMaxDecodedFromUtf8Length(body.Length) + 3];
        var status = Base64.DecodeFromUtf8(body, buffer, out var consumed, out var written);
        return status == System.Buffers.OperationStatus.Done && consumed == body.Length && written > 0 ? buffer.AsSpan(0, written).ToArray() : null;
    }
}
