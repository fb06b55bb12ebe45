using EmailSecurity.MtaSts;
using EmailSecurity.Stacks;
using EmailSecurity.Text;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>A domain to look at from outside, and what the input object knows of it.</summary>
/// <param name="Domain">The domain.</param>
/// <param name="Cached">The policies that senders may have cached: only a stack that Get-EmailSecurityStack read knows them.</param>
internal sealed record DomainSubject(string Domain, IReadOnlyList<CachedPolicy> Cached)
{
    /// <summary>The subject of an input object.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="stack">The stack of the pipeline; null for none.</param>
    /// <param name="now">The time.</param>
    public static DomainSubject Of(string domain, EmailSecurityStack? stack, DateTimeOffset now)
        => new(domain, stack is not null && MailDomain.TryNormalize(domain, out var name) && name == stack.Domain ? [.. Held(stack, now)] : []);

    private static IEnumerable<CachedPolicy> Held(EmailSecurityStack stack, DateTimeOffset now) =>
        from served in stack.PolicyHistory
        where served is { Mode: not MtaStsMode.None, MxHosts.Count: > 0 }
        let until = served.HeldUntil ?? now.AddSeconds(ServedPolicy.EdgeSeconds + served.MaxAge)
        select new CachedPolicy(MtaStsPolicy.Create(stack.Domain, served.Mode, served.MxHosts, served.MaxAge), until);
}
