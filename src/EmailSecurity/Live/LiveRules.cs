using EmailSecurity.Bimi;
using EmailSecurity.Dmarc;
using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.TlsRpt;
using static EmailSecurity.Findings.FindingSeverity;

namespace EmailSecurity.Live;

/// <summary>The rules of the live checks: lookups, fetches, mail servers, and what a sender or mailbox provider makes of them.</summary>
internal static class LiveRules
{
    private const string MtaSts = MtaStsRules.Standard;
    private const string TlsRpt = TlsRptRules.Standard;
    private const string Dmarc = DmarcRules.Standard;
    private const string Bimi = BimiRules.Draft;
    private const string Http = "RFC 9110";
    private const string Caa = "RFC 8659";
    private const string Smtp = "RFC 5321";
    private const string Uncompressed = "Serve the file uncompressed at this URL: turn compression off for it, and upload it as plain text.";

    // Lookups.
    public static readonly LookupRules MtaStsRecord = new("MtaStsRecord", MtaSts, "3.1");
    public static readonly LookupRules Mx = new("Mx", MtaSts, "5");
    public static readonly LookupRules TlsRptRecord = new("TlsRptRecord", TlsRpt, "3");
    public static readonly LookupRules DmarcRecord = new("DmarcRecord", Dmarc, "4.10");
    public static readonly LookupRules BimiRecord = new("BimiRecord", Bimi, "8.2");
    public static readonly LookupRules CaaRecord = new("Caa", Caa, "3", Warning);
    public static readonly LookupRules ReportReceiverMx = new("ReportReceiver", TlsRpt, "3", Warning);

    // Files, and answers that are not the file.
    public static readonly FetchRules Policy = new("Policy", "The policy", MtaSts, "3.3");
    public static readonly FetchRules Logo = new("Logo", "The logo", Bimi, "8.3");
    public static readonly FetchRules MarkCertificate = new("MarkCertificate", "The mark certificate", Bimi, "8.4");
    public static readonly FetchRules ReportReceiver = new("ReportReceiver", "", TlsRpt, "3", Warning);
    public static readonly ContentRules PolicyContent = new(
        new("PolicyContentEncoding", Error, Http, "8.4", Uncompressed),
        new("PolicyIsWebPage", Error, MtaSts, "3.2"));
    public static readonly ContentRules LogoContent = new(
        new("LogoContentEncoding", Error, Http, "8.4", Uncompressed),
        new("LogoIsWebPage", Error, Bimi, "8.3"));
    public static readonly ContentRules MarkCertificateContent = new(
        new("MarkCertificateContentEncoding", Error, Http, "8.4", Uncompressed),
        new("MarkCertificateIsWebPage", Error, Bimi, "8.4"));

    // MTA-STS: the policy's mode, its host, CAA, DNSSEC.
    public static readonly Rule PolicyModeEnforce = new("PolicyModeEnforce", Information, MtaSts, "5", "",
        "Mode enforce: senders that support MTA-STS refuse to deliver to a mail server that fails its checks.");
    public static readonly Rule PolicyModeTesting = new("PolicyModeTesting", Information, MtaSts, "5",
        "Change to mode enforce once the TLS reports show no failures.",
        "Mode testing: senders deliver also to a mail server that fails the checks, and report the failure. Mail is not protected yet.");
    public static readonly Rule PolicyModeNone = new("PolicyModeNone", Warning, MtaSts, "8.3",
        "Publish a policy in mode testing; if MTA-STS is being removed, wait until the max_age of the policy before this one has passed.",
        "Mode none: senders treat the domain as one without a policy. Mail is not protected.");
    public static readonly Rule PolicyContentType = new("PolicyContentType", Warning, MtaSts, "3.2", "Serve it with Content-Type: text/plain.");
    public static readonly Rule PolicyCertificate = new("PolicyCertificate", Information, MtaSts, "3.3");
    public static readonly Rule PolicyCertificateExpiresSoon = new("PolicyCertificateExpiresSoon", Warning, MtaSts, "3.3",
        "Find out why the certificate was not renewed. " +
            "ACM renews a certificate before it expires, as long as its validation record stays in DNS.");
    public static readonly Rule CaaForbidsAmazon = new("CaaForbidsAmazon", Information, Caa, "4.2");
    public static readonly Rule CaaCritical = CaaForbidsAmazon with { Section = "4.5" };
    public static readonly Rule DomainNotFound = new("DomainNotFound", Information, "RFC 8020", "2",
        "Check the spelling. If it is right, register the domain, or have its registrar delegate it again.");
    public static readonly Rule DnssecValidated = new("DnssecValidated", Information, MtaSts, "2");
    public static readonly Rule DnssecNotValidated = new("DnssecNotValidated", Information, MtaSts, "2");

    // MTA-STS: the mail servers. What the mode makes of an error is said where it is known.
    public static readonly Rule MxNull = new("MxNull", Information, MtaSts, "5");
    public static readonly Rule MxAbsent = new("MxAbsent", Information, MtaSts, "5");
    public static readonly Rule MxNotCovered = new("MxNotCovered", Error, MtaSts, "4.1");
    public static readonly Rule MxPatternUnused = new("MxPatternUnused", Information, MtaSts, "4.1");
    public static readonly Rule MxNotInCachedPolicy = new("MxNotInCachedPolicy", Warning, MtaSts, "5",
        "Publish a policy that lists the new mail servers first, and change the MX records after the date that the message names.");
    public static readonly Rule MxNotProbed = new("MxNotProbed", Warning, MtaSts, "4.2", "Publish fewer MX records.");
    public static readonly Rule MxSecure = new("MxSecure", Information, MtaSts, "4.2");
    public static readonly Rule MxCertificateExpiresSoon = new("MxCertificateExpiresSoon", Warning, MtaSts, "4.2", "Renew the mail server's certificate.");
    public static readonly Rule MxWithoutAddress = new("MxHostNotFound", Warning, Smtp, "5.1", "Publish its A or AAAA record, or remove the MX.");
    public static readonly Rule MxHostNotFound = new("MxHostNotFound", Error, MtaSts, "4.2", "Publish its address records, or remove the MX.");
    public static readonly Rule MxAddressNotGlobal = new("MxAddressNotGlobal", Error, MtaSts, "4.2");
    public static readonly Rule MxHostDnsFailure = new("MxHostDnsFailure", Error, MtaSts, "4.2", "Check the servers of its zone.");
    public static readonly Rule MxRefused = new("MxRefused", Error, MtaSts, "4.2",
        "Check that the mail server listens on port 25 and accepts connections from this host.");
    public static readonly Rule MxBlocked = new("MxBlocked", Warning, MtaSts, "4.2", "Run the check from a host that may connect to port 25.");
    public static readonly Rule MxStartTlsNotOffered = new("MxStartTlsNotOffered", Error, MtaSts, "4.2", "Turn STARTTLS on at the mail server.");
    public static readonly Rule MxTlsHandshakeFailed = new("MxTlsHandshakeFailed", Error, MtaSts, "4.2", "Check the mail server's TLS settings.");
    public static readonly Rule MxCertificateUntrusted = new("MxCertificateUntrusted", Error, MtaSts, "4.2",
        "Use a certificate from a publicly trusted CA, and send its intermediate certificates with it.");
    public static readonly Rule MxCertificateExpired = new("MxCertificateExpired", Error, MtaSts, "4.2", "Renew the mail server's certificate.");
    public static readonly Rule MxCertificateNameMismatch = new("MxCertificateNameMismatch", Error, MtaSts, "4.2",
        "Use a certificate with the MX host name as DNS name.");
    public static readonly Rule MxCertificateNotJudged = new("MxCertificateNotJudged", Warning, MtaSts, "4.2", TlsAdvice.NotJudged);
    public static readonly Rule MxTls13Only = new("MxTls13Only", Warning, MtaSts, "4.2", TlsAdvice.Tls13);
    public static readonly Rule MxReplyTooLong = new("MxReplyTooLong", Error, MtaSts, "4.2", "Check the mail server; senders may close the connection.");
    public static readonly Rule MxProtocolError = new("MxProtocolError", Error, MtaSts, "4.2", "Check the mail server.");

    // TLS-RPT, DMARC, BIMI.
    public static readonly Rule ReportReceiverTakesNoMail = new("ReportReceiverTakesNoMail", Warning, TlsRpt, "3", "Use an address that receives mail.");
    public static readonly Rule DmarcInherited = new("DmarcInherited", Information, Dmarc, "4.10.1");
    public static readonly Rule BimiFallback = new("BimiFallback", Information, Bimi, "8.2");
    public static readonly Rule LogoContentType = new("LogoContentType", Warning, Bimi, "8.3", "Serve it with Content-Type: image/svg+xml.");
    public static readonly Rule MarkCertificateAbsent = new("MarkCertificateAbsent", Information, Bimi, "8.5",
        "For Gmail and Apple, get a VMC. For Gmail only, a CMC is enough, but Gmail then shows no blue checkmark.",
        "The record names no mark certificate: Gmail and Apple show no logo, Yahoo and Fastmail may.");
}

/// <summary>The two ways in which an answer with status 200 is not the file.</summary>
/// <param name="Encoding">It is compressed although nobody asked.</param>
/// <param name="WebPage">It is a web page.</param>
internal sealed record ContentRules(Rule Encoding, Rule WebPage);
