namespace EmailSecurity.Text;

/// <summary>One field of a record, between two semicolons, white space of the delimiters taken off.</summary>
internal readonly ref struct RecordField
{
    /// <summary>The whole field.</summary>
    public required ReadOnlySpan<char> Text { get; init; }

    /// <summary>Column of the field in the record, from 1.</summary>
    public required int Column { get; init; }

    /// <summary>True where no semicolon follows.</summary>
    public required bool IsLast { get; init; }

    /// <summary>True where no semicolon follows and white space does, which belongs to no delimiter.</summary>
    public required bool HasTrailingWsp { get; init; }
}

/// <summary>
/// Splits a record into fields: field-delim = *WSP ";" *WSP (RFC 8461 section 3.1, RFC 8460 section 3, RFC 9989 section 4.8).
/// The empty field after a closing semicolon is not given; one between two semicolons is.
/// </summary>
internal ref struct FieldReader(ReadOnlySpan<char> record)
{
    private readonly ReadOnlySpan<char> record = record;
    private int position;
    private bool done;

    public RecordField Current { get; private set; }

    public bool MoveNext()
    {
        if (done)
        {
            return false;
        }

        var rest = record[position..];
        var length = rest.IndexOf(';');
        var isLast = length < 0;
        var raw = isLast ? rest : rest[..length];
        // White space before the first field is part of no delimiter: it stays, and the version rule refuses it.
        var text = position == 0 ? raw : RecordText.TrimWspStart(raw);
        var column = position + (raw.Length - text.Length) + 1;
        var trimmed = RecordText.TrimWspEnd(text);
        done = isLast;
        if (isLast && trimmed.Length == 0 && position > 0)
        {
            return false;
        }

        Current = new RecordField { Text = trimmed, Column = column, IsLast = isLast, HasTrailingWsp = isLast && trimmed.Length < text.Length };
        if (!isLast)
        {
            position += length + 1;
        }

        return true;
    }
}
