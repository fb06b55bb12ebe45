namespace EmailSecurity.Tests.Kills;

/// <summary>How a command runs that nobody kills: what a moment is drawn from.</summary>
/// <param name="Writes">Its write calls.</param>
/// <param name="Calls">All of its calls.</param>
/// <param name="Milliseconds">From its first call to its end.</param>
internal sealed record KillSpan(int Writes, int Calls, int Milliseconds);

/// <summary>The moment at which a process is killed.</summary>
/// <param name="Number">The call, from 1; or milliseconds since the first.</param>
/// <param name="Kind">What is counted.</param>
internal sealed record KillPoint(int Number, KillPointKind Kind)
{
    /// <summary>Draws a moment: most of them at a write, where there is most to lose.</summary>
    public static KillPoint Draw(Random random, KillSpan span) => random.Next(20) switch
    {
        < 7 => new KillPoint(random.Next(span.Writes) + 1, KillPointKind.BeforeWrite),
        < 14 => new KillPoint(random.Next(span.Writes) + 1, KillPointKind.AfterWrite),
        < 17 => new KillPoint(random.Next(span.Calls) + 1, KillPointKind.AfterCall),
        _ => new KillPoint(random.Next(span.Milliseconds), KillPointKind.Time),
    };

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        KillPointKind.BeforeWrite => FormattableString.Invariant($"when write {Number} arrives, which is not carried out"),
        KillPointKind.AfterWrite => FormattableString.Invariant($"when write {Number} arrives, which is carried out"),
        KillPointKind.AfterCall => FormattableString.Invariant($"when call {Number} arrives"),
        _ => FormattableString.Invariant($"{Number} ms after its first call"),
    };
}

/// <summary>What a moment is counted by.</summary>
internal enum KillPointKind
{
    /// <summary>A write call arrives, and AWS does not carry it out: as if it had been lost on the way.</summary>
    BeforeWrite,

    /// <summary>A write call arrives, and AWS carries it out for nobody.</summary>
    AfterWrite,

    /// <summary>Any call arrives.</summary>
    AfterCall,

    /// <summary>Time passes, mostly in a wait.</summary>
    Time,
}
