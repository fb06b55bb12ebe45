using EmailSecurity.Marks;

namespace EmailSecurity.Live;

/// <summary>What a look at a live domain includes, and its bounds.</summary>
public sealed record LiveOptions
{
    /// <summary>Connect to each MX and check STARTTLS and its certificate (RFC 8461 section 4).</summary>
    public bool ProbeSmtp { get; init; }

    /// <summary>Check that the receivers of TLS reports can be reached (RFC 8460 section 3).</summary>
    public bool CheckReceivers { get; init; }

    /// <summary>Look for CAA records that would stop ACM from issuing or renewing.</summary>
    public bool CheckCaa { get; init; }

    /// <summary>BIMI selector.</summary>
    public string Selector { get; init; } = Bimi.BimiSelector.Default;

    /// <summary>Mark roots that a mark certificate's chain must end in.</summary>
    public MarkCertificateRoots MarkRoots { get; init; } = MarkCertificateRoots.Default;

    /// <summary>Port of the mail servers; 25 but for tests.</summary>
    public int SmtpPort { get; init; } = 25;

    /// <summary>Cap on a policy fetch: RFC 8461 section 3.3 suggests a minute.</summary>
    public TimeSpan FetchTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Cap on the conversation with one mail server.</summary>
    public TimeSpan SmtpTimeout { get; init; } = TimeSpan.FromSeconds(20);
}
