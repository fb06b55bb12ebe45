using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EmailSecurity.Ports;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace EmailSecurity.Aws.Net;

/// <summary>EHLO, STARTTLS, the certificate by <see cref="CertificateRule"/>, QUIT; through MailKit. Sends no mail and gives no credentials.</summary>
/// <param name="resolver">Looks names up; null for the system's resolver.</param>
/// <param name="extraRoots">Roots trusted beside the system's; null for none.</param>
/// <param name="connectTo"><c>host:port</c> where every connection goes; the name asked for and the certificate check unchanged. Null to connect to the mail server.</param>
/// <param name="time">Clock: time limits and certificates' validity.</param>
public sealed class SmtpProbe(IResolver? resolver, X509Certificate2Collection? extraRoots, string? connectTo, TimeProvider time) : ISmtpProbe
{
    private readonly Connector connector = new(resolver, time);
    private readonly CertificateRule rule = new(extraRoots, time);
    private readonly HostPort? target = connectTo is null ? null : HostPort.Parse(connectTo, null, "InvalidConnectTo", "address to connect to");

    /// <inheritdoc/>
    public async Task<SmtpProbeResult> ProbeAsync(string host, int port, TimeSpan timeout, CancellationToken cancellationToken)
    {
        host = host.TrimEnd('.').ToLowerInvariant();
        using var clock = new CancellationTokenSource(timeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        CertificateFacts? facts = null;
        var connected = false;
        try
        {
            using var tcp = await connector.ConnectAsync(target?.Host ?? host, target?.Port ?? port, limit.Token).ConfigureAwait(false);
            connected = true;
            using var smtp = new SmtpClient
            {
                SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13, // RFC 8461 section 7.2
                CheckCertificateRevocation = false,
                Timeout = Math.Max(1, (int)Math.Min(timeout.TotalMilliseconds, int.MaxValue)),
                ServerCertificateValidationCallback = Accept,
            };
            await smtp.ConnectAsync(tcp, host, port, SecureSocketOptions.StartTls, limit.Token).ConfigureAwait(false);
            var version = smtp.SslProtocol switch { SslProtocols.Tls12 => "1.2", SslProtocols.Tls13 => "1.3", var other => other.ToString() };
            await smtp.DisconnectAsync(quit: true, limit.Token).ConfigureAwait(false);
            return Result(host, Verdict(facts!), facts!.Detail, facts, version);
        }
        catch (Exception e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (facts is { Fault: not CertificateFault.None }) return Result(host, Verdict(facts), facts.Detail, facts, "");
            var (outcome, detail) = Explain(e, connected, clock.IsCancellationRequested);
            return Result(host, outcome, detail, facts, "");
        }

        // Nothing secret follows the handshake, so it is gone through with in order to see all of it and to end with QUIT; the verdict is ours.
        bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
        {
            facts = rule.Judge(certificate as X509Certificate2, null, chain?.ChainPolicy.ExtraStore, host);
            return certificate is not null;
        }
    }

    private static SmtpProbeResult Result(string host, SmtpOutcome outcome, string detail, CertificateFacts? facts, string version) => new()
    {
        Outcome = outcome,
        Host = host,
        CertificateNotAfter = facts?.NotAfter,
        CertificateNames = facts?.Names ?? [],
        TlsVersion = version,
        Detail = detail.Length == 0 ? "" : $"{host}: {detail}",
    };

    private static SmtpOutcome Verdict(CertificateFacts facts) => facts.Fault switch
    {
        CertificateFault.None => SmtpOutcome.Secure,
        CertificateFault.Untrusted => SmtpOutcome.CertificateUntrusted,
        CertificateFault.NotTimeValid => SmtpOutcome.CertificateExpired,
        _ => SmtpOutcome.CertificateNameMismatch,
    };

    private static (SmtpOutcome Outcome, string Detail) Explain(Exception error, bool connected, bool outOfTime) => error switch
    {
        _ when outOfTime && !connected => (SmtpOutcome.Blocked, "no connection in time; port 25 is blocked on the way (many networks do), or the host is down."),
        _ when outOfTime => (SmtpOutcome.ProtocolError, "it accepted the connection, and did not answer in time."),
        ConnectException { Fault: ConnectFault.NameNotResolved or ConnectFault.DnsFailure } e => (SmtpOutcome.NameNotResolved, e.Message),
        ConnectException { Fault: ConnectFault.Unreachable } e => (SmtpOutcome.Blocked, e.Message),
        ConnectException { Fault: ConnectFault.Reset } e => (SmtpOutcome.ProtocolError, e.Message),
        ConnectException e => (SmtpOutcome.Refused, e.Message),
        NotSupportedException => (SmtpOutcome.StartTlsNotOffered, "the server does not offer STARTTLS."),
        SmtpCommandException e => (SmtpOutcome.Refused, $"the server said {(int)e.StatusCode} {e.Message}"),
        SslHandshakeException or System.Security.Authentication.AuthenticationException => (SmtpOutcome.TlsHandshakeFailed, "the TLS handshake failed: " + Innermost(error)),
        _ => (SmtpOutcome.ProtocolError, "the conversation broke: " + Innermost(error)),
    };

    private static string Innermost(Exception error)
    {
        while (error.InnerException is not null) error = error.InnerException;
        return error.Message.Split('\n')[0].TrimEnd();
    }
}
