using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>The tags by which a stack knows what is its own and what it served, as they must be where the user declined some of the steps.</summary>
/// <remarks>A record that is not published is not claimed; a policy that is not served is not remembered.</remarks>
/// <param name="Owned">Parts that are the stack's whatever is declined.</param>
/// <param name="Wanted">Parts that are the stack's where nothing is declined: each becomes so by the step that publishes its record.</param>
/// <param name="ServedBefore">What is remembered of served policies where the new one is declined.</param>
internal sealed record StackMarks(StackParts Owned, StackParts Wanted, string? ServedBefore)
{
    /// <summary>The tags as planned, with what was declined left out.</summary>
    public IReadOnlyDictionary<string, string> Apply(IReadOnlyDictionary<string, string> tags, IReadOnlyCollection<Change> declined)
    {
        var left = declined.Aggregate(StackParts.None, (parts, c) => parts | c.Announces);
        var withoutPolicy = left.HasFlag(StackParts.MtaSts) || declined.Any(c => c.Operation is Operation.PutObject { Item.Key: StackNames.PolicyKey });
        if (!withoutPolicy && (left & Wanted) == StackParts.None)
        {
            return tags;
        }

        var result = new SortedDictionary<string, string>(tags.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
        if (tags.ContainsKey(StackNames.PartsTag))
        {
            result[StackNames.PartsTag] = StackOwnership.Text(Owned | (Wanted & ~left));
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
