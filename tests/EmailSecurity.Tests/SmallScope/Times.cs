using EmailSecurity.MtaSts;
using EmailSecurity.Ports;

namespace EmailSecurity.Tests.SmallScope;

/// <summary>Time passes: until when; null where that is no event now.</summary>
internal sealed record Passing(string Name, Func<AccountFacts, DateTimeOffset?> Until);

/// <summary>The instants that decide something.</summary>
internal static class Times
{
    private static readonly TimeSpan TestingTime = TimeSpan.FromDays(7) + TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestTime = TimeSpan.FromSeconds(MtaStsPolicy.MaxMaxAge) + TimeSpan.FromDays(2);

    public static readonly IReadOnlyList<Passing> All =
    [
        new("a quarter of an hour passes", f => IsSettled(f) ? null : f.Now.AddMinutes(15)),
        new("a week passes", f => f.Now + TestingTime),
        new("it is a second before the last sender forgets", f => Due(f) is { } due && due.AddSeconds(-1) > f.Now ? due.AddSeconds(-1) : null),
        new("the last sender forgets", Due),
        new("a year passes", f => f.Now + LongestTime),
    ];

    // While a policy that asks for anything can be fetched, there is no last sender.
    private static DateTimeOffset? Due(AccountFacts f)
        => f.LastHeld is { } due && due > f.Now && (f.AnnouncedId is null || !f.EdgeAnswers.OfType<string>().Any(t => Policies.Of(t).Mode != MtaStsMode.None)) ? due : null;

    private static bool IsSettled(AccountFacts f) => f.Stale.Count == 0 && f.Distribution is not { IsDeployed: false }
        && !f.Certificates.Exists(c => c.Status == CertificateStatus.PendingValidation);
}
