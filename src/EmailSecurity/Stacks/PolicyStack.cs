using EmailSecurity.MtaSts;

namespace EmailSecurity.Stacks;

/// <summary>The stack that a policy came with on the pipeline. The standard's own types know nothing of stacks, so it is typed here.</summary>
public static class PolicyStack
{
    /// <summary>The stack that the policy came with; null where it came alone.</summary>
    /// <param name="policy">The policy.</param>
    public static EmailSecurityStack? GetStack(this MtaStsPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return policy.Stack as EmailSecurityStack;
    }
}
