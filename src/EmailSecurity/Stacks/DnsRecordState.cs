using EmailSecurity.Findings;

namespace EmailSecurity.Stacks;

/// <summary>Whether a record that a stack needs is in DNS.</summary>
public enum DnsRecordStatus : long
{
    /// <summary>As it should be.</summary>
    Published,
    /// <summary>Not there.</summary>
    Missing,
    /// <summary>There, with another value.</summary>
    Different,
    /// <summary>Not to be published yet: what it points to is not ready.</summary>
    NotYet,
    /// <summary>Not looked up, or DNS gave no answer; the note says why.</summary>
    Unknown,
}

/// <summary>One record that a stack needs in DNS.</summary>
public sealed record DnsRecordState
{
    /// <summary>Owner name, without the final dot.</summary>
    public required string Name { get; init; }
    /// <summary><c>TXT</c>, <c>CNAME</c>, <c>A</c> or <c>AAAA</c>.</summary>
    public required string Type { get; init; }
    /// <summary>The value it should have: a TXT's text without quotes, a target name without the final dot; empty while AWS has not named it.</summary>
    public required string Value { get; init; }
    /// <summary>Seconds.</summary>
    public required int Ttl { get; init; }
    /// <summary>What it is for.</summary>
    public required string Purpose { get; init; }
    /// <summary>Whether it is in DNS.</summary>
    public DnsRecordStatus Status { get; init; } = DnsRecordStatus.Unknown;
    /// <summary>The value seen in DNS, as senders see it: only what counts where others have records at the same name; empty for none.</summary>
    public string ObservedValue { get; init => field = VisibleText.Of(value); } = "";
    /// <summary>
    /// What is worth knowing about it, and what to change: where Route 53 and DNS disagree, where the record is instead; empty for nothing.
    /// </summary>
    public string Note { get; init => field = VisibleText.Of(value); } = "";
    /// <summary>The stack's domain.</summary>
    public required string Domain { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Type} {Value} ({Status})";
}
