using System.Text;
using EmailSecurity.Ports;

namespace EmailSecurity.Net;

/// <summary>A mail server did not say what lets the dialogue continue.</summary>
internal sealed class SmtpException(SmtpOutcome outcome, string message) : Exception(message)
{
    public SmtpOutcome Outcome { get; } = outcome;
}

/// <summary>A reply (RFC 5321 section 4.2).</summary>
/// <param name="Code">The three digits.</param>
/// <param name="Lines">The text of each line.</param>
internal sealed record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    private const int MaxShown = 400;

    /// <summary>Code and text in one line, for people; no longer than people read.</summary>
    public override string ToString()
    {
        var text = string.Join(' ', Lines);
        return Invariant($"{Code} {(text.Length > MaxShown ? text[..MaxShown] + "..." : text)}").TrimEnd();
    }
}

/// <summary>
/// Commands and replies over one stream. A stranger's server is on the other side: what it may send is bounded, line by line and in all,
/// before any of it is kept.
/// </summary>
internal sealed class SmtpDialogue(Stream stream)
{
    /// <summary>RFC 5321 section 4.5.3.1.5: octets of a reply line, code and line end among them.</summary>
    public const int MaxLine = 512;

    /// <summary>Octets of all replies.</summary>
    public const int MaxTotal = 64 * 1024;

    private readonly byte[] buffer = new byte[2 * MaxLine];
    private int start;
    private int end;
    private int total;

    /// <summary>Whether the server sent more than was asked for.</summary>
    public bool HasUnread => end > start;

    /// <summary>Sends a command and reads the reply.</summary>
    /// <exception cref="SmtpException">The reply is not one, or longer than it may be.</exception>
    public async Task<SmtpReply> AskAsync(string command, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), cancellationToken).ConfigureAwait(false);
        return await ReadAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a reply.</summary>
    /// <exception cref="SmtpException">It is not one, or longer than it may be.</exception>
    public async Task<SmtpReply> ReadAsync(CancellationToken cancellationToken)
    {
        int? code = null;
        List<string> lines = [];
        while (true)
        {
            var line = await LineAsync(cancellationToken).ConfigureAwait(false);
            // RFC 5321 section 4.2: Reply-code is %x32-35 %x30-35 %x30-39; section 4.2.1: the same on every line.
            if (line is not [>= '2' and <= '5', >= '0' and <= '5', >= '0' and <= '9', ..] || line is [_, _, _, not ('-' or ' '), ..])
            {
                throw new SmtpException(SmtpOutcome.ProtocolError, $"it answered with '{line}', which is not an SMTP reply (RFC 5321 section 4.2).");
            }

            var number = ((line[0] - '0') * 100) + ((line[1] - '0') * 10) + (line[2] - '0');
            if (code is { } first && first != number)
            {
                throw new SmtpException(
                    SmtpOutcome.ProtocolError, Invariant($"the lines of one reply have different codes, {first} and {number} (RFC 5321 section 4.2.1)."));
            }

            code = number;
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] == ' ')
            {
                return new SmtpReply(number, lines);
            }
        }
    }

    private async Task<string> LineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n') + 1;
            if (length > MaxLine || (length == 0 && end - start >= MaxLine))
            {
                throw new SmtpException(SmtpOutcome.ReplyTooLong, $"a reply line is longer than {MaxLine} octets (RFC 5321 section 4.5.3.1.5).");
            }

            if (length > 0)
            {
                var line = Encoding.UTF8.GetString(buffer, start, length).TrimEnd('\r', '\n');
                start += length;
                return line;
            }

            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
            var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                throw new SmtpException(SmtpOutcome.ProtocolError, "it closed the connection before its reply was complete.");
            }

            end += read;
            total += read;
            if (total > MaxTotal)
            {
                throw new SmtpException(SmtpOutcome.ReplyTooLong, $"its replies are longer than {MaxTotal / 1024} KB in total.");
            }
        }
    }
}
