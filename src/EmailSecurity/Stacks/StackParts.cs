namespace EmailSecurity.Stacks;

/// <summary>The parts of a stack that one command is about.</summary>
[Flags]
public enum StackParts
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Hosting, policy and the <c>_mta-sts</c> record.</summary>
    MtaSts = 1,

    /// <summary>The <c>_smtp._tls</c> record.</summary>
    TlsRpt = 2,

    /// <summary>Hosting, logo, mark certificate and the assertion record.</summary>
    Bimi = 4,

    /// <summary>Everything that the stack describes.</summary>
    All = MtaSts | TlsRpt | Bimi,
}
