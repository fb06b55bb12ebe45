using System.Globalization;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>Whether this machine's clock agrees with AWS's. Pure.</summary>
internal static class ClockCheck
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>Warns where the clocks are further apart than AWS tolerates in a signature.</summary>
    public static void Warn(PlanBuilder plan, ObservedStack observed)
    {
        if (observed.ClockOffset.Duration() > Tolerance)
        {
            plan.Warnings.Add(string.Create(CultureInfo.InvariantCulture,
                $"This computer's clock is {Duration.Words(observed.ClockOffset.Duration())} "
                + $"{(observed.ClockOffset > TimeSpan.Zero ? "behind" : "ahead of")} AWS's. "
                + $"The module uses AWS's clock to decide what senders still have cached. Set this computer's clock."));
        }
    }
}
