using EmailSecurity.Dmarc;
using EmailSecurity.Findings;

namespace EmailSecurity.Bimi;

/// <summary>
/// The DMARC gate of BIMI (draft-brand-indicators-for-message-identification section 8.1): both the author domain and the organisational domain have to
/// enforce DMARC.
/// It blocks BIMI only; MTA-STS and TLS-RPT do not look at DMARC.
/// </summary>
public static class BimiEligibility
{
    /// <summary>Checks the gate; every reason at once. IsValid means that receivers may show the indicator as far as DMARC goes.</summary>
    /// <param name="author">The author domain's own record; null where it has none, and then the organisational domain's record covers it by its sp
    /// tag.</param>
    /// <param name="organisational">The organisational domain's record; null where it has none. The same record where both are one domain.</param>
    /// <param name="authorDomain">The author domain, for messages.</param>
    /// <param name="organisationalDomain">The organisational domain, for messages; empty where it is the author domain.</param>
    public static TestResult Check(DmarcRecord? author, DmarcRecord? organisational, string authorDomain = "", string organisationalDomain = "")
    {
        ArgumentNullException.ThrowIfNull(authorDomain);
        ArgumentNullException.ThrowIfNull(organisationalDomain);
        var same = organisationalDomain.Length == 0 || string.Equals(authorDomain, organisationalDomain, StringComparison.OrdinalIgnoreCase);
        var findings = new FindingBag();
        var authorName = authorDomain.Length > 0 ? authorDomain : "the author domain";
        var organisationalName = same ? authorName : organisationalDomain;
        var primary = same ? author ?? organisational : author;

        if (primary is null && organisational is null)
        {
            findings.Report(BimiRules.DmarcAbsent,
                $"There is no usable DMARC record for {authorName}, so no receiver shows an indicator.",
                fix: $"Publish 'v=DMARC1; p=quarantine' or 'p=reject' at _dmarc.{(authorDomain.Length > 0 ? authorDomain : "the domain")} once reports " +
                    $"show that all mail passes.");
            return TestResult.From("Bimi", findings.Items, null, authorDomain);
        }
        if (primary is not null)
        {
            CheckRecord(primary, authorName, findings);
        }

        if (!same)
        {
            if (organisational is null)
            {
                findings.Report(BimiRules.DmarcAbsent,
                    $"There is no usable DMARC record for the organizational domain {organisationalName}.",
                    fix: $"Publish an enforcing DMARC record at _dmarc.{organisationalName}.");
            }
            else
            {
                CheckRecord(organisational, organisationalName, findings);
            }
        }
        return TestResult.From("Bimi", findings.Items, null, authorDomain);
    }

    private static void CheckRecord(DmarcRecord record, string name, FindingBag findings)
    {
        if (record.Policy == DmarcPolicy.None)
        {
            findings.Report(BimiRules.DmarcPolicyNone, $"The DMARC policy of {name} is none.");
        }
        // Step 8 looks at the sp of both records, although DMARC itself ignores it below the organisational domain.
        if (record.SubdomainPolicy == DmarcPolicy.None)
        {
            findings.Report(BimiRules.DmarcSubdomainPolicyNone, $"The DMARC record of {name} has sp=none.");
        }

        if (record.Percent is { } percent && percent < 100)
        {
            if (record.Policy == DmarcPolicy.Quarantine)
            {
                findings.Report(BimiRules.DmarcPercent, $"The DMARC record of {name} has p=quarantine with pct={percent}; it must cover all mail.");
            }
            else if (record.Policy == DmarcPolicy.Reject)
            {
                findings.Report(BimiRules.DmarcPercent with { Severity = FindingSeverity.Warning },
                    $"The DMARC record of {name} has pct={percent}; some providers, including Gmail, require 100.");
            }
        }
        // RFC 9989 section 4.7: t=y asks receivers not to apply the policy, so it does not enforce.
        if (record.IsTesting)
        {
            findings.Report(BimiRules.DmarcTesting, $"The DMARC record of {name} is in test mode (t=y), so it does not enforce.");
        }
    }
}
