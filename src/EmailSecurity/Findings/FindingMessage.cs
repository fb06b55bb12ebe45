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
    private DefaultInterpolatedStringHandler text;
    private readonly bool isWanted;

    public FindingMessage(int literalLength, int formattedCount, FindingBag bag, Rule rule, out bool isWanted)
    {
        isWanted = this.isWanted = bag.Wants(rule);
        if (isWanted)
        {
            text = new DefaultInterpolatedStringHandler(literalLength, formattedCount, CultureInfo.InvariantCulture);
        }
    }

    public void AppendLiteral(string value) => text.AppendLiteral(value);

    public void AppendFormatted<T>(T value) => text.AppendFormatted(value);

    public void AppendFormatted<T>(T value, string? format) => text.AppendFormatted(value, format);

    public void AppendFormatted(ReadOnlySpan<char> value) => text.AppendFormatted(value);

    public string Text() => isWanted ? text.ToStringAndClear() : "";
}
