using System.Security.Cryptography;
using System.Text;
using EmailSecurity.Ports;

namespace EmailSecurity.Applying;

/// <summary>
/// Requests a stack's certificate so that two runs at once get one certificate, and a run after a failure or a deletion gets a new one.
/// </summary>
/// <remarks>
/// ACM answers a request under a token of the last hour with the certificate of before, whatever has become of it (ACM API reference,
/// RequestCertificate: "Idempotency tokens time out after one hour"). So the token derives from account and names alone; where the
/// certificate it points to has failed or is gone, the next token derives from that certificate's ARN too. Every run walks the same chain.
/// </remarks>
internal sealed class CertificateRequests(ICertificates certificates, TimeProvider time)
{
    private const int MaxSpent = 8;

    // RequestCertificate: "there is a delay of several seconds before you can retrieve information about the new certificate".
    private static readonly TimeSpan AppearLimit = TimeSpan.FromMinutes(1);

    /// <summary>Requests the certificate; returns the ARN, and what ACM says of it (null where it does not show it yet).</summary>
    /// <param name="accountId">AWS account.</param>
    /// <param name="names">Names, the common name first.</param>
    /// <param name="tags">Tags.</param>
    /// <param name="dead">ARNs known to be of no use: a look at them is saved.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<(string Arn, ObservedCertificate? Certificate)> RequestAsync(
        string accountId,
        IReadOnlyList<string> names,
        IReadOnlyDictionary<string, string> tags,
        IReadOnlyList<string> dead,
        CancellationToken cancellationToken)
    {
        List<string> spent = [];
        while (true)
        {
            var arn = await certificates.RequestAsync(names, Token(accountId, names, spent), tags, cancellationToken).ConfigureAwait(false);
            var certificate = dead.Contains(arn, StringComparer.Ordinal) ? null : await LookAsync(arn, cancellationToken).ConfigureAwait(false);
            if (certificate?.Status is CertificateStatus.PendingValidation or CertificateStatus.Issued or CertificateStatus.Inactive)
            {
                return (arn, certificate);
            }

            if (spent.Count == MaxSpent || spent.Contains(arn, StringComparer.Ordinal))
            {
                // Not shown, yet given again for a new token: ACM is slow. The steps that wait for it say what is missing.
                return (arn, certificate);
            }

            spent.Add(arn);
        }
    }

    /// <summary>The idempotency token: at most 32 of <c>[A-Za-z0-9_]</c>, the same for every run that knows the same.</summary>
    /// <param name="accountId">AWS account.</param>
    /// <param name="names">Names of the certificate; their order and case do not matter.</param>
    /// <param name="spent">ARNs that earlier tokens led to, and that are of no use.</param>
    public static string Token(string accountId, IEnumerable<string> names, IEnumerable<string> spent)
    {
        var parts = names.Select(n => n.ToLowerInvariant()).Order(StringComparer.Ordinal).Prepend(accountId).Append("").Concat(spent);
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))))[..32].ToLowerInvariant();
    }

    private async Task<ObservedCertificate?> LookAsync(string arn, CancellationToken cancellationToken)
    {
        ObservedCertificate? certificate = null;
        await Polling.UntilAsync(
            async ct => (certificate = await certificates.GetAsync(arn, ct).ConfigureAwait(false)) is not null,
            AppearLimit,
            time,
            _ => { },
            cancellationToken).ConfigureAwait(false);
        return certificate;
    }
}
