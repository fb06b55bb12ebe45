using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>The account's shared origin access controls: where one is full, the next is opened (EmailSecurity, EmailSecurity-2, ...).</summary>
/// <remarks>CloudFront quotas: 100 distributions for each origin access control, 100 origin access controls for each account.</remarks>
internal sealed class SharedOriginAccessControl(IDistributions distributions)
{
    /// <summary>Error of a distribution whose origin access control has no room for it.</summary>
    public const string FullErrorId = "OriginAccessControlFull";

    /// <summary>Error of a distribution whose origin access control was deleted meanwhile, by the removal of another stack.</summary>
    public const string GoneErrorId = "OriginAccessControlNotFound";

    private const string Description = "Reads of the EmailSecurity buckets";
    private const int MaxControls = 100;

    /// <summary>Creates the control by its first name, or finds it.</summary>
    public Task<string> CreateAsync(string name, CancellationToken cancellationToken) =>
        distributions.CreateOriginAccessControlAsync(name, Description, cancellationToken);

    /// <summary>Makes or changes a distribution; where its control is full or gone, with the next that has room.</summary>
    public async Task<ObservedDistribution> ApplyAsync(
        DistributionSettings settings, Func<DistributionSettings, Task<ObservedDistribution>> apply, CancellationToken cancellationToken)
    {
        HashSet<string> unusable = new(StringComparer.Ordinal);
        var number = 0;
        while (true)
        {
            try
            {
                return await apply(settings).ConfigureAwait(false);
            }
            catch (EmailSecurityException e) when (e.ErrorId is FullErrorId or GoneErrorId && number < MaxControls)
            {
                unusable.Add(settings.OriginAccessControlId);
            }

            string next;
            do
            {
                next = await CreateAsync(StackNames.OriginAccessControlName(++number), cancellationToken).ConfigureAwait(false);
            }
            while (unusable.Contains(next) && number < MaxControls);
            settings = settings with { OriginAccessControlId = next };
        }
    }
}
