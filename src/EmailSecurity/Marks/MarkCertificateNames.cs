using EmailSecurity.Bimi;
using EmailSecurity.Findings;
using EmailSecurity.Text;

namespace EmailSecurity.Marks;

/// <summary>Whether the names of a mark certificate cover an assertion record (draft-fetch-validation-vmc-wchuang section 5.2).</summary>
internal static class MarkCertificateNames
{
    private const string BimiLabel = "._bimi.";

    internal enum Verdict
    {
        /// <summary>No name covers the record.</summary>
        None,

        /// <summary>A name is the record's domain, or its organisational domain, or selector and domain.</summary>
        Exact,

        /// <summary>A name is a parent of the domain: it covers it where that parent is the organisational domain.</summary>
        Parent,

        /// <summary>A name has the domain under another selector.</summary>
        OtherSelector,
    }

    public static Verdict Match(IReadOnlyList<string> names, string domain, string? organizationalDomain, string selector) =>
        Match(names, domain, organizationalDomain, selector, out _);

    /// <param name="names">The DNS names of the certificate.</param>
    /// <param name="domain">The record's domain.</param>
    /// <param name="organizationalDomain">Its organisational domain; null where it is not known.</param>
    /// <param name="selector">The record's selector.</param>
    /// <param name="decisive">The name that the verdict is about; null for <see cref="Verdict.None"/>.</param>
    public static Verdict Match(IReadOnlyList<string> names, string domain, string? organizationalDomain, string selector, out string? decisive)
    {
        decisive = null;
        if (!DomainName.TryNormalize(domain, out var author))
        {
            return Verdict.None;
        }

        var organization = organizationalDomain is not null && DomainName.TryNormalize(organizationalDomain, out var normalized) ? normalized : null;
        var best = Verdict.None;
        foreach (var name in names)
        {
            // RFC 5280 section 7.2: compared as A-labels, without regard to case. A wildcard covers nothing here: it is no name of a record.
            if (!DomainName.TryNormalize(name, out var candidate))
            {
                continue;
            }

            var split = candidate.IndexOf(BimiLabel, StringComparison.Ordinal);
            var covered = split < 0 ? candidate : candidate[(split + BimiLabel.Length)..];
            if (covered != author && covered != organization)
            {
                // Without knowing the organisational domain, a parent may be it. A single label never is.
                if (organization is null && best == Verdict.None && covered.Contains('.', StringComparison.Ordinal)
                    && author.EndsWith("." + covered, StringComparison.Ordinal)
                    && (split < 0 || IsSelector(candidate.AsSpan(0, split), selector)))
                {
                    (best, decisive) = (Verdict.Parent, name);
                }

                continue;
            }
            if (split < 0 || IsSelector(candidate.AsSpan(0, split), selector))
            {
                decisive = name;
                return Verdict.Exact;
            }
            if (best != Verdict.OtherSelector)
            {
                (best, decisive) = (Verdict.OtherSelector, name);
            }
        }
        return best;
    }

    // draft-fetch-validation-vmc-wchuang sections 4.3 and 5.2.
    public static void Report(IReadOnlyList<string> names, int others, MarkCertificateOptions options, FindingBag findings, string where)
    {
        if (names.Count == 0)
        {
            findings.Report(MarkRules.NamesMissing, location: where);
        }

        if (others > 0)
        {
            findings.Report(MarkRules.NamesOther, location: where);
        }

        if (options.Domain is null || names.Count == 0)
        {
            return;
        }

        var domain = MarkChainName.Printable(options.Domain);
        var selector = MarkChainName.Printable(options.Selector);
        var listed = string.Join(", ", names.Take(6).Select(MarkChainName.Printable));
        switch (Match(names, options.Domain, options.OrganizationalDomain, options.Selector, out var decisive))
        {
            case Verdict.Parent:
                findings.Report(MarkRules.NameIsParent,
                    $"It is for {MarkChainName.Printable(decisive!)}, a parent of {domain}; receivers accept it only where that is the organizational " +
                        $"domain.", fix: $"Use a certificate that names {domain}, or publish the record at the organizational domain.", location: where);
                break;
            case Verdict.OtherSelector:
                findings.Report(MarkRules.SelectorMismatch,
                    $"It covers {domain} only under another selector than '{selector}' ({MarkChainName.Printable(decisive!)}).", location: where);
                break;
            case Verdict.None:
                findings.Report(MarkRules.NameMismatch,
                    $"It does not cover {domain}; it is for {listed}.",
                    fix: $"Use a certificate whose subject alternative name is {domain} or {BimiRecord.NameOf(domain, selector)}.", location: where);
                break;
            default:
                break;
        }
    }

    /// <summary>The selectors that names restrict the certificate to.</summary>
    public static IReadOnlyList<string> Selectors(IReadOnlyList<string> names)
    {
        List<string>? selectors = null;
        foreach (var name in names)
        {
            var split = name.IndexOf(BimiLabel, StringComparison.OrdinalIgnoreCase);
            if (split > 0)
            {
                (selectors ??= []).Add(name[..split].ToLowerInvariant());
            }
        }
        return selectors is null ? [] : [.. selectors.Distinct(StringComparer.Ordinal)];
    }

    // Selectors are labels of a DNS name, so case does not count.
    private static bool IsSelector(ReadOnlySpan<char> label, string selector) => label.Equals(selector, StringComparison.OrdinalIgnoreCase);
}
