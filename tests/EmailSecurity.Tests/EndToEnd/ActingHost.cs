using EmailSecurity.Applying;
using EmailSecurity.Planning;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>Says yes to every step; before the first answer, when all is observed and nothing is written, somebody else acts.</summary>
internal sealed class ActingHost(Func<Task> act) : IPlanHost
{
    /// <summary>True once that is done.</summary>
    public bool HasActed { get; private set; }

    public async ValueTask<ChangeDecision> DecideAsync(Change change, CancellationToken cancellationToken)
    {
        if (!HasActed)
        {
            HasActed = true;
            await act();
        }

        return ChangeDecision.Apply;
    }

    public void Report(PlanProgress progress)
    {
    }
}
