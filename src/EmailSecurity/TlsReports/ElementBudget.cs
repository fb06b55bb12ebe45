using System.Text.Json;

namespace EmailSecurity.TlsReports;

/// <summary>Policies, failures and other elements of a text are counted, so that a small hostile text cannot fill the memory.</summary>
internal sealed class ElementBudget
{
    /// <summary>More than this in one text are no report of a day.</summary>
    public const int Most = 250_000;

    private int used;

    /// <summary>True where the text has more than <see cref="Most"/>.</summary>
    public bool IsSpent => used > Most;

    /// <summary>Counts one more.</summary>
    /// <exception cref="JsonException">There are too many.</exception>
    public void Take()
    {
        if (++used > Most)
        {
            throw new JsonException(FormattableString.Invariant($"It holds more than {Most} policies and failures"));
        }
    }

    /// <summary>Begins anew: the text is read a second time.</summary>
    public void Return() => used = 0;
}
