using EmailSecurity.Bimi;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Deployment;

/// <summary>A stack's distribution, the certificates for it, and, where there is none yet, the origin access control for a new one.</summary>
internal sealed record DistributionView(
    ObservedDistribution? Distribution, string? OriginAccessControlId, IReadOnlyList<ObservedCertificate> Certificates)
{
    /// <summary>The settings of the distribution's origin access control; null where not read.</summary>
    public OriginAccessControlSettings? OriginAccessControl { get; init; }
    /// <summary>Other distributions of the account that have one of the stack's hosts as an alias.</summary>
    public IReadOnlyList<ObservedDistribution> AliasHolders { get; init; } = [];
}

/// <summary>Reads a stack's distribution and certificates.</summary>
internal sealed class DistributionLooks(IEmailSecurityServices services)
{
    /// <summary>Finds the distribution that serves the stack's hosts, and the certificates it uses or could use.</summary>
    /// <param name="stack">What is wished.</param>
    /// <param name="caller">Whose the buckets are.</param>
    /// <param name="options">What the command is about.</param>
    /// <param name="full">Read also the settings of the origin access control, which hardly ever change.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<DistributionView> FindAsync(StackWish stack, CallerIdentity caller, ObserveOptions options, bool full, CancellationToken ct)
    {
        string[] hosts = [MtaStsPolicy.HostOf(stack.Domain), BimiRecord.FilesHostOf(stack.Domain, stack.BimiSubdomain)];
        string[] names = [.. hosts.Order(StringComparer.Ordinal)];
        var found = await services.Distributions.FindAsync(names, IsOwnOrigin, ct).ConfigureAwait(false);
        // By its tag; without one, by its origin: before an alias moves to it, nothing else shows it.
        var distribution = found.FirstOrDefault(d => StackNames.IsOwner(stack.Domain, d.Tags))
            ?? found.FirstOrDefault(d => IsOwnOrigin(d.Settings.OriginDomainName));
        ObservedDistribution[] holders =
            [.. found.Where(d => d != distribution && d.Settings.Aliases.Intersect(names, StringComparer.OrdinalIgnoreCase).Any())];
        var control = full && options.ForWarnings && distribution is { Settings.OriginAccessControlId: { Length: > 0 } id }
            ? services.Distributions.GetOriginAccessControlAsync(id, ct) : Task.FromResult<OriginAccessControlSettings?>(null);
        List<ObservedCertificate> certificates = [];
        string? oac = null;
        if (distribution is not null)
        {
            var arn = distribution.Settings.CertificateArn;
            // Empty: somebody put an IAM certificate there.
            var inUse = arn.Length == 0 ? null : await services.Certificates.GetAsync(arn, ct).ConfigureAwait(false);
            if (inUse is not null)
            {
                // The distribution is ours, and so, unless the user named another, is its certificate.
                certificates.Add(inUse);
            }
        }

        // The distribution no longer names it where somebody took it off.
        if (distribution is null || (options.ForRemoval && distribution.Settings.OriginAccessControlId.Length == 0))
        {
            oac = await services.Distributions.FindOriginAccessControlAsync(StackNames.OriginAccessControl, ct).ConfigureAwait(false);
        }

        if (stack.CertificateArn.Length > 0
            && certificates.TrueForAll(c => c.Arn != stack.CertificateArn)
            && await services.Certificates.GetAsync(stack.CertificateArn, ct).ConfigureAwait(false) is { } given)
        {
            certificates.Add(given);
        }

        var aboutBimi = options.Parts.HasFlag(StackParts.Bimi) && stack.Logo is not null;
        string[] needed =
        [
            .. options.Parts.HasFlag(StackParts.MtaSts) ? [MtaStsPolicy.HostOf(stack.Domain)] : Array.Empty<string>(),
            .. aboutBimi ? [HostingPlanner.BimiHost(stack, distribution, aboutBimi)] : Array.Empty<string>(),
        ];
        var usable = certificates.Any(c => c.Status == CertificateStatus.Issued && CertificatePlanner.Covers(c, needed));
        if (options.ForRemoval || !usable)
        {
            var ours = await services.Certificates.FindAsync(stack.Domain, [MtaStsPolicy.HostOf(stack.Domain)], ct).ConfigureAwait(false);
            certificates = [.. ours, .. certificates.Where(c => ours.All(o => o.Arn != c.Arn))];
        }

        return new DistributionView(distribution, oac, certificates)
        {
            AliasHolders = holders,
            OriginAccessControl = await control.ConfigureAwait(false),
        };

        bool IsOwnOrigin(string origin) => BucketForm.OfOrigin(stack.Domain, caller.AccountId, origin) is not null;
    }

    /// <summary>Adds which names the stack's certificates validate, and which of them other certificates need too.</summary>
    public async Task<ObservedStack> NamesAsync(StackWish stack, ObservedStack observed, CancellationToken ct)
    {
        var certificates = observed.Certificates.Where(c => StackNames.IsOwner(stack.Domain, c.Tags)).ToArray();
        string[] ours = [.. certificates.Select(c => c.Arn)];

        // With the names on our certificates: hosts of an earlier BIMI subdomain are among them.
        HashSet<string> names = new(certificates.SelectMany(c => c.Names), StringComparer.Ordinal)
        {
            MtaStsPolicy.HostOf(stack.Domain),
            HostingPlanner.BimiHost(stack, observed, aboutBimi: false),
            BimiRecord.FilesHostOf(stack.Domain, stack.BimiSubdomain),
        };
        // All at once: they share a listing.
        async Task<(string Name, bool IsShared)> AskAsync(string name)
            => (name, await services.Certificates.IsNameOnOtherCertificateAsync(name, ours, ct).ConfigureAwait(false));

        var others = await Task.WhenAll(names.Select(AskAsync)).ConfigureAwait(false);
        return observed with
        {
            ValidatedNames = names,
            NamesOnOtherCertificates = others.Where(o => o.IsShared).Select(o => o.Name).ToHashSet(StringComparer.Ordinal),
        };
    }
}
