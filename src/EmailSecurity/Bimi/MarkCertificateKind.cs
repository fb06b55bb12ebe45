namespace EmailSecurity.Bimi;

/// <summary>What kind of mark certificate it is, from the mark type in its subject (MC Requirements section 1.1).</summary>
public enum MarkCertificateKind : long
{
    /// <summary>The mark type is missing or not one that the requirements know.</summary>
    Unknown,

    /// <summary>Verified Mark Certificate: Registered Mark or Government Mark.</summary>
    Vmc,

    /// <summary>Common Mark Certificate: Prior Use Mark or Modified Registered Mark.</summary>
    Cmc,
}
