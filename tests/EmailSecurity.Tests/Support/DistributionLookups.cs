using EmailSecurity.Ports;

namespace EmailSecurity.Tests.Support;

/// <summary>What tests ask of the distributions.</summary>
internal static class DistributionLookups
{
    /// <summary>The account's distribution that has most of the aliases; null where none has any.</summary>
    public static async Task<ObservedDistribution?> FindByAliasAsync(this IDistributions distributions, IReadOnlyList<string> aliases, CancellationToken cancellationToken)
        => (await distributions.FindAsync(aliases, _ => false, cancellationToken)).FirstOrDefault();
}
