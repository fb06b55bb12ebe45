using EmailSecurity.Planning;
using EmailSecurity.Stacks;

namespace EmailSecurity.Applying;

/// <summary>How a step ended: done, failed (by step id), or to be waited for.</summary>
internal sealed record StepOutcome(IReadOnlyDictionary<string, EmailSecurityException> Errors, StepPending? Pending)
{
    public static StepOutcome Done { get; } = new(new Dictionary<string, EmailSecurityException>(StringComparer.Ordinal), null);

    public static StepOutcome Failed(IEnumerable<Change> changes, EmailSecurityException error)
        => new(changes.ToDictionary(c => c.Id, _ => error, StringComparer.Ordinal), null);

    public static StepOutcome Waits(string reason, DateTimeOffset? until = null, IReadOnlyList<DnsRecordState>? records = null)
        => Done with { Pending = new StepPending(reason, until, records ?? []) };
}

/// <summary>What a step waits for.</summary>
internal sealed record StepPending(string Reason, DateTimeOffset? Until, IReadOnlyList<DnsRecordState> Records);
