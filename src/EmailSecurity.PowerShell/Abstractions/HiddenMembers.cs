using System.Management.Automation;
using EmailSecurity.Bimi;
using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.Stacks;
using EmailSecurity.TlsRpt;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>
/// Members that EmailSecurity.types.ps1xml adds as hidden: there by name, and kept by Export-Clixml where the object needs them, but no column of
/// Export-Csv and no line of ConvertTo-Json or Format-List. They repeat what the object shows, hold a file's bytes, or go deeper than the two levels that
/// ConvertTo-Json writes unless it is asked for more.
/// </summary>
/// <remarks>
/// The types of the core in the signatures load the core while PowerShell reads that file, before it looks up the types that the file names.
/// </remarks>
public static class HiddenMembers
{
    /// <summary>What somebody wants.</summary>
    /// <param name="item">A stack.</param>
    public static StackWish? Wish(PSObject item) => (item?.BaseObject as EmailSecurityStack)?.Wish;

    /// <summary>What was seen of it.</summary>
    /// <param name="item">A stack.</param>
    public static StackState? State(PSObject item) => (item?.BaseObject as EmailSecurityStack)?.State;

    /// <summary>The bytes.</summary>
    /// <param name="item">A file of a stack, or a file that a check saw.</param>
    public static byte[]? Bytes(PSObject item) => item?.BaseObject switch
    {
        StackAsset asset => asset.Bytes,
        Observation seen => seen.Bytes,
        _ => null,
    };

    /// <summary>The bytes of an SVG text.</summary>
    /// <param name="item">A logo, or a mark certificate.</param>
    public static byte[]? Svg(PSObject item) => item?.BaseObject switch
    {
        BimiLogo logo => logo.Content.ToArray(),
        Marks.MarkCertificate mark => mark.LogoSvg.ToArray(),
        _ => null,
    };

    /// <summary>What each provider makes of a logo.</summary>
    /// <param name="item">A logo.</param>
    public static IReadOnlyList<ProviderVerdict>? Providers(PSObject item) => (item?.BaseObject as BimiLogo)?.Providers;

    /// <summary>What the check of a policy found.</summary>
    /// <param name="item">A policy.</param>
    public static IReadOnlyList<Finding>? Findings(PSObject item) => (item?.BaseObject as MtaStsPolicy)?.Findings;

    /// <summary>The mx patterns.</summary>
    /// <param name="item">A policy that was served.</param>
    public static IReadOnlyList<string>? MxHosts(PSObject item) => (item?.BaseObject as ServedPolicy)?.MxHosts;

    /// <summary>Extension fields, in order.</summary>
    /// <param name="item">An MTA-STS or TLS-RPT record.</param>
    public static IReadOnlyList<KeyValuePair<string, string>>? Extensions(PSObject item) => item?.BaseObject switch
    {
        MtaStsRecord record => record.Extensions,
        TlsRptRecord record => record.Extensions,
        _ => null,
    };
}
