using EmailSecurity.Findings;
using EmailSecurity.MtaSts;

namespace EmailSecurity.Live;

/// <summary>What a policy's mode means for mail, in a sentence (RFC 8461 section 5): a valid policy need not protect anything.</summary>
internal static class PolicyModes
{
    /// <summary>The finding that names the mode: information for enforce and testing, a warning for none.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="domain">The domain.</param>
    public static Finding Say(MtaStsMode mode, string domain) => (mode switch
    {
        MtaStsMode.Enforce => LiveRules.PolicyModeEnforce,
        MtaStsMode.Testing => LiveRules.PolicyModeTesting,
        _ => LiveRules.PolicyModeNone,
    }).FoundAt($"https://mta-sts.{domain}{MtaStsPolicy.WellKnownPath}");
}
