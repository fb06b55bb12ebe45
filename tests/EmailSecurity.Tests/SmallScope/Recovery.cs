using EmailSecurity.Planning;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.SmallScope;

/// <summary>
/// From every state, a publish leads to all that is desired, and a removal to nothing of the stack's. Where a command refuses, what its error advises is done,
/// and then it has to go on.
/// </summary>
internal sealed class Recovery(CommandRun run)
{
    private const int MaxTries = 12;
    private readonly HashSet<UInt128> published = [];
    private readonly HashSet<(UInt128, Command, bool)> removed = [];

    /// <summary>How often each refusal was met.</summary>
    public Dictionary<string, int> Refusals { get; } = new(StringComparer.Ordinal);

    /// <summary>What is wrong with publishing from here; null for nothing.</summary>
    public string? OfPublish(AccountFacts facts)
    {
        var command = Command.Publish;
        List<string> tried = [];
        for (var i = 0; i < MaxTries; i++)
        {
            var end = run.Whole(facts, command);
            tried.Add($"{command}: {end.Label}");
            if (end.Violation is not null)
            {
                return end.Violation;
            }

            facts = end.Facts;
            if (end.IsComplete)
            {
                return Invariants.OfPublished(facts, end.Policy!) ?? (published.Add(FactsKey.Of(facts)) ? SecondPlan(facts, command) : null);
            }

            if (Advice.Follow(facts, command, end.Errors, isRemoval: false) is not { } advised)
            {
                return $"A publish ends nowhere: {string.Join(" / ", tried)}: {end.Errors.FirstOrDefault()?.Message}";
            }

            Count(end.Errors, "publish");
            (facts, command) = advised;
        }

        return $"A publish does not end: {string.Join(" / ", tried)}";
    }

    /// <summary>What is wrong with removing from here; null for nothing.</summary>
    public string? OfRemoval(AccountFacts facts)
    {
        var hasForeign = facts.Assets?.Objects.Exists(o => o.Version.Key == Hands.ForeignKey) == true;
        var unknown = facts.AnnouncedId is { } id && !StackOwnership.IsPolicyRecordOurs(run.Observe(facts, Command.Remove)) ? id : null;
        var command = Command.Remove;
        List<string> tried = [];
        List<(UInt128, Command, bool)> passed = [];
        for (var i = 0; i < MaxTries; i++)
        {
            passed.Add((FactsKey.Of(facts), command, hasForeign));
            if (removed.Contains(passed[^1]))
            {
                return null; // from there it is known
            }

            var end = run.Whole(facts, command);
            tried.Add($"{command}: {end.Label}");
            if (end.Violation is not null)
            {
                return end.Violation;
            }

            facts = end.Facts;
            if (end.Until is { } until && until > facts.Now)
            {
                facts = AbstractAccount.Pass(facts, until);
                continue;
            }

            if (end.Errors.All(e => e.ErrorId == "ForeignObjects") && command.Removal is not null)
            {
                removed.UnionWith(passed);
                return Left(facts, hasForeign, unknown) is { } left ? $"{left} {string.Join(" / ", tried)}" : null;
            }

            if (end.IsComplete)
            {
                command = Command.Remove; // what the removal advised is done
                continue;
            }

            if (Advice.Follow(facts, command, end.Errors, isRemoval: true) is not { } advised)
            {
                return $"A removal ends nowhere: {string.Join(" / ", tried)}: {end.Errors.FirstOrDefault()?.Message}";
            }

            Count(end.Errors, "removal");
            (facts, command) = advised;
        }

        return $"A removal does not end: {string.Join(" / ", tried)}";
    }

    private string? SecondPlan(AccountFacts facts, Command command)
    {
        try
        {
            var plan = run.Plan(facts, Command.Publish with { Options = command.Options });
            return plan.IsEmpty ? null : $"The publish is done, and the next plan is not empty: {string.Join("; ", plan.Changes)}";
        }
        catch (EmailSecurityException e)
        {
            return $"The publish is done, and the next plan refuses: {e.Message}";
        }
    }

    // A record that nothing shows to be the stack's any more stays, for it may be somebody else's.
    private static string? Left(AccountFacts facts, bool hasForeign, string? unknown)
    {
        return facts.Assets is { } assets && !(hasForeign && assets.Objects.TrueForAll(o => o.Version.Key == Hands.ForeignKey)) ? "The asset bucket is left."
            : hasForeign && facts.Assets is null ? "What others put into the asset bucket is gone."
            : facts.Logs is not null ? "The log bucket is left."
            : facts.Distribution is not null ? "The distribution is left."
            : facts.Certificates.Exists(c => StackNames.IsOwner(AccountFacts.Domain, c.Tags)) ? "A certificate is left."
            : facts.AnnouncedId is { } id && id != unknown && id is not ("20260101" or Hands.PredecessorId) ? $"The record that announces {id} is left."
            : null;
    }

    private void Count(IReadOnlyList<EmailSecurityException> errors, string what)
    {
        foreach (var error in errors.Select(e => $"{what} {e.ErrorId}").Distinct(StringComparer.Ordinal))
        {
            Refusals[error] = Refusals.GetValueOrDefault(error) + 1;
        }
    }
}

/// <summary>Does what the fix of an error advises.</summary>
internal static class Advice
{
    public static (AccountFacts Facts, Command Command)? Follow(AccountFacts f, Command command, IReadOnlyList<EmailSecurityException> errors, bool isRemoval)
    {
        var error = errors.FirstOrDefault(e => e.ErrorId != "ForeignObjects");
        return error?.ErrorId switch
        {
            "BucketNotOurs" => (f with { Assets = f.Assets?.With(Tagged), Logs = f.Logs?.With(Tagged) }, command),
            "DistributionNotOurs" when f.Foreign is not null => (f with { Foreign = null }, command),
            "DistributionNotOurs" => (f with { Distribution = f.Distribution! with { Tags = Tagged(f.Distribution.Tags) } }, command),
            "AliasTaken" => (f with { Foreign = null }, command),
            "PolicyNotKnown" or "EnforceNotReady" => (f, command.Options.Adopt ? Command.PublishKnown.Adopting : Command.PublishKnown),
            "ForeignRecord" when !command.Options.Adopt => (f, command.Adopting),
            "PolicyDoesNotCoverMx" => (f, Command.PublishKnown with { Name = "publish -Mode Testing", Options = command.Options }),
            "CertificateNotValidated" => (AbstractAccount.Pass(f, f.Now.AddMinutes(15)), command),
            "DistributionMissing" or "DistributionDisabled" or "AssetBucketMissing" or "PolicyHostElsewhere" or "CertificateNotUsable" when isRemoval && command.Removal is not null => (f, Command.Publish),
            _ => null,
        };
    }

    private static Ports.BucketSettings Tagged(Ports.BucketSettings s) => s with { Tags = Tagged(s.Tags) };

    private static Dictionary<string, string> Tagged(IReadOnlyDictionary<string, string> tags)
        => new(tags.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal) { [StackNames.OwnerTag] = AccountFacts.Domain };
}
