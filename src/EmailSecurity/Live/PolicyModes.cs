using EmailSecurity.Findings;
using EmailSecurity.MtaSts;

namespace EmailSecurity.Live;

/// <summary>What a policy's mode means for mail, in a sentence (RFC 8461 section 5): a valid policy need not protect anything.</summary>
internal static class PolicyModes
{
    /// <summary>The finding that names the mode: information for enforce and testing, a warning for none.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="domain">The domain.</param>
    public static Finding Say(MtaStsMode mode, string domain)
    {
        var (code, severity, section, message, fix) = mode switch
        {
            MtaStsMode.Enforce => ("PolicyModeEnforce", FindingSeverity.Information, "5",
                "Mode enforce: senders that support MTA-STS refuse to deliver to a mail server that fails its checks.", ""),
            MtaStsMode.Testing => ("PolicyModeTesting", FindingSeverity.Information, "5",
                "Mode testing: senders deliver also to a mail server that fails the checks, and report the failure. Mail is not protected yet.",
                "Change to mode enforce once the TLS reports show no failures."),
            _ => ("PolicyModeNone", FindingSeverity.Warning, "8.3", "Mode none: senders treat the domain as one without a policy. Mail is not protected.",
                "Publish a policy in mode testing; if MTA-STS is being removed, wait until the max_age of the policy before this one has passed."),
        };
        return new Finding
        {
            Code = code,
            Severity = severity,
            Standard = "RFC 8461",
            Section = section,
            Message = message,
            Fix = fix,
            Location = $"https://mta-sts.{domain}{MtaStsPolicy.WellKnownPath}"
        };
    }
}
