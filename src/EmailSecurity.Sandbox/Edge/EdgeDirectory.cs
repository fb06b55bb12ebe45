using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EmailSecurity.Sandbox.Acm;
using EmailSecurity.Sandbox.CloudFront;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.Tls;

namespace EmailSecurity.Sandbox.Edge;

/// <summary>A third-party site and its certificate.</summary>
public sealed class Site(string host, SiteDefinition definition, Lazy<SslStreamCertificateContext> certificate)
{
    /// <summary>Host name.</summary>
    public string Host => host;

    /// <summary>What it does.</summary>
    public SiteDefinition Definition => definition;

    /// <summary>Its certificate, made when first needed.</summary>
    public SslStreamCertificateContext Certificate => certificate.Value;
}

/// <summary>Which distribution or site a host name belongs to, and with what certificate it is served.</summary>
public sealed class EdgeDirectory(SandboxClock clock, CloudFrontStore distributions, AcmStore certificates, SandboxCa ca)
{
    private readonly ConcurrentDictionary<string, Site> sites = new(StringComparer.Ordinal);
    private readonly ConditionalWeakTable<X509Certificate2, SslStreamCertificateContext> contexts = [];
    private readonly Lock gate = new();
    private (SslStreamCertificateContext Certificate, DateTimeOffset RenewAt)? fallback;

    /// <summary>True where a site needs its hello looked at before TLS starts.</summary>
    public bool HasSites => !sites.IsEmpty;

    /// <summary>Puts (replaces) a site.</summary>
    /// <exception cref="ArgumentException">The TLS mode is unknown.</exception>
    public void PutSite(string host, SiteDefinition definition)
    {
        if (!SiteDefinition.TlsModes.Contains(definition.Tls, StringComparer.Ordinal))
        {
            throw new ArgumentException($"tls is one of {string.Join(", ", SiteDefinition.TlsModes)}, not '{definition.Tls}'.", nameof(definition));
        }
        var name = host.ToLowerInvariant().TrimEnd('.');
        sites[name] = new Site(name, definition, new Lazy<SslStreamCertificateContext>(() => Issue(name, definition.Certificate)));
    }

    /// <summary>A site; null where there is none.</summary>
    public Site? FindSite(string host) => sites.GetValueOrDefault(host);

    /// <summary>Drops a site; false where there is none.</summary>
    public bool DeleteSite(string host) => sites.TryRemove(host.ToLowerInvariant().TrimEnd('.'), out _);

    /// <summary>The distribution that serves a host name now, with the configuration in force at the edge: exact alias first, then a wildcard.</summary>
    public (Distribution Distribution, EdgeConfig Config)? FindDistribution(string host)
    {
        var now = clock.Now;
        var wildcard = "*." + Dns.DnsName.Parent(host);
        lock (distributions.Gate)
        {
            (Distribution, EdgeConfig)? byWildcard = null;
            if (distributions.Moves.TryGetValue(host, out var move) && now < move.Until)
            {
                var answering = move.At(now);
                return (answering, answering.Edge);
            }
            foreach (var distribution in distributions.All)
            {
                if (distribution.EdgeAt(now) is not { } config)
                {
                    continue;
                }
                if (distribution.DomainName == host || config.Aliases.Contains(host, StringComparer.Ordinal))
                {
                    return (distribution, config);
                }
                if (config.Aliases.Contains(wildcard, StringComparer.Ordinal))
                {
                    byWildcard = (distribution, config);
                }
            }
            return byWildcard;
        }
    }

    /// <summary>
    /// The host that a name stands for: in a hello (RFC 6066 section 3) and in a Host header it has A-labels, the platform may tell it in Unicode.
    /// </summary>
    public static string HostOf(string serverName)
    {
        var name = serverName.ToLowerInvariant().TrimEnd('.');
        try
        {
            return name.All(char.IsAscii) ? name : new IdnMapping { AllowUnassigned = true, UseStd3AsciiRules = false }.GetAscii(name);
        }
        catch (ArgumentException)
        {
            return name; // no name that could be served
        }
    }

    /// <summary>How to shake hands for a server name. An unknown one gets the <c>*.cloudfront.net</c> certificate, as at CloudFront.</summary>
    public SslServerAuthenticationOptions TlsFor(string serverName)
    {
        var name = HostOf(serverName);
        if (sites.TryGetValue(name, out var site))
        {
            return Options(
                site.Certificate,
                site.Definition.Tls switch { "1.2" => SslProtocols.Tls12, "1.3" => SslProtocols.Tls13, _ => SslProtocols.Tls12 | SslProtocols.Tls13 });
        }
        if (FindDistribution(name) is not { Config: { Enabled: true, CertificateArn.Length: > 0 } config } found || found.Distribution.DomainName == name)
        {
            return Options(Fallback(), SslProtocols.Tls12 | SslProtocols.Tls13);
        }
        lock (certificates.Gate)
        {
            var certificate = certificates.Find(config.CertificateArn)?.Issued;
            var context = certificate is null ? Fallback() : contexts.GetValue(certificate, ca.Context);
            // Policies below TLSv1.2_2018 allow older versions too; no system library of today still speaks them.
            return Options(
                context,
                config.MinimumProtocolVersion.StartsWith("TLSv1.3", StringComparison.Ordinal) ? SslProtocols.Tls13 : SslProtocols.Tls12 | SslProtocols.Tls13);
        }
    }

    // CloudFront's own certificate; it never runs out, however far the clock is put forward.
    private SslStreamCertificateContext Fallback()
    {
        lock (gate)
        {
            var now = clock.Now;
            if (fallback is not { } known || now >= known.RenewAt)
            {
                var spec = new CertificateSpec { Names = ["*.cloudfront.net", "cloudfront.net"], NotBefore = now.AddDays(-30), NotAfter = now.AddDays(335) };
                fallback = known = (ca.Context(ca.Issue(spec)), now.AddDays(300));
            }
            return known.Certificate;
        }
    }

    private static SslServerAuthenticationOptions Options(SslStreamCertificateContext certificate, SslProtocols protocols) => new()
    {
        ServerCertificateContext = certificate,
        EnabledSslProtocols = protocols,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
    };

    private SslStreamCertificateContext Issue(string host, SiteCertificate certificate)
    {
        var today = clock.Now;
        return ca.Context(ca.Issue(new CertificateSpec
        {
            Names = certificate.Names.Count > 0 ? certificate.Names : [host],
            NotBefore = certificate.NotBefore ?? today.AddDays(-1),
            NotAfter = certificate.NotAfter ?? today.AddDays(90),
            IsTrusted = certificate.Trusted,
            IsCommonNameOnly = certificate.CommonNameOnly,
        }));
    }
}
