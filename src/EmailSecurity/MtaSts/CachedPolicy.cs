namespace EmailSecurity.MtaSts;

/// <summary>A policy that senders may have cached, and until when at the latest.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Until">When the last sender has dropped it (RFC 8461 section 3.2: max_age); for the policy that is served now, if it is replaced now.</param>
public sealed record CachedPolicy(MtaStsPolicy Policy, DateTimeOffset Until);
