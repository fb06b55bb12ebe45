namespace EmailSecurity.Findings;

/// <summary>How much a finding matters to mail and to brand display.</summary>
public enum FindingSeverity : long
{
    /// <summary>Worth knowing; nothing to do.</summary>
    Information,

    /// <summary>Works today, but a SHOULD of the standard is broken or trouble lies ahead.</summary>
    Warning,

    /// <summary>A conforming receiver would not use what was checked.</summary>
    Error,
}

/// <summary>One thing a check has to say: which rule, where, and how to fix it.</summary>
public sealed record Finding
{
    /// <summary>Stable code, PascalCase, for scripts and Pester runs: <c>PolicyMaxAgeTooLarge</c>.</summary>
    public required string Code { get; init; }

    /// <summary>How much it matters.</summary>
    public required FindingSeverity Severity { get; init; }

    /// <summary>The standard whose rule this is: <c>RFC 8461</c>.</summary>
    public required string Standard { get; init; }

    /// <summary>The section of <see cref="Standard"/>: <c>3.2</c>; empty where the rule has none.</summary>
    public required string Section { get; init; }

    /// <summary>What was found, in one sentence; what came from outside is safe to show (<see cref="VisibleText"/>), as it is in the properties
    /// below.</summary>
    public required string Message { get; init => field = VisibleText.Of(value); }

    /// <summary>What to do about it, in one sentence; empty where there is nothing to do.</summary>
    public required string Fix { get; init => field = VisibleText.Of(value); }

    /// <summary>Where: a DNS name, a URL, a file, an element; null where it is the whole.</summary>
    public string? Location { get; init => field = value is null ? null : VisibleText.Of(value); }

    /// <summary>Line in the text, from 1; null where it has none.</summary>
    public int? Line { get; init; }

    /// <summary>Column in the line, from 1; null where it has none.</summary>
    public int? Column { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Severity}: {Message} ({Code}, {Standard}{(Section.Length > 0 ? " section " + Section : "")})";
}
