using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Sandbox.Tls;

/// <summary>How long the sandbox's authorities are good for: somebody may go on trusting a root after the sandbox has ended.</summary>
/// <param name="From">Beginning.</param>
/// <param name="To">End.</param>
internal sealed record CaLifetime(DateTimeOffset From, DateTimeOffset To)
{
    // A test's clock jumps over years, and its roots end with the test.
    private static readonly CaLifetime OfTests = new(new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2060, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>From yesterday (clocks differ) until some time from now.</summary>
    public static CaLifetime Of(SandboxClock clock, TimeSpan length) =>
        clock.Time == TimeProvider.System ? new CaLifetime(clock.Now.AddDays(-1), clock.Now + length) : OfTests;
}
