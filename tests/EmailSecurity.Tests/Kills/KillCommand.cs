namespace EmailSecurity.Tests.Kills;

/// <summary>What is there when a command begins.</summary>
internal enum KillStart
{
    /// <summary>A hosted zone with mail, and nothing else.</summary>
    Nothing,

    /// <summary>The same with MTA-STS, TLS-RPT and BIMI records that somebody made by hand.</summary>
    HandMade,

    /// <summary>A stack, published.</summary>
    Deployed,
}

/// <summary>What is there when a command has ended.</summary>
internal enum KillEnd
{
    /// <summary>All of the stack, as described: nothing is left to do.</summary>
    Deployed,

    /// <summary>The policy is taken back, mode none, and senders are given the time to notice.</summary>
    Retired,

    /// <summary>Nothing of the stack.</summary>
    Gone,
}

/// <summary>A command that is killed, and then run again.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Start">What is there when it begins.</param>
/// <param name="End">What is there when it has ended.</param>
/// <param name="Text">The words; <c>$domain</c>, <c>$first</c> and <c>$second</c> (logos) are set.</param>
/// <param name="Says">What the policy that it publishes says, and none from before.</param>
internal sealed record KillCommand(string Name, KillStart Start, KillEnd End, string Text, string Says)
{
    private const string First = "New-EmailSecurityStack $domain -ReportUri tls@example.net -LogoPath $first -MxHost mx1.$domain -MaxAge 86400";
    private const string Second = "New-EmailSecurityStack $domain -ReportUri tls@example.net, other@example.net -LogoPath $second -MxHost mx1.$domain -MaxAge 90000";

    /// <summary>Every command of the campaign.</summary>
    public static IReadOnlyList<KillCommand> All { get; } =
    [
        new("publish", KillStart.Nothing, KillEnd.Deployed, $"$stack = {First}; $stack | Publish-EmailSecurityStack -Confirm:$false", "max_age: 86400"),
        new("change", KillStart.Deployed, KillEnd.Deployed, $"$stack = {Second}; $stack | Publish-EmailSecurityStack -Confirm:$false", "max_age: 90000"),
        new("adopt", KillStart.HandMade, KillEnd.Deployed, $"$stack = {First}; $stack | Publish-EmailSecurityStack -Adopt -Confirm:$false", "max_age: 86400"),
        new("remove", KillStart.Deployed, KillEnd.Retired, "Remove-EmailSecurityStack $domain -Confirm:$false", "mode: none"),
        new("remove -Force", KillStart.Deployed, KillEnd.Gone, "Remove-EmailSecurityStack $domain -Force -Confirm:$false", "mode: none"),
    ];
}
