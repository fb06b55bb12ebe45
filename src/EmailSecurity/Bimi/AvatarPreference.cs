namespace EmailSecurity.Bimi;

/// <summary>The <c>avp</c> tag: which picture the domain owner would rather see shown.</summary>
public enum AvatarPreference : long
{
    /// <summary>The brand's indicator; the default.</summary>
    Brand,

    /// <summary>The sender's personal avatar, where there is one.</summary>
    Personal,
}
