using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using EmailSecurity.Ports;
using EmailSecurity.Text;

namespace EmailSecurity.TlsReports;

/// <summary>
/// Finds the reports in what a file holds, by its octets and not by its name: JSON, gzip, zip, a mail message, an mbox file, and these within one another.
/// Everything is bounded: octets, depth, entries. Nothing is written, and no name of an entry becomes a path.
/// </summary>
/// <param name="messages">Reads messages.</param>
/// <param name="sink">Takes reports and refusals.</param>
public sealed class TlsReportFile(IMessages messages, ITlsReportSink sink)
{
    /// <summary>So many octets of one report are read, after decompression: 64 MiB.</summary>
    public const int MostOctets = 64 * 1024 * 1024;

    /// <summary>So many octets come out of one file, over all its entries: 1 GiB.</summary>
    private const long MostOctetsOfFile = 1L << 30;

    private const int MostEntries = 10_000;
    private const int MostDepth = 4;

    private const string TooLarge = "It is larger than 64 MiB, which no report is.";

    private long left;
    private int depth;

    /// <summary>Reads a file.</summary>
    /// <param name="stream">The file; it can seek.</param>
    /// <param name="source">What to call it.</param>
    /// <param name="cancellationToken">Stops between two messages.</param>
    public void Read(Stream stream, string source, CancellationToken cancellationToken = default)
    {
        left = MostOctetsOfFile;
        var begin = new byte[512];
        var length = stream.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false);
        var from = Math.Max(0, begin.AsSpan(0, length).IndexOfAnyExcept("\r\n"u8)); // empty lines before a message are none of it
        stream.Position = from;
        if (KindOf(begin.AsSpan(from..length)) is var kind and (Kind.Message or Kind.Mbox))
        {
            ReadMessages(stream, new TlsReportOrigin(source), kind == Kind.Mbox, cancellationToken);
        }
        else if (TryReadAll(stream, source, out var content))
        {
            ReadContent(content, new TlsReportOrigin(source, DomainOfFileName(source)));
        }
    }

    private enum Kind
    {
        Json,
        GZip,
        Zip,
        Message,
        Mbox,
    }

    private static Kind KindOf(ReadOnlySpan<byte> begin)
    {
        if (begin is [0x1F, 0x8B, ..] or [(byte)'P', (byte)'K', 3 or 5, 4 or 6, ..])
        {
            return begin[0] == 0x1F ? Kind.GZip : Kind.Zip;
        }

        return begin.StartsWith("From "u8) ? Kind.Mbox : MessageBegin.Is(begin) ? Kind.Message : Kind.Json;
    }

    private void ReadContent(ReadOnlyMemory<byte> content, TlsReportOrigin origin)
    {
        switch (KindOf(content.Span[..Math.Min(content.Length, 512)]))
        {
            case Kind.GZip:
                Descend(origin, () => ReadGZip(content, origin));
                break;
            case Kind.Zip:
                Descend(origin, () => ReadZip(content, origin));
                break;
            case (Kind.Mbox or Kind.Message) and var kind:
                Descend(origin, () => ReadMessages(AsStream(content), origin, kind == Kind.Mbox, CancellationToken.None));
                break;
            default:
                TlsReportReader.Read(content, origin, sink);
                break;
        }
    }

    private void Descend(TlsReportOrigin origin, Action read)
    {
        if (depth == MostDepth)
        {
            sink.Refuse(origin.Source, FormattableString.Invariant($"It is packed more than {MostDepth} times."));
            return;
        }

        depth++;
        read();
        depth--;
    }

    private void ReadGZip(ReadOnlyMemory<byte> content, TlsReportOrigin origin)
    {
        try
        {
            using var inflated = new GZipStream(AsStream(content), CompressionMode.Decompress);
            if (TryReadAll(inflated, origin.Source, out var text))
            {
                ReadContent(text, origin);
            }
        }
        catch (InvalidDataException)
        {
            sink.Refuse(origin.Source, "Its gzip data is damaged or cut short.");
        }
    }

    private void ReadZip(ReadOnlyMemory<byte> content, TlsReportOrigin origin)
    {
        try
        {
            using var archive = new ZipArchive(AsStream(content), ZipArchiveMode.Read, leaveOpen: false, Encoding.UTF8);
            if (archive.Entries.Count > MostEntries)
            {
                sink.Refuse(origin.Source, FormattableString.Invariant($"It is a zip archive of more than {MostEntries} entries."));
                return;
            }

            var files = 0;
            foreach (var entry in archive.Entries.Where(e => e.FullName.Length > 0 && !e.FullName.EndsWith('/')))
            {
                files++;
                ReadEntry(entry, origin);
            }

            if (files == 0)
            {
                sink.Refuse(origin.Source, "It is a zip archive without files.");
            }
        }
        catch (InvalidDataException)
        {
            sink.Refuse(origin.Source, "It is a zip archive that is damaged or cut short.");
        }
    }

    private void ReadEntry(ZipArchiveEntry entry, TlsReportOrigin origin)
    {
        var source = $"{origin.Source}!{entry.FullName}";
        try
        {
            using var stream = entry.Open();
            if (TryReadAll(stream, source, out var content))
            {
                ReadContent(content, new TlsReportOrigin(source, DomainOfFileName(entry.FullName) ?? origin.Domain));
            }
        }
        catch (InvalidDataException)
        {
            sink.Refuse(source, "This entry of the archive is damaged, encrypted or packed in a way that is not supported.");
        }
    }

    private void ReadMessages(Stream stream, TlsReportOrigin origin, bool isMbox, CancellationToken cancellationToken)
    {
        var reader = new MessageReports(origin, isMbox, sink);
        foreach (var part in messages.Read(stream, isMbox, MostOctets))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (reader.Wants(part) is { } found)
            {
                if (part.Content.Length > MostOctets)
                {
                    sink.Refuse(found.Source, TooLarge);
                }
                else
                {
                    ReadContent(part.Content, found with { Domain = found.Domain ?? (part.FileName is { } name ? DomainOfFileName(name) : null) });
                }
            }
        }

        reader.End();
    }

    private bool TryReadAll(Stream stream, string source, out ReadOnlyMemory<byte> content)
    {
        var most = Math.Min(MostOctets, left);
        var buffer = new byte[stream is { CanSeek: true } known ? (int)Math.Min(known.Length - known.Position + 1, most + 1) : 16 * 1024];
        var length = 0;
        while (true)
        {
            var count = stream.Read(buffer, length, buffer.Length - length);
            length += count;
            if (length > most)
            {
                sink.Refuse(source, most < MostOctets ? "The file holds more than 1 GiB when it is unpacked." : TooLarge);
                content = default;
                return false;
            }

            if (count == 0)
            {
                left -= length;
                content = buffer.AsMemory(0, length);
                return true;
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, (int)Math.Min(buffer.Length * 4L, most + 1));
            }
        }
    }

    // sender!policy-domain!begin!end[!id].json[.gz] (RFC 8460 section 5.1); a '!' of an archive's entry stands before the sender.
    private static string? DomainOfFileName(string path)
    {
        var name = path[(path.AsSpan().LastIndexOfAny('/', '\\') + 1)..];
        var parts = name.Split('!');
        return parts.Length is >= 4 and <= 6 && DomainName.TryNormalize(parts[1], out var domain) ? domain : null;
    }

    private static MemoryStream AsStream(ReadOnlyMemory<byte> content) => MemoryMarshal.TryGetArray(content, out var segment)
        ? new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false) : new MemoryStream(content.ToArray(), writable: false);
}
