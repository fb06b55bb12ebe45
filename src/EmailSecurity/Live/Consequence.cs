using EmailSecurity.Findings;

namespace EmailSecurity.Live;

/// <summary>What a sender or mailbox provider does about what was found: one sentence each, which the message of every error of a live check ends
/// with.</summary>
internal static class Consequence
{
    /// <summary>RFC 8461 sections 3.3 and 5.1.</summary>
    public const string NoPolicy = "Senders find no policy: they use a cached copy if they have one, or deliver without one.";

    /// <summary>RFC 8461 section 5: not to this host; the mail waits for another, and is eventually bounced.</summary>
    public const string NotDelivered = "Senders that support MTA-STS do not deliver there: they try the other MX hosts, defer the mail, and eventually " +
        "bounce it.";

    /// <summary>RFC 8461 section 5: mode testing, and no policy at all.</summary>
    public const string Delivered = "Senders still deliver; in mode enforce, senders that support MTA-STS would not.";

    /// <summary>RFC 5321 section 5.1.</summary>
    public const string Deferred = "Senders defer all mail until it answers.";

    /// <summary>RFC 8460 section 3.</summary>
    public const string NoReports = "Senders send no reports; mail is not affected.";

    /// <summary>RFC 8460 section 3.</summary>
    public const string ReportsLost = "Reports sent there are lost; mail is not affected.";

    /// <summary>RFC 9989 section 4.10.1.</summary>
    public const string NoDmarc = "Receivers apply no DMARC policy to the domain's mail.";

    /// <summary>RFC 9989 section 4.10: what is not known for now.</summary>
    public const string DmarcUnknown = "Receivers treat it as a temporary error: they defer the mail, or apply no policy.";

    /// <summary>BIMI section 8.</summary>
    public const string NoLogo = "Mailbox providers show no logo; mail is not affected.";

    /// <summary>BIMI section 8.4.</summary>
    public const string NoCertifiedLogo = "Providers that ask for a mark certificate show no logo; mail is not affected.";

    /// <summary>RFC 8659 section 3.</summary>
    public const string NoIssuance = "No CA may issue or renew a certificate until it answers; mail is not affected before the current certificate expires.";

    /// <summary>Every sentence.</summary>
    public static IReadOnlyList<string> All { get; } = [NoPolicy, NotDelivered, Delivered, Deferred, NoReports, ReportsLost, NoDmarc, DmarcUnknown, NoLogo,
        NoCertifiedLogo, NoIssuance];

    /// <summary>The findings of an offline check as those of the live one: errors with what comes of them, all with a place.</summary>
    public static IEnumerable<Finding> Add(IEnumerable<Finding> findings, string consequence, string location) => findings.Select(f => f with
    {
        Message = f.Severity == FindingSeverity.Error ? $"{f.Message} {consequence}" : f.Message,
        Location = f.Location ?? location,
    });
}
