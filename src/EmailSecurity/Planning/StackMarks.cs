using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>The tags by which a stack knows what is its own and what it served, as they must be where the user declined some of the steps.</summary>
/// <remarks>A record that is not published is not claimed; a policy that is not served is not remembered.</remarks>
/// <param name="Owned">Parts that are the stack's whatever is declined.</param>
/// <param name="Wanted">Parts that become the stack's, by the step that publishes their record.</param>
/// <param name="ServedBefore">What is remembered of served policies where the new one is declined.</param>
internal sealed record StackMarks(StackParts Owned, IReadOnlyDictionary<string, StackParts> Wanted, string? ServedBefore)
{
    /// <summary>The tags as planned, with what was declined left out.</summary>
    public IReadOnlyDictionary<string, string> Apply(IReadOnlyDictionary<string, string> tags, IReadOnlySet<string> declined)
    {
        var withoutPolicy = declined.Contains(StackPlanner.PolicyStep) || declined.Contains(StackPlanner.PolicyRecordStep);
        if (!withoutPolicy && !Wanted.Keys.Any(declined.Contains))
        {
            return tags;
        }

        var result = new SortedDictionary<string, string>(tags.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
        if (tags.ContainsKey(StackNames.PartsTag))
        {
            result[StackNames.PartsTag] = StackOwnership.Text(Wanted.Where(w => !declined.Contains(w.Key)).Aggregate(Owned, (parts, w) => parts | w.Value));
        }

        if (tags.ContainsKey(StackNames.ServedTag) && withoutPolicy)
        {
            if (ServedBefore is null)
            {
                result.Remove(StackNames.ServedTag);
            }
            else
            {
                result[StackNames.ServedTag] = ServedBefore;
            }
        }

        return result;
    }
}
