namespace EmailSecurity.TlsReports;

/// <summary>Who can mend a kind of failure.</summary>
public enum FailureOwner : long
{
    /// <summary>Whoever runs the receiving mail servers.</summary>
    MailServer,

    /// <summary>Whoever runs the domain's MTA-STS policy and DNS.</summary>
    Domain,

    /// <summary>Whoever sends, or the network between.</summary>
    Sender,
}

/// <summary>A result type of RFC 8460 section 4.3 in plain words.</summary>
public sealed record TlsResultType
{
    /// <summary>The name in reports: <c>certificate-expired</c>.</summary>
    public required string Name { get; init; }

    /// <summary>A few words for a line of a list: <c>certificate expired</c>.</summary>
    public required string Words { get; init; }

    /// <summary>What it means, in one sentence.</summary>
    public required string Meaning { get; init; }

    /// <summary>Who has to act.</summary>
    public required FailureOwner Owner { get; init; }

    /// <summary>What to do, in one sentence.</summary>
    public required string Fix { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>The result types of RFC 8460 section 4.3.</summary>
internal static class ResultTypes
{
    private static readonly TlsResultType[] Known =
    [
        Of("starttls-not-supported", "no STARTTLS", FailureOwner.MailServer,
            "The mail server did not offer STARTTLS.",
            "Turn STARTTLS on at this mail server, and see that no firewall or proxy before it removes the word from its answer."),
        Of("certificate-host-mismatch", "certificate for another name", FailureOwner.MailServer,
            "The mail server's certificate does not name the host in the MX record.",
            "Give this mail server a certificate whose names include the host in the MX record, or let the MX record name a host of the certificate."),
        Of("certificate-expired", "certificate expired", FailureOwner.MailServer,
            "The mail server's certificate has expired.",
            "Renew the certificate of this mail server, and see that the server has loaded the new one."),
        Of("certificate-not-trusted", "certificate not trusted", FailureOwner.MailServer,
            "The mail server's certificate does not lead to a certificate authority that the sender trusts.",
            "Use a certificate of a public certificate authority, and send the intermediate certificates with it."),
        Of("validation-failure", "validation failed", FailureOwner.MailServer,
            "The sender could not validate the session for a reason that has no name of its own.",
            "Read the reason that the sender gives, and test this mail server with: Test-MtaSts example.com -Probe."),
        Of("tlsa-invalid", "TLSA record does not match", FailureOwner.Domain,
            "A TLSA record for the mail server is not valid, or none matches its certificate.",
            "Publish a TLSA record of the certificate that the mail server uses now; change the record before the certificate."),
        Of("dnssec-invalid", "DNSSEC broken", FailureOwner.Domain,
            "DNSSEC did not validate for a name that the sender looked up.",
            "Repair the signatures of the zone, or the DS record at the parent zone."),
        Of("dane-required", "DANE required by the sender", FailureOwner.Sender,
            "The sender insists on DANE for this domain, and found no TLSA record that DNSSEC secures.",
            "Ask the sender why it requires DANE; otherwise sign the zone and publish TLSA records."),
        Of("sts-policy-fetch-error", "policy could not be fetched", FailureOwner.Domain,
            "The sender found the MTA-STS record, and could not fetch the policy.",
            "Run Test-MtaSts for the domain; where it passes now, the policy's host was out of reach at that time."),
        Of("sts-policy-invalid", "policy not valid", FailureOwner.Domain,
            "The sender fetched the MTA-STS policy, and it breaks a rule of RFC 8461.",
            "Run Test-MtaSts for the domain, and publish the policy again with Publish-MtaStsPolicy."),
        Of("sts-webpki-invalid", "policy host's certificate not valid", FailureOwner.Domain,
            "The certificate of the policy's host was not valid for the sender.",
            "Run Test-MtaSts for the domain; see that the certificate of the policy's host is renewed."),
    ];

    /// <summary>All, in the order of the RFC.</summary>
    public static IReadOnlyList<TlsResultType> All => Known;

    /// <summary>The result type of this name, in any case; null for one that the RFC does not know.</summary>
    public static TlsResultType? Find(string name) => Array.Find(Known, k => k.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static TlsResultType Of(string name, string words, FailureOwner owner, string meaning, string fix) =>
        new() { Name = name, Words = words, Owner = owner, Meaning = meaning, Fix = fix };
}
