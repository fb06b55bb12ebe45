using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Deployment;

/// <summary>Under which names a stack's buckets are, or will be made.</summary>
/// <param name="Form">The form of the names.</param>
/// <param name="Assets">Name of the asset bucket.</param>
/// <param name="Logs">Name of the log bucket.</param>
/// <param name="Seen">The asset bucket, with what was read of it on the way; null where it does not exist.</param>
internal sealed record NamedBuckets(BucketForm Form, string Assets, string Logs, ObservedBucket? Seen);

/// <summary>
/// Finds a stack's buckets, whose names have one of several forms. One call shows those of a new stack; for others the distribution names the form, and before
/// it is made and after it is deleted, the account's own buckets do.
/// </summary>
/// <param name="services">AWS.</param>
/// <param name="memory">What this session has seen.</param>
/// <param name="stack">The stack.</param>
/// <param name="caller">Whose the buckets are.</param>
/// <param name="isRemoval">True where what is left of a stack is looked for.</param>
/// <param name="known">The form, where it is known; null for one to find.</param>
internal sealed class BucketSearch(
    IEmailSecurityServices services, SettingsMemory memory, StackWish stack, CallerIdentity caller, bool isRemoval, BucketForm? known = null)
{
    private BucketForm? lost;

    private BucketForm Usual => stack.IsBucketSuffixAsked ? BucketForm.Shared(stack.BucketSuffix) : BucketForm.ForNew(services.Region);

    /// <summary>The same where the form is known.</summary>
    public BucketSearch For(BucketForm form) => new(services, memory, stack, caller, isRemoval, form);

    /// <summary>The form that the distribution's origin shows; null where it shows none, or one that was given up.</summary>
    public BucketForm? Told(ObservedDistribution? distribution)
        => distribution is not null && BucketForm.OfOrigin(stack.Domain, caller.AccountId, distribution.Settings.OriginDomainName) is { } told && told != lost
            ? told : null;

    /// <summary>Finds the buckets.</summary>
    /// <exception cref="EmailSecurityException">BucketNameTaken, BucketSuffixDiffers, BucketSuffixAmbiguous.</exception>
    public async Task<NamedBuckets> FindAsync(Task<DistributionView> distribution, CancellationToken ct)
    {
        var first = known ?? (stack.IsBucketSuffixAsked ? Usual : memory.FormOf(caller.AccountId, stack.Domain) ?? Usual);
        NamedBuckets? seen = null;
        EmailSecurityException? taken = null;
        try
        {
            seen = await LookAsync(first, ct).ConfigureAwait(false);
        }
        catch (EmailSecurityException e) when (e.ErrorId == "BucketNameTaken" && !stack.IsBucketSuffixAsked && known is null)
        {
            taken = e;
        }

        if (known is not null || (seen?.Seen is not null && !stack.IsBucketSuffixAsked))
        {
            return seen!;
        }

        var told = Told((await distribution.ConfigureAwait(false)).Distribution);
        if (stack.IsBucketSuffixAsked)
        {
            return told is null || told == first ? seen! : throw Differs(told);
        }

        var form = told ?? await ListedAsync(ct).ConfigureAwait(false) ?? Usual;
        try
        {
            return form != first ? await LookAsync(form, ct).ConfigureAwait(false) : seen ?? throw taken!;
        }
        catch (EmailSecurityException e) when (e.ErrorId == "BucketNameTaken" && Usual != form)
        {
            // Somebody deleted the bucket, and another account took its name: until the distribution reads another, that account says what it serves. Where
            // there is no distribution, what is left of the stack is the log bucket.
            lost = form;
            return told is null && isRemoval ? Names(form) : await LookAsync(Usual, ct).ConfigureAwait(false);
        }
    }

    private async Task<NamedBuckets> LookAsync(BucketForm form, CancellationToken ct)
    {
        var names = Names(form);
        return names with { Seen = await services.Buckets.GetAsync(names.Assets, BucketLooks.Existence, ct).ConfigureAwait(false) };
    }

    // Null where there are none.
    private async Task<BucketForm?> ListedAsync(CancellationToken ct)
    {
        var own = await services.Buckets.FindAsync(BucketForm.Prefix(stack.Domain), ct).ConfigureAwait(false);
        if (own is null)
        {
            return await IsThereAsync(BucketForm.Shared(), ct).ConfigureAwait(false) ? BucketForm.Shared() : null;
        }

        return BucketForm.OfNames(stack.Domain, caller.AccountId, own) switch
        {
            [] => null,
            [var only] => only,
            var several when several.Contains(Usual) => Usual,
            var several when several.Contains(BucketForm.Shared()) => BucketForm.Shared(),
            var several => throw Ambiguous(several),
        };
    }

    // Who may not list the buckets can still ask for each by its name.
    private async Task<bool> IsThereAsync(BucketForm form, CancellationToken ct)
    {
        var (_, assets, logs, _) = Names(form);
        foreach (var name in (string[])[assets, logs])
        {
            try
            {
                if (await services.Buckets.GetAsync(name, BucketLooks.Existence, ct).ConfigureAwait(false) is not null)
                {
                    return true;
                }
            }
            catch (EmailSecurityException e) when (e.ErrorId == "BucketNameTaken")
            {
                // Somebody else's, and none of ours.
            }
        }

        return false;
    }

    private NamedBuckets Names(BucketForm form)
        => new(form, StackNames.AssetBucket(stack.Domain, caller.AccountId, form), StackNames.LogBucket(stack.Domain, caller.AccountId, form), null);

    private EmailSecurityException Differs(BucketForm deployed) => new("BucketSuffixDiffers", ErrorKind.InvalidOperation,
        $"The stack of {stack.Domain} is deployed with bucket {Names(deployed).Assets}; buckets cannot be renamed.",
        $"Leave -BucketSuffix out, and the command finds the deployed ones; run: Publish-EmailSecurityStack {stack.Domain}")
    { Target = stack.Domain };

    private EmailSecurityException Ambiguous(IReadOnlyList<BucketForm> forms) => new("BucketSuffixAmbiguous", ErrorKind.InvalidOperation,
        $"{stack.Domain} has buckets with more than one form of name ({string.Join(", ", forms.Select(f => Names(f).Assets))}), and no distribution shows "
            + "which are in use.",
        $"Choose the ones to use. {string.Join(" ", forms.Select(Choice))}")
    { Target = stack.Domain };

    private string Choice(BucketForm form) => $"For {Names(form).Assets}, "
        + (form.Suffix.Length > 0 ? $"pipe this to the same command: New-EmailSecurityStack {stack.Domain} -BucketSuffix {form.Suffix}."
            : form.Region.Length > 0 ? $"run the same command again with -Region {form.Region}."
            : "empty and delete the others in S3.");
}
