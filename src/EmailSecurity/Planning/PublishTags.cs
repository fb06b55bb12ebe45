using EmailSecurity.MtaSts;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>The tags that a publish gives the stack's resources.</summary>
/// <param name="Stack">Those of every resource.</param>
/// <param name="WithParts">Those, with the parts whose records are the stack's.</param>
/// <param name="WithMark">Those, with what a new resource remembers of served policies.</param>
/// <param name="Marks">How they read where steps are declined.</param>
/// <param name="Mark">What is remembered of served policies; null where nobody knows.</param>
internal sealed record PublishTags(IReadOnlyDictionary<string, string> Stack, IReadOnlyDictionary<string, string> WithParts,
    IReadOnlyDictionary<string, string> WithMark, StackMarks Marks, PolicyMark? Mark)
{
    /// <summary>The tags of a publish.</summary>
    /// <param name="stack">What is wished.</param>
    /// <param name="observed">The current state.</param>
    /// <param name="policy">The policy to be served; null for none.</param>
    /// <param name="promotion">The move to mode enforce that it is; null for none.</param>
    /// <param name="before">The parts that are the stack's now.</param>
    /// <param name="after">The parts that are the stack's after it.</param>
    public static PublishTags Of(StackWish stack, ObservedStack observed, MtaStsPolicy? policy, Promotion? promotion, StackParts before, StackParts after)
    {
        var evidence = new PolicyEvidence(observed);
        var known = evidence.Newest ?? (evidence.HeldUntil == DateTimeOffset.MinValue ? PolicyMark.Nothing : null);
        var mark = policy is null ? known : evidence.MarkOf(policy);
        var tags = StackPlanner.Tags(stack);
        var withParts = StackPlanner.WithTag(tags, StackNames.PartsTag, StackOwnership.Text(after));
        var withMark = mark is null ? withParts : StackPlanner.WithTag(withParts, StackNames.ServedTag, mark.ToString());
        withMark = promotion is null ? withMark : StackPlanner.WithTag(withMark, StackNames.EnforceTag, promotion.Tag);
        return new PublishTags(tags, withParts, withMark, new StackMarks(before, after, known?.ToString()), mark);
    }
}
