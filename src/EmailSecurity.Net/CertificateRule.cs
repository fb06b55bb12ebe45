using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EmailSecurity.Net;

/// <summary>
/// The one rule for server certificates, of HTTPS (RFC 8461 section 3.3) and of SMTP (section 4.2): a chain to a trusted root, in its time,
/// with a DNS-ID (RFC 9525 section 6.3) that matches the host. The common name never counts.
/// </summary>
internal sealed class CertificateRule(X509Certificate2Collection? extraRoots, TimeProvider time)
{
    // What is kept for people; a certificate can have thousands.
    private const int MaxNames = 20;
    private static readonly TimeSpan FetchLimit = TimeSpan.FromSeconds(10);
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>What the system's TLS can do.</summary>
    internal TlsPlatform Platform { get; init; } = TlsPlatform.Current;

    /// <summary>Builds a chain by a policy, as the system does.</summary>
    internal Func<X509Certificate2, X509ChainPolicy, X509Chain> BuildChain { get; init; } = static (certificate, policy) =>
    {
        var chain = new X509Chain { ChainPolicy = policy };
        chain.Build(certificate);
        return chain;
    };

    private bool HasExtraRoots => extraRoots is { Count: > 0 };

    /// <summary>The policy that is tried first: the extra roots where there are some, else the system's.</summary>
    public X509ChainPolicy FirstPolicy() => Policy(HasExtraRoots);

    /// <summary>Judges a certificate.</summary>
    /// <param name="certificate">The leaf; null where the server showed none.</param>
    /// <param name="built">The chain already built for it with <see cref="FirstPolicy"/>; null where none was.</param>
    /// <param name="sent">Other certificates that the server sent.</param>
    /// <param name="host">The host it must be for.</param>
    public CertificateFacts Judge(X509Certificate2? certificate, X509Chain? built, X509Certificate2Collection? sent, string host)
    {
        if (certificate is null)
        {
            return new CertificateFacts(CertificateFault.Untrusted, "the server showed no certificate.", null, null, []);
        }

        var names = CertificateNames.Of(certificate);
        List<(CertificateFault Fault, string Text)> faults = built is not null
            ? ChainFaults.Of(built, time.GetUtcNow()) : Build(certificate, HasExtraRoots, sent);
        sent ??= built?.ChainPolicy.ExtraStore; // where SslStream puts what the server sent
        if (HasExtraRoots && faults.Exists(f => f.Fault == CertificateFault.Untrusted))
        {
            faults = Build(certificate, false, sent);
        }

        if (Platform.FetchesRoots && faults.Exists(f => f.Fault == CertificateFault.Untrusted) && FetchedIssuers.AreOfTheInternet([certificate, .. sent ?? []]))
        {
            faults = WithFetchedRoot(certificate, sent ?? []) ?? faults;
        }

        if (!names.Any(n => CertificateNames.Matches(n, host)))
        {
            faults.Add((CertificateFault.NameMismatch, names.Count == 0
                ? $"it has no DNS name, so none matches {host}"
                : $"its names ({CertificateNames.Show(names)}) do not match {host}"));
        }

        faults.Sort((a, b) => a.Fault.CompareTo(b.Fault));
        var texts = faults.Select(f => f.Text).Distinct(StringComparer.Ordinal);
        var detail = faults.Count == 0 ? "" : $"the certificate is not valid: {string.Join("; ", texts)}.";
        var fault = faults.Count == 0 ? CertificateFault.None : faults[0].Fault;
        return new CertificateFacts(fault, detail, new DateTimeOffset(certificate.NotBefore.ToUniversalTime()),
            new DateTimeOffset(certificate.NotAfter.ToUniversalTime()), [.. names.Take(MaxNames)]);
    }

    private X509ChainPolicy Policy(bool extra)
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck, // sending servers do not ask for it, and a check must not depend on a CA's CRL host
            DisableCertificateDownloads = true, // the server sends its chain (RFC 8446 section 4.4.2); nothing is fetched to complete it
            VerificationTimeIgnored = false,
            VerificationTime = time.GetUtcNow().LocalDateTime,
            TrustMode = extra ? X509ChainTrustMode.CustomRootTrust : X509ChainTrustMode.System,
        };
        policy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        if (extra)
        {
            policy.CustomTrustStore.AddRange(extraRoots!);
        }

        return policy;
    }

    private List<(CertificateFault Fault, string Text)> Build(X509Certificate2 certificate, bool extra, X509Certificate2Collection? sent)
    {
        var policy = Policy(extra);
        if (sent is not null)
        {
            policy.ExtraStore.AddRange(sent);
        }

        using var chain = BuildChain(certificate, policy);
        var faults = ChainFaults.Of(chain, time.GetUtcNow());
        Release(chain, certificate);
        return faults;
    }

    // The system may fetch a root that it trusts and has not met before. It then fetches missing intermediates too, which sending servers need not do: the
    // chain counts only where the server sent them itself. Null: nothing better than before.
    private List<(CertificateFault Fault, string Text)>? WithFetchedRoot(X509Certificate2 certificate, X509Certificate2Collection sent)
    {
        var policy = Policy(extra: false);
        policy.DisableCertificateDownloads = false;
        policy.UrlRetrievalTimeout = FetchLimit;
        policy.ExtraStore.AddRange(sent);
        using var chain = BuildChain(certificate, policy);
        var faults = ChainFaults.Of(chain, time.GetUtcNow());
        var isGood = !faults.Exists(f => f.Fault == CertificateFault.Untrusted)
            && SentAllIntermediates([.. chain.ChainElements.Select(e => e.Certificate.RawDataMemory)], [.. sent.Select(c => c.RawDataMemory)]);
        Release(chain, certificate);
        return isGood ? faults : null;
    }

    /// <summary>Whether a server sent every certificate between its own and the root (RFC 8446 section 4.4.2: the root alone may be left out).</summary>
    /// <param name="chain">The chain, from the server's certificate to the root.</param>
    /// <param name="sent">What the server sent.</param>
    internal static bool SentAllIntermediates(IReadOnlyList<ReadOnlyMemory<byte>> chain, IReadOnlyList<ReadOnlyMemory<byte>> sent) =>
        chain.Skip(1).SkipLast(1).All(c => sent.Any(s => s.Span.SequenceEqual(c.Span)));

    private static void Release(X509Chain chain, X509Certificate2 certificate)
    {
        foreach (var element in chain.ChainElements)
        {
            if (!ReferenceEquals(element.Certificate, certificate))
            {
                element.Certificate.Dispose();
            }
        }
    }
}
