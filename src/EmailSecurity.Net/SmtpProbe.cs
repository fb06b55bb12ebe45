using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using EmailSecurity.Ports;

namespace EmailSecurity.Net;

/// <summary>
/// Greeting, EHLO, STARTTLS (RFC 3207), the certificate by <see cref="CertificateRule"/>, EHLO, QUIT. Sends no mail and gives no credentials.
/// What the server says is bounded in length and in time.
/// </summary>
/// <param name="resolver">Looks names up; null for the system's resolver.</param>
/// <param name="extraRoots">Roots trusted in addition to the system's; null for none.</param>
/// <param name="connectTo">
/// <c>host:port</c> where every connection goes; the name asked for and the certificate check unchanged. Null to connect to the mail server.
/// </param>
/// <param name="time">Clock: time limits and certificates' validity.</param>
/// <param name="allowPrivate">Connects to addresses that are not globally reachable too.</param>
public sealed class SmtpProbe(
    IResolver? resolver, X509Certificate2Collection? extraRoots, string? connectTo, TimeProvider time, bool allowPrivate = false) : ISmtpProbe
{
    // Below TLS, after the handshake: two short replies, and what the encryption adds to them.
    private const int MaxEncryptedBytes = 4 * SmtpDialogue.MaxTotal;

    private readonly Connector connector = new(resolver, allowPrivate, time);
    private readonly CertificateRule rule = new(extraRoots, time);
    private readonly HostPort? target = connectTo is null ? null : HostPort.Parse(connectTo, null, "InvalidConnectTo", "address to connect to");

    /// <summary>What the system's TLS can do.</summary>
    internal TlsPlatform Platform { get; init; } = TlsPlatform.Current;

    /// <inheritdoc/>
    public async Task<SmtpProbeResult> ProbeAsync(string host, int port, TimeSpan timeout, CancellationToken cancellationToken)
    {
        host = host.TrimEnd('.').ToLowerInvariant();
        using var clock = new CancellationTokenSource(timeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        var progress = new Progress();
        try
        {
            for (var attempt = 0; attempt < TlsClient.MaxAttempts; attempt++)
            {
                if (await ConverseAsync(host, port, progress, limit.Token).ConfigureAwait(false))
                {
                    return Judged(host, progress.Tls!);
                }
            }

            throw TlsClient.NotJudged();
        }
        catch (Exception e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Whatever the server does after it has shown a certificate that is not valid: that is what is wrong with it.
            if (progress.Tls is { } shown && (progress.IsDone || shown.Certificate.Fault != CertificateFault.None))
            {
                return Judged(host, shown);
            }

            var (outcome, detail) = Explain(e, progress.IsConnected, clock.IsCancellationRequested);
            return Result(host, outcome, detail, progress.Tls, "");
        }
    }

    // Returns false where TLS resumed an earlier session: the server shows no certificate then.
    private async Task<bool> ConverseAsync(string host, int port, Progress progress, CancellationToken cancellationToken)
    {
        await using var tcp = await connector.ConnectAsync(target?.Host ?? host, target?.Port ?? port, target is not null, cancellationToken)
            .ConfigureAwait(false);
        progress.IsConnected = true;
        await using var transport = new BoundedStream(tcp);
        transport.Allow(2 * SmtpDialogue.MaxTotal, "before TLS");
        var ehlo = "EHLO " + AddressLiteral(tcp);
        var clear = new SmtpDialogue(transport);
        await StartTlsAsync(clear, ehlo, cancellationToken).ConfigureAwait(false);

        var options = new SslClientAuthenticationOptions { AllowTlsResume = false };
        // Nothing secret follows the handshake, so it is gone through with in order to see all of it and to end with QUIT; the verdict is ours.
        var tls = new TlsClient(rule, Platform);
        progress.Tls = await tls.AuthenticateAsync(transport, host, options, endsOnFault: false, cancellationToken).ConfigureAwait(false);
        if (progress.Tls is null)
        {
            return false;
        }

        await using var encrypted = progress.Tls.Stream;
        transport.Allow(MaxEncryptedBytes, "after the TLS handshake");
        var secure = new SmtpDialogue(encrypted);
        Demand(await secure.AskAsync(ehlo, cancellationToken).ConfigureAwait(false), 250);
        progress.IsDone = true;
        await secure.AskAsync("QUIT", cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static async Task StartTlsAsync(SmtpDialogue clear, string ehlo, CancellationToken cancellationToken)
    {
        Demand(await clear.ReadAsync(cancellationToken).ConfigureAwait(false), 220);
        var extensions = await clear.AskAsync(ehlo, cancellationToken).ConfigureAwait(false);
        // RFC 5321 section 4.1.4: a server without EHLO says so with one of these; and without EHLO there is no STARTTLS.
        if (extensions.Code is not (500 or 501 or 502 or 504))
        {
            Demand(extensions, 250);
        }

        // RFC 5321 section 4.1.1.1: the first line is the server's name; keywords without case.
        if (!extensions.Lines.Skip(1).Any(l => l.Trim().Equals("STARTTLS", StringComparison.OrdinalIgnoreCase)))
        {
            throw new SmtpException(SmtpOutcome.StartTlsNotOffered, "");
        }

        var reply = await clear.AskAsync("STARTTLS", cancellationToken).ConfigureAwait(false);
        if (reply.Code != 220)
        {
            throw new SmtpException(SmtpOutcome.StartTlsNotOffered, $"it offers STARTTLS, but refuses the command: {reply}");
        }

        // RFC 3207 section 6: what somebody on the way puts behind the reply must not pass for something said under TLS.
        if (clear.HasUnread)
        {
            throw new SmtpException(SmtpOutcome.ProtocolError, "it sent more after its reply to STARTTLS, before the TLS handshake (RFC 3207 section 4.2).");
        }
    }

    private static void Demand(SmtpReply reply, int code)
    {
        if (reply.Code != code)
        {
            throw reply.Code >= 400
                ? new SmtpException(SmtpOutcome.Refused, $"the server said {reply}")
                : new SmtpException(SmtpOutcome.ProtocolError, Invariant($"the server replied {reply} instead of {code}."));
        }
    }

    // RFC 5321 section 4.1.1.1: a client without a name of its own gives its address as a literal (section 4.1.3).
    private static string AddressLiteral(NetworkStream tcp)
    {
        var address = ((IPEndPoint)tcp.Socket.LocalEndPoint!).Address;
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? Invariant($"[IPv6:{new IPAddress(address.GetAddressBytes())}]")
            : Invariant($"[{address}]");
    }

    private static SmtpProbeResult Judged(string host, TlsConnection tls) => Result(host, tls.Certificate.Fault switch
    {
        CertificateFault.None => SmtpOutcome.Secure,
        CertificateFault.Untrusted => SmtpOutcome.CertificateUntrusted,
        CertificateFault.NotTimeValid => SmtpOutcome.CertificateExpired,
        _ => SmtpOutcome.CertificateNameMismatch,
    }, tls.Certificate.Detail, tls, tls.Version);

    private static SmtpProbeResult Result(string host, SmtpOutcome outcome, string detail, TlsConnection? tls, string version) => new()
    {
        Outcome = outcome,
        Host = host,
        CertificateNotBefore = tls?.Certificate.NotBefore,
        CertificateNotAfter = tls?.Certificate.NotAfter,
        CertificateNames = tls?.Certificate.Names ?? [],
        TlsVersion = version,
        Detail = detail.Length == 0 ? "" : $"{host}: {detail}",
    };

    private static (SmtpOutcome Outcome, string Detail) Explain(Exception error, bool connected, bool outOfTime) => error switch
    {
        _ when outOfTime && !connected =>
            (SmtpOutcome.Blocked, "no connection in time; a network in between blocks port 25 (many do), or the host is down."),
        _ when outOfTime => (SmtpOutcome.ProtocolError, "it accepted the connection, but the SMTP session did not finish in time."),
        ConnectException { Fault: ConnectFault.NameNotResolved } e => (SmtpOutcome.NameNotResolved, e.Message),
        ConnectException { Fault: ConnectFault.DnsFailure } e => (SmtpOutcome.DnsFailure, e.Message),
        ConnectException { Fault: ConnectFault.NotGlobal } e => (SmtpOutcome.AddressNotGlobal, e.Message),
        ConnectException { Fault: ConnectFault.Unreachable } e => (SmtpOutcome.Blocked, e.Message),
        ConnectException { Fault: ConnectFault.Reset } e => (SmtpOutcome.ProtocolError, e.Message),
        ConnectException e => (SmtpOutcome.Refused, e.Message),
        SmtpException e => (e.Outcome, e.Message),
        TlsException { Fault: TlsFault.Tls13Only } e => (SmtpOutcome.Tls13Only, e.Message),
        TlsException { Fault: TlsFault.NotJudged } e => (SmtpOutcome.CertificateNotJudged, e.Message),
        TlsException e => (SmtpOutcome.TlsHandshakeFailed, e.Message),
        LimitException e => (SmtpOutcome.ReplyTooLong, e.Message),
        IOException { InnerException: SocketException socket } => (SmtpOutcome.ProtocolError, $"the connection broke ({socket.SocketErrorCode})."),
        _ => (SmtpOutcome.ProtocolError, $"the connection broke: {error.Message.Split('\n')[0].TrimEnd()}"),
    };

    /// <summary>How far a probe came.</summary>
    private sealed class Progress
    {
        public bool IsConnected { get; set; }

        /// <summary>The connection with the certificate; null before.</summary>
        public TlsConnection? Tls { get; set; }

        /// <summary>All that is judged has been seen.</summary>
        public bool IsDone { get; set; }
    }
}
