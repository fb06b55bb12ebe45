namespace EmailSecurity.Dmarc;

/// <summary>What the domain owner asks of receivers for mail that fails DMARC (RFC 9989 section 4.7, tags p, sp and np).</summary>
public enum DmarcPolicy : long
{
    /// <summary>No preference: monitoring.</summary>
    None,

    /// <summary>Such mail is suspicious.</summary>
    Quarantine,

    /// <summary>Such mail is not from the domain.</summary>
    Reject,
}

/// <summary>How closely identifiers have to align (RFC 9989 section 4.7, tags adkim and aspf).</summary>
public enum DmarcAlignment : long
{
    /// <summary>The same organisational domain; the default.</summary>
    Relaxed,

    /// <summary>The same domain.</summary>
    Strict,
}

/// <summary>The psd tag (RFC 9989 section 4.7).</summary>
public enum DmarcPsd : long
{
    /// <summary>Not said; the default: the tree walk decides.</summary>
    Unknown,

    /// <summary>The domain is a public suffix.</summary>
    Yes,

    /// <summary>The domain is an organisational domain and no public suffix.</summary>
    No,
}
