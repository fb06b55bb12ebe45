using System.Runtime.InteropServices;
using System.Text;

namespace EmailSecurity.Reports;

/// <summary>Where a stored text is.</summary>
/// <param name="Offset">Its first byte.</param>
/// <param name="Length">Its length in bytes.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Stored(long Offset, int Length);

/// <summary>Keeps rendered parts in a stream until the order is known.</summary>
/// <param name="stream">Readable, writable, seekable.</param>
internal sealed class Spool(Stream stream)
{
    private long end;

    /// <summary>UTF-8 without a byte order mark; nothing is replaced, as visible text has no lone surrogate.</summary>
    public static Encoding Utf8 { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Stores a text.</summary>
    public Stored Store(string text)
    {
        var bytes = Utf8.GetBytes(text);
        stream.Position = end;
        stream.Write(bytes);
        var stored = new Stored(end, bytes.Length);
        end += bytes.Length;
        return stored;
    }

    /// <summary>A stored text.</summary>
    public string Read(Stored at)
    {
        var bytes = new byte[at.Length];
        stream.Position = at.Offset;
        stream.ReadExactly(bytes);
        return Utf8.GetString(bytes);
    }
}
