using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace EmailSecurity.Net;

/// <summary>How a TLS handshake failed.</summary>
internal enum TlsFault
{
    /// <summary>An alert, no common version, or what is not TLS.</summary>
    Handshake,
    /// <summary>The certificate is not valid.</summary>
    Certificate,
    /// <summary>The server accepts TLS 1.3 alone, and this computer has no TLS 1.3.</summary>
    Tls13Only,
    /// <summary>Every handshake resumed an earlier session, so no certificate was shown.</summary>
    NotJudged,
}

/// <summary>No TLS connection, and why.</summary>
internal sealed class TlsException(TlsFault fault, string message, CertificateFacts? facts = null, Exception? inner = null) : Exception(message, inner)
{
    public TlsFault Fault { get; } = fault;

    /// <summary>The certificate; null where none was shown.</summary>
    public CertificateFacts? Facts { get; } = facts;
}

/// <summary>A TLS connection whose certificate was shown in this very handshake.</summary>
internal sealed record TlsConnection(SslStream Stream, CertificateFacts Certificate, string Version);

/// <summary>
/// The one TLS handshake, of HTTPS and of SMTP: TLS 1.2 or newer (RFC 8461 section 7.2), SNI (section 7.1), the certificate by
/// <see cref="CertificateRule"/>, and only a certificate that the server showed this time: a resumed session shows none (RFC 8446 section 2.2).
/// </summary>
internal sealed class TlsClient(CertificateRule rule, TlsPlatform platform)
{
    /// <summary>How many handshakes are made until one shows a certificate.</summary>
    public const int MaxAttempts = 3;

    // Certificates are the most of it: a long chain has 20 KB, a certificate with a thousand names 40 KB.
    private const int MaxHandshakeBytes = 256 * 1024;

    /// <summary>Whether a handshake may be made that allows resumption: the next one then must be able to forbid it.</summary>
    public bool MayResume => platform.CanDisableResumption;

    /// <summary>Every handshake resumed a session.</summary>
    public static TlsException NotJudged() => new(TlsFault.NotJudged,
        "this computer's TLS resumed an earlier session each time, so the server showed no certificate.");

    /// <summary>Makes the handshake; null where a session was resumed. The transport ends with the connection.</summary>
    /// <param name="transport">The connection.</param>
    /// <param name="host">The server's name.</param>
    /// <param name="options">ALPN, and whether sessions may be resumed.</param>
    /// <param name="endsOnFault">A certificate that is not valid ends the handshake; else it is gone through with.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="TlsException">No connection.</exception>
    public async Task<TlsConnection?> AuthenticateAsync(
        BoundedStream transport, string host, SslClientAuthenticationOptions options, bool endsOnFault, CancellationToken cancellationToken)
    {
        transport.Allow(MaxHandshakeBytes, "in the TLS handshake");
        var tap = new ServerHelloTap(transport);
        CertificateFacts? facts = null;
        options.TargetHost = host;
        options.EnabledSslProtocols = platform.HasTls13 ? SslProtocols.Tls12 | SslProtocols.Tls13 : SslProtocols.Tls12;
        options.CertificateChainPolicy = rule.FirstPolicy();
        options.RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
        {
            facts = rule.Judge(certificate as X509Certificate2, chain, null, host);
            return endsOnFault ? facts.Fault == CertificateFault.None : certificate is not null;
        };
        var ssl = new SslStream(tap, leaveInnerStreamOpen: false);
        try
        {
            await platform.AuthenticateAsync(ssl, options, cancellationToken).ConfigureAwait(false);
            if (tap.IsFull)
            {
                return new TlsConnection(ssl, facts!, Version(ssl));
            }
        }
        catch (Exception e)
        {
            await ssl.DisposeAsync().ConfigureAwait(false);
            if (facts is null || tap.IsFull)
            {
                if (Failure(e, facts, tap) is { } failure)
                {
                    throw failure;
                }

                throw;
            }
        }

        await ssl.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    // Null: it was not TLS that failed.
    private TlsException? Failure(Exception error, CertificateFacts? facts, ServerHelloTap tap) => error switch
    {
        _ when facts is { Fault: not CertificateFault.None } => new TlsException(TlsFault.Certificate, facts.Detail, facts, error),
        _ when !platform.HasTls13 && tap.Alert == ServerHelloTap.ProtocolVersionAlert => new TlsException(
            TlsFault.Tls13Only, "the server accepts TLS 1.3 only, and this computer does not have TLS 1.3.", null, error),
        AuthenticationException or IOException { InnerException: not SocketException } => new TlsException(
            TlsFault.Handshake, $"the TLS handshake failed: {Innermost(error)}", null, error),
        _ => null,
    };

    private static string Version(SslStream ssl) => ssl.SslProtocol switch
    {
        SslProtocols.Tls12 => "1.2",
        SslProtocols.Tls13 => "1.3",
        var other => other.ToString(),
    };

    private static string Innermost(Exception error)
    {
        while (error.InnerException is not null)
        {
            error = error.InnerException;
        }

        return error.Message.Split('\n')[0].TrimEnd();
    }
}
