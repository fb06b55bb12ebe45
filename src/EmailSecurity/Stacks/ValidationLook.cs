using EmailSecurity.Ports;

namespace EmailSecurity.Stacks;

/// <summary>What DNS shows of a validation record that a certificate's renewal needs.</summary>
/// <param name="Record">The record.</param>
/// <param name="Answer">What DNS answers for its name.</param>
/// <param name="IsBogus">True where the answer does not validate with DNSSEC.</param>
public sealed record ValidationLook(ValidationRecord Record, DnsAnswer Answer, bool IsBogus);
