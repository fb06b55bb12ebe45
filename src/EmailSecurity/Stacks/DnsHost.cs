namespace EmailSecurity.Stacks;

/// <summary>Who hosts the domain's DNS.</summary>
public enum DnsHost : long
{
    /// <summary>A public Route 53 hosted zone of the account: records are published by us.</summary>
    Route53,

    /// <summary>Somebody else: records are listed for the user to publish, and looked up until they are there.</summary>
    External,
}
