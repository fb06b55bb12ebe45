namespace EmailSecurity.Text;

/// <summary>The octets with which editors begin a text, to tell its encoding (RFC 2781 section 3.2).</summary>
internal static class ByteOrderMark
{
    /// <summary>Whether a file begins with the mark of UTF-16, in either order.</summary>
    public static bool IsUtf16(ReadOnlySpan<byte> file) => file is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..];
}
