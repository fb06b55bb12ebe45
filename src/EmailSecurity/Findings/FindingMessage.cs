using System.Globalization;
using System.Runtime.CompilerServices;

namespace EmailSecurity.Findings;

/// <summary>
/// The message of a finding, written only where the bag will keep it: hostile input gives one finding an octet, and none of those past the limit may cost
/// anything.
/// </summary>
[InterpolatedStringHandler]
internal ref struct FindingMessage
{
    private DefaultInterpolatedStringHandler _text;
    private readonly bool _isWanted;

    public FindingMessage(int literalLength, int formattedCount, FindingBag bag, Rule rule, out bool isWanted)
    {
        isWanted = _isWanted = bag.Wants(rule);
        if (isWanted)
        {
            _text = new DefaultInterpolatedStringHandler(literalLength, formattedCount, CultureInfo.InvariantCulture);
        }
    }

    public void AppendLiteral(string value) => _text.AppendLiteral(value);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public void AppendFormatted<T>(T value, string? format) => _text.AppendFormatted(value, format);

    public void AppendFormatted(ReadOnlySpan<char> value) => _text.AppendFormatted(value);

    public string Text() => _isWanted ? _text.ToStringAndClear() : "";
}
