using System.Globalization;
using System.Runtime.CompilerServices;

namespace EmailSecurity.Findings;

/// <summary>The message of an error, written only where the bag will keep it: hostile input gives one finding an octet, and none of those past the limit may cost anything.</summary>
[InterpolatedStringHandler]
internal ref struct ErrorMessage
{
    private DefaultInterpolatedStringHandler _text;
    private readonly bool _wanted;

    public ErrorMessage(int literalLength, int formattedCount, FindingBag bag, out bool wanted)
    {
        wanted = _wanted = !bag.IsClosed;
        if (wanted)
            _text = new DefaultInterpolatedStringHandler(literalLength, formattedCount, CultureInfo.InvariantCulture);
    }

    public void AppendLiteral(string value) => _text.AppendLiteral(value);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public void AppendFormatted(ReadOnlySpan<char> value) => _text.AppendFormatted(value);

    public string Text() => _wanted ? _text.ToStringAndClear() : "";
}

/// <summary>As <see cref="ErrorMessage"/>, for warnings and information: a full bag takes none.</summary>
[InterpolatedStringHandler]
internal ref struct NoteMessage
{
    private DefaultInterpolatedStringHandler _text;
    private readonly bool _wanted;

    public NoteMessage(int literalLength, int formattedCount, FindingBag bag, out bool wanted)
    {
        wanted = _wanted = !bag.IsFull;
        if (wanted)
            _text = new DefaultInterpolatedStringHandler(literalLength, formattedCount, CultureInfo.InvariantCulture);
    }

    public void AppendLiteral(string value) => _text.AppendLiteral(value);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public void AppendFormatted(ReadOnlySpan<char> value) => _text.AppendFormatted(value);

    public string Text() => _wanted ? _text.ToStringAndClear() : "";
}
