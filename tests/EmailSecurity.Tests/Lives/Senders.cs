namespace EmailSecurity.Tests.Lives;

/// <summary>A policy that some sender may hold.</summary>
/// <param name="Policy">What it says.</param>
/// <param name="Until">When the last sender drops it: the last moment at which one could fetch it, and its max_age (RFC 8461 section 3.2).</param>
/// <param name="IsOthers">True where somebody put it there whom nobody asked.</param>
internal sealed record HeldPolicy(SeenPolicy Policy, DateTimeOffset Until, bool IsOthers);

/// <summary>
/// All senders of the world at once: whatever can be fetched at a moment, some sender fetches at that moment, and holds until max_age is over. Such a sender
/// need not ask DNS again before that.
/// </summary>
internal sealed class Senders
{
    private readonly Dictionary<string, HeldPolicy> held = new(StringComparer.Ordinal);

    /// <summary>A policy can be fetched now.</summary>
    public void Fetch(string text, SeenPolicy policy, DateTimeOffset now, bool isOthers)
    {
        var until = now.AddSeconds(policy.MaxAge);
        if (!held.TryGetValue(text, out var before) || before.Until < until)
        {
            held[text] = new HeldPolicy(policy, until, before?.IsOthers ?? isOthers);
        }
    }

    /// <summary>What some sender may hold.</summary>
    public IEnumerable<(string Text, HeldPolicy Held)> Held(DateTimeOffset now) => held.Where(h => h.Value.Until > now).Select(h => (h.Key, h.Value));

    /// <summary>The policy other than none that is held longest; null for none.</summary>
    public HeldPolicy? Latest(DateTimeOffset now) => Held(now).Select(h => h.Held).Where(h => h.Policy.Mode != "none" && !h.IsOthers).MaxBy(h => h.Until);

    /// <summary>Leaves out of account what is held now.</summary>
    public void Forget() => held.Clear();
}
