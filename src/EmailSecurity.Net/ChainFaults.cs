using System.Security.Cryptography.X509Certificates;

namespace EmailSecurity.Net;

/// <summary>What is wrong with a chain that was built.</summary>
internal static class ChainFaults
{
    /// <summary>Every fault, with words for it.</summary>
    public static List<(CertificateFault Fault, string Text)> Of(X509Chain chain, DateTimeOffset now)
    {
        List<(CertificateFault, string)> faults = [];
        for (var i = 0; i < chain.ChainElements.Count; i++)
        {
            var element = chain.ChainElements[i];
            foreach (var status in element.ChainElementStatus)
            {
                Add(status, element.Certificate, i);
            }
        }
        if (faults.Count == 0)
        {
            foreach (var status in chain.ChainStatus)
            {
                Add(status, null, 0);
            }
        }

        return faults;

        void Add(X509ChainStatus status, X509Certificate2? certificate, int depth)
        {
            var whose = depth == 0 ? "it" : $"the certificate of its issuer {certificate!.Subject}";
            switch (status.Status)
            {
                case X509ChainStatusFlags.NoError:
                    break;
                case X509ChainStatusFlags.NotTimeValid or X509ChainStatusFlags.NotTimeNested or X509ChainStatusFlags.CtlNotTimeValid:
                    faults.Add((CertificateFault.NotTimeValid, certificate is null ? "it is outside its validity period"
                        : certificate.NotAfter.ToUniversalTime() < now.UtcDateTime
                            ? Invariant($"{whose} expired on {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC")
                        : Invariant($"{whose} is not valid before {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm} UTC")));
                    break;
                case X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain:
                    faults.Add((CertificateFault.Untrusted, status.Status == X509ChainStatusFlags.PartialChain
                        ? "its chain ends before a trusted root (is an intermediate missing?)"
                        : chain.ChainElements.Count == 1 ? "it is self-signed" : "its root is not trusted"));
                    break;
                default:
                    faults.Add((CertificateFault.Untrusted, $"{status.Status}{whose}"));
                    break;
            }
        }
    }
}
