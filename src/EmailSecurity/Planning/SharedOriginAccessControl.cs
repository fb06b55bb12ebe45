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

    /// <summary>Error of a control that somebody changed so that it does not sign every read.</summary>
    public const string UnsoundErrorId = "OriginAccessControlUnsound";

    private const string Description = "Reads of the EmailSecurity buckets";
    private const int MaxControls = 100;

    /// <summary>Creates the control by its first name, or finds it; where somebody changed that one, by the next.</summary>
    public async Task<string> CreateAsync(CancellationToken cancellationToken)
    {
        for (var number = 1; ; number++)
        {
            if (await TryCreateAsync(number, cancellationToken).ConfigureAwait(false) is { } id)
            {
                return id;
            }
        }
    }

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

            string? next;
            do
            {
                next = await TryCreateAsync(++number, cancellationToken).ConfigureAwait(false);
            }
            while ((next is null || unusable.Contains(next)) && number < MaxControls);
            settings = settings with { OriginAccessControlId = next ?? settings.OriginAccessControlId };
        }
    }

    private async Task<string?> TryCreateAsync(int number, CancellationToken cancellationToken)
    {
        try
        {
            return await distributions.CreateOriginAccessControlAsync(StackNames.OriginAccessControlName(number), Description, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (EmailSecurityException e) when (e.ErrorId == UnsoundErrorId && number < MaxControls)
        {
            return null;
        }
    }
}
