using EmailSecurity.Findings;

namespace EmailSecurity.Bimi;

/// <summary>What the mailbox providers publish about themselves, put together for one domain: a good file is not all that they ask for. A maybe is never
/// called a no.</summary>
internal static class BimiVerdicts
{
    /// <summary>One sentence a provider, in the order of the logo's own verdicts.</summary>
    /// <param name="logo">The logo.</param>
    /// <param name="isEnforced">True where DMARC enforces.</param>
    /// <param name="isPartial">True where DMARC does not cover all mail (pct below 100).</param>
    /// <param name="certificate">The kind of the valid mark certificate; null where there is none.</param>
    public static IEnumerable<string> Say(BimiLogo logo, bool isEnforced, bool isPartial, MarkCertificateKind? certificate) => logo.Providers.Select(p =>
    {
        List<string> reasons = [.. p.Reasons];
        if (!isEnforced)
        {
            reasons.Add("DMARC does not enforce");
        }
        else if (isPartial && p.Provider == "Gmail")
        {
            reasons.Add("DMARC does not cover all mail");
        }

        if (certificate is null && p.Provider is ("Gmail" or "Apple"))
        {
            reasons.Add(p.Provider == "Apple" ? "there is no valid VMC" : "there is no valid mark certificate");
        }

        return reasons.Count > 0 ? $"{p.Provider}: not shown ({string.Join("; ", reasons)})" : $"{p.Provider}: {Eligible(p.Provider, certificate)}";
    });

    // A CMC is not a VMC: Gmail shows its logo without the blue checkmark, and Apple documents VMCs alone.
    private static string Eligible(string provider, MarkCertificateKind? certificate) => (provider, certificate) switch
    {
        ("Gmail", MarkCertificateKind.Vmc) => "eligible, with the blue checkmark of a VMC",
        ("Gmail", MarkCertificateKind.Cmc) => "eligible, without the blue checkmark, because the certificate is a CMC",
        ("Apple", MarkCertificateKind.Cmc) => "may not be shown, because Apple documents only VMCs and the certificate is a CMC",
        ("Apple", MarkCertificateKind.Unknown) => "eligible if the certificate is a VMC",
        _ => "eligible",
    };

    /// <summary>The finding.</summary>
    /// <param name="verdicts">The sentences.</param>
    /// <param name="location">The logo's URL.</param>
    public static Finding Finding(IEnumerable<string> verdicts, string location) =>
        BimiRules.Providers.Found($"The logo at the mailbox providers. {string.Join(". ", verdicts)}.", location);
}
