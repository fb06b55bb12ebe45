using EmailSecurity.Bimi;
using EmailSecurity.Findings;
using EmailSecurity.Live;
using EmailSecurity.Marks;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Deployment;

/// <summary>Reads the mark certificate that is deployed, where the command names none, and tells whether it ends soon: for a plan only.</summary>
internal sealed class DeployedMark(IBuckets buckets)
{
    private const int MaxBytes = 65536;
    private const string File = "/certificate.pem";

    private static readonly string[] Codes = ["CertificateExpiresSoon", "IssuerExpiresSoon", "CertificateExpired", "IssuerExpired"];

    /// <summary>What is worth telling.</summary>
    public async Task<IReadOnlyList<Finding>> LookAsync(StackWish stack, ObserveOptions options, ObservedStack observed, CancellationToken ct)
    {
        if (options is not { AllSettings: true, ForWarnings: true } || stack.Logo is not null || !StackPlanner.OwnedParts(observed).HasFlag(StackParts.Bimi))
        {
            return [];
        }

        var name = BimiRecord.NameOf(stack.Domain, stack.BimiSelector);
        string[] texts = [.. observed.TextsAt(name)];
        var key = observed.AssetVersions.FirstOrDefault(v => v is { IsLatest: true, IsDeleteMarker: false } && v.Key.EndsWith(File, StringComparison.Ordinal)
            && texts.Any(t => t.Contains(v.Key, StringComparison.Ordinal)))?.Key;
        if (key is null || await buckets.GetObjectAsync(observed.AssetBucketName, key, null, MaxBytes, ct).ConfigureAwait(false) is not { } content)
        {
            return [];
        }

        var result = MarkCertificate.Check(content, new MarkCertificateOptions
        {
            At = observed.ObservedAt,
            Domain = stack.Domain,
            Selector = stack.BimiSelector,
            TrustedRoots = options.MarkRoots,
        });
        return [.. result.Findings.Where(f => Codes.Contains(f.Code, StringComparer.Ordinal)).Select(f => f with
        {
            Message = $"The deployed mark certificate {key}: {f.Message} After that: {Consequence.NoCertifiedLogo}",
        })];
    }
}
