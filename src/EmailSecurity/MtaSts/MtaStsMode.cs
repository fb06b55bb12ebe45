namespace EmailSecurity.MtaSts;

/// <summary>The policy mode (RFC 8461 section 5): what a sender does where an MX host fails validation.</summary>
public enum MtaStsMode : long
{
    /// <summary>No active policy; also the way out of MTA-STS (section 8.3).</summary>
    None,

    /// <summary>Deliver all the same; failures are reported through TLS-RPT.</summary>
    Testing,

    /// <summary>Do not deliver to an MX host that fails.</summary>
    Enforce,
}
