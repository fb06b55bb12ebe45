using EmailSecurity.Planning;

namespace EmailSecurity.Applying;

/// <summary>What the user says to a change.</summary>
public enum ChangeDecision
{
    /// <summary>Do it.</summary>
    Apply,
    /// <summary>Leave it, and what depends on it.</summary>
    Skip,
    /// <summary>Only show what would be done (-WhatIf).</summary>
    WhatIf,
}

/// <summary>How far a run is.</summary>
/// <param name="Domain">The stack's domain.</param>
/// <param name="Done">Steps done.</param>
/// <param name="Total">Steps of the plan.</param>
/// <param name="Current">The step that was started, is waited for, or ended.</param>
/// <param name="Detail">What it is about now, for people.</param>
public sealed record PlanProgress(string Domain, int Done, int Total, Change Current, string Detail);

/// <summary>Who watches a run and answers for the user; called from any thread.</summary>
public interface IPlanHost
{
    /// <summary>True where only the plan is asked for (-WhatIf): nothing is waited for either.</summary>
    bool IsWhatIf => false;

    /// <summary>Called once, before anything is decided, with what the user should know.</summary>
    void Warn(IReadOnlyList<string> warnings)
    {
    }

    /// <summary>
    /// Asked once for each change that writes, in the order of the plan, all of them before the first write; not for what falls with a change declined
    /// before.
    /// </summary>
    ValueTask<ChangeDecision> DecideAsync(Change change, CancellationToken cancellationToken);

    /// <summary>Called at each step's start and end, and now and then while it waits.</summary>
    void Report(PlanProgress progress);
}
