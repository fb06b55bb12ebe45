using System.Globalization;

namespace EmailSecurity.Bimi;

/// <summary>What one mailbox provider makes of a logo.</summary>
/// <param name="Provider">Gmail, Apple, Yahoo or Fastmail.</param>
/// <param name="Accepted">True where the provider has nothing against the file itself.</param>
/// <param name="Reasons">Why not; empty where it is accepted.</param>
/// <param name="Requires">What the provider wants besides a good file before it shows the logo.</param>
public sealed record ProviderVerdict(string Provider, bool Accepted, IReadOnlyList<string> Reasons, string Requires)
{
    /// <inheritdoc/>
    public override string ToString() => Accepted ? Provider + ": accepted" : $"{Provider}: refused ({string.Join("; ", Reasons)})";
}

/// <summary>The providers' own rules for the file, as they publish them, beyond the profile.</summary>
internal static class ProviderRules
{
    /// <summary>Gmail's smallest width and height, in pixels (Google Workspace admin help, "Create a BIMI SVG file").</summary>
    private const int GmailPixels = 96;

    private static readonly IReadOnlyList<ProviderVerdict> AllAccept = [Gmail([]), Apple([]), Yahoo([]), Fastmail([])];

    private static ProviderVerdict Gmail(IReadOnlyList<string> reasons) => new("Gmail", reasons.Count == 0, reasons,
        "A mark certificate (VMC or CMC), and DMARC at quarantine or reject for all mail (pct=100).");

    private static ProviderVerdict Apple(IReadOnlyList<string> reasons) => new("Apple", reasons.Count == 0, reasons,
        "A mark certificate that the mailbox provider has checked and vouches for; DMARC at quarantine or reject.");

    private static ProviderVerdict Yahoo(IReadOnlyList<string> reasons) => new("Yahoo", reasons.Count == 0, reasons,
        "DMARC at quarantine or reject, bulk mail and a good reputation; no mark certificate.");

    private static ProviderVerdict Fastmail(IReadOnlyList<string> reasons) => new("Fastmail", reasons.Count == 0, reasons,
        "DMARC at quarantine or reject; no mark certificate.");

    /// <summary>The four verdicts.</summary>
    public static IReadOnlyList<ProviderVerdict> Judge(SvgLength? width, SvgLength? height, int size, int errors)
    {
        var all = new List<string>();
        if (errors > 0)
            all.Add($"it is no valid SVG Tiny Portable/Secure document ({errors} {(errors == 1 ? "error" : "errors")})");
        var gmail = new List<string>(all);
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
                gmail.Add($"{name} is not given in pixels");
            else if (length.Value.Pixels is not { } pixels)
                gmail.Add($"{name}=\"{length}\" is relative");
            else if (pixels < GmailPixels)
                gmail.Add(string.Create(CultureInfo.InvariantCulture, $"{name} is {pixels:0.##} pixels, less than {GmailPixels}"));
            if (length is { IsRelative: true })
                apple.Add($"{name}=\"{length}\" is relative");
        }
        return gmail.Count + apple.Count + fastmail.Count == 0 ? AllAccept : [Gmail(gmail), Apple(apple), Yahoo(all), Fastmail(fastmail)];
    }
}
