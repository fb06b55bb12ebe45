using System.Management.Automation;

namespace EmailSecurity.Tests.Engine;

/// <summary>The cmdlets of the built module and their parameters, as the engine has them: what holds for all of them is tested by this table.</summary>
internal static class CmdletTable
{
    public static IReadOnlyList<CmdletInfo> All { get; } = Read();

    public static ParameterAttribute[] Bindings(ParameterMetadata parameter) => [.. parameter.Attributes.OfType<ParameterAttribute>()];

    public static bool Has(CmdletInfo cmdlet, string parameter) => cmdlet.Parameters.ContainsKey(parameter);

    /// <summary>What keeps a cmdlet from asking, and from changing anything.</summary>
    public static string Harmless(CmdletInfo cmdlet) => Has(cmdlet, "WhatIf") ? "-WhatIf" : "";

    private static CmdletInfo[] Read()
    {
        var session = EngineSession.Open();
        try
        {
            var cmdlets = session.Invoke("Get-Command -Module EmailSecurity -CommandType Cmdlet").ShouldSucceed().Of<CmdletInfo>().ToArray();
            foreach (var cmdlet in cmdlets)
            {
                _ = cmdlet.Parameters; // resolved while the session lives
            }

            return cmdlets;
        }
        finally
        {
            session.Runspace.Dispose();
        }
    }
}
