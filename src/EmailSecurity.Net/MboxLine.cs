namespace EmailSecurity.Net;

/// <summary>The lines with which messages of an mbox file begin (RFC 4155).</summary>
internal static class MboxLine
{
    /// <summary>Goes on to the next line that begins with <c>From </c>, so that one broken message does not hide those after it.</summary>
    /// <returns>False where there is none.</returns>
    public static bool SeekNext(Stream stream, long position)
    {
        var begin = "\nFrom "u8;
        stream.Position = Math.Min(position, stream.Length);
        var buffer = new byte[64 * 1024];
        var length = 0;
        while (true)
        {
            var count = stream.Read(buffer, length, buffer.Length - length);
            length += count;
            if (buffer.AsSpan(0, length).IndexOf(begin) is var at and >= 0)
            {
                stream.Position = stream.Position - length + at + 1;
                return true;
            }

            if (count == 0)
            {
                return false;
            }

            var kept = Math.Min(length, begin.Length - 1);
            buffer.AsSpan(length - kept, kept).CopyTo(buffer);
            length = kept;
        }
    }
}
