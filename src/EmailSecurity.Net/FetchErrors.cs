using System.Net.Sockets;
using EmailSecurity.Ports;

namespace EmailSecurity.Net;

/// <summary>What the exceptions of a fetch mean.</summary>
internal static class FetchErrors
{
    /// <summary>The result of a fetch that an exception ended; what is known of the answer stays in it.</summary>
    public static FetchResult Explain(Exception error, FetchResult? head, FetchRequest request, bool outOfTime)
    {
        var result = (head ?? new FetchResult { Outcome = FetchOutcome.ProtocolError }) with { StatusCode = 0 };
        if (outOfTime)
        {
            var missing = head is null ? "no connection or answer" : "the body did not end";
            return result with
            {
                Outcome = FetchOutcome.Timeout,
                Detail = Invariant($"{request.Url.IdnHost}: {missing} within {request.Timeout.TotalSeconds:0.###} s."),
            };
        }

        var (outcome, detail) = Outcome(error);
        if (Find<TlsException>(error)?.Facts is { } facts)
        {
            result = result with { CertificateNotBefore = facts.NotBefore, CertificateNotAfter = facts.NotAfter, CertificateNames = facts.Names };
        }

        return result with { Outcome = outcome, Detail = $"{request.Url.IdnHost}: {detail}" };
    }

    private static (FetchOutcome Outcome, string Detail) Outcome(Exception error)
    {
        if (Find<ConnectException>(error) is { } connect)
        {
            return (connect.Fault switch
            {
                ConnectFault.NameNotResolved => FetchOutcome.NameNotResolved,
                ConnectFault.DnsFailure => FetchOutcome.DnsFailure,
                ConnectFault.NotGlobal => FetchOutcome.AddressNotGlobal,
                ConnectFault.Refused => FetchOutcome.ConnectionRefused,
                ConnectFault.Reset => FetchOutcome.ConnectionReset,
                _ => FetchOutcome.Timeout,
            }, connect.Message);
        }

        if (Find<TlsException>(error) is { } tls)
        {
            return (tls.Fault switch
            {
                TlsFault.Tls13Only => FetchOutcome.Tls13Only,
                TlsFault.NotJudged => FetchOutcome.CertificateNotJudged,
                TlsFault.Handshake => FetchOutcome.TlsHandshakeFailed,
                _ => tls.Facts!.Fault switch
                {
                    CertificateFault.Untrusted => FetchOutcome.CertificateUntrusted,
                    CertificateFault.NotTimeValid => FetchOutcome.CertificateExpired,
                    _ => FetchOutcome.CertificateNameMismatch,
                },
            }, tls.Message);
        }

        if (Find<LimitException>(error) is { } limit)
        {
            return (FetchOutcome.ProtocolError, limit.Message);
        }

        if (Find<SocketException>(error) is { } socket)
        {
            return (FetchOutcome.ConnectionReset, $"the connection broke ({socket.SocketErrorCode}).");
        }

        var kind = Find<HttpRequestException>(error)?.HttpRequestError ?? Find<HttpIOException>(error)?.HttpRequestError ?? HttpRequestError.Unknown;
        return kind switch
        {
            HttpRequestError.ResponseEnded => (FetchOutcome.ConnectionReset, "the connection ended in the middle of the response."),
            HttpRequestError.ConfigurationLimitExceeded => (FetchOutcome.ProtocolError, $"its headers are larger than {HttpsFetcher.MaxHeaderKilobytes} KB."),
            _ => (FetchOutcome.ProtocolError, "the response is not valid HTTP: " + Innermost(error)),
        };
    }

    private static T? Find<T>(Exception error) where T : Exception
    {
        for (var e = error; e is not null; e = e.InnerException)
        {
            if (e is T found)
            {
                return found;
            }
        }

        return null;
    }

    private static string Innermost(Exception error)
    {
        while (error.InnerException is not null)
        {
            error = error.InnerException;
        }

        return error.Message;
    }
}
