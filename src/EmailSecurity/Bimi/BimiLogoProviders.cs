using System.Globalization;
using EmailSecurity.Findings;
using EmailSecurity.Svg;

namespace EmailSecurity.Bimi;

/// <summary>What one mailbox provider makes of a logo.</summary>
/// <param name="Provider">Gmail, Apple, Yahoo or Fastmail.</param>
/// <param name="Accepted">True where the provider has nothing against the file itself.</param>
/// <param name="Reasons">Why not; empty where it is accepted.</param>
/// <param name="Requires">What the provider wants besides a good file before it shows the logo.</param>
public sealed record ProviderVerdict(string Provider, bool Accepted, IReadOnlyList<string> Reasons, string Requires)
{
    /// <summary>Why it refuses the file; empty where it does not.</summary>
    public IReadOnlyList<string> Reasons { get; init => field = Joined.List(value); } = Joined.List(Reasons);

    /// <summary>What the provider recommends and the file does not have; never a reason to refuse it.</summary>
    public IReadOnlyList<string> Advice { get; init => field = Joined.List(value); } = Joined.List<string>([]);

    /// <inheritdoc/>
    public override string ToString() => Accepted ? Provider + ": accepted" : $"{Provider}: refused ({string.Join("; ", Reasons)})";
}

/// <summary>The providers' own rules for the file, as they publish them, beyond the profile: only what they say they do not support is refused.</summary>
internal static class ProviderRules
{
    /// <summary>
    /// Gmail's smallest width and height, in pixels. Google's help ("Create a BIMI SVG file") recommends 96 by 96 pixels or more, in absolute units, and says
    /// that smaller
    /// ones are not supported. It does not ask for the attributes: certified logos of large brands have neither.
    /// </summary>
    private const int GmailPixels = SvgRules.GmailPixels;

    private static ProviderVerdict Gmail(IReadOnlyList<string> reasons, IReadOnlyList<string> advice) => new("Gmail", reasons.Count == 0, reasons,
        "A mark certificate: a VMC, or a CMC, with which Gmail shows the logo without the blue checkmark. DMARC at quarantine or reject for all mail " +
            "(pct=100).")
    { Advice = advice };

    private static ProviderVerdict Apple(IReadOnlyList<string> reasons) => new("Apple", reasons.Count == 0, reasons,
        "A VMC, the only mark certificate that Apple documents, which the receiving mail provider has checked and vouches for. DMARC at quarantine or reject.");

    private static ProviderVerdict Yahoo(IReadOnlyList<string> reasons) => new("Yahoo", reasons.Count == 0, reasons,
        "DMARC at quarantine or reject, bulk mail and a good reputation; no mark certificate.");

    private static ProviderVerdict Fastmail(IReadOnlyList<string> reasons) => new("Fastmail", reasons.Count == 0, reasons,
        "DMARC at quarantine or reject; no mark certificate.");

    /// <summary>The four verdicts.</summary>
    public static IReadOnlyList<ProviderVerdict> Judge(SvgLength? width, SvgLength? height, int size, int errors)
    {
        var all = new List<string>();
        if (errors > 0)
        {
            all.Add(Invariant($"it is not a valid SVG Tiny Portable/Secure document ({errors} {(errors == 1 ? "error" : "errors")})"));
        }

        var gmail = new List<string>(all);
        var advice = new List<string>();
        var apple = new List<string>(all);
        var fastmail = new List<string>(all);
        if (size > BimiLogo.RecommendedSize)
        {
            // Gmail: at most 32 KB. Fastmail's open-source checker (Mail::BIMI) has the same limit, uncompressed.
            gmail.Add("it has more than 32 KB");
            fastmail.Add("it has more than 32 KB");
        }
        foreach (var (name, length) in (ReadOnlySpan<(string, SvgLength?)>)[("width", width), ("height", height)])
        {
            if (length is null)
            {
                advice.Add($"{name} in pixels, at least {GmailPixels}, is recommended");
            }
            else if (length.Value.Pixels is not { } pixels)
            {
                gmail.Add($"{name}=\"{length}\" is relative");
            }
            else if (pixels < GmailPixels)
            {
                gmail.Add(string.Create(CultureInfo.InvariantCulture, $"{name} is {pixels:0.##} pixels, less than {GmailPixels}"));
            }

            if (length is { IsRelative: true })
            {
                apple.Add($"{name}=\"{length}\" is relative");
            }
        }
        return [Gmail(gmail, advice), Apple(apple), Yahoo(all), Fastmail(fastmail)];
    }
}
