using System.Management.Automation;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>
/// Domains: texts, or the property Domain, DomainName or Name of an object. An object without one is "not given", not a domain that is called
/// <c>@{Owner=x}</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DomainArgumentAttribute : NotGivenIfEmptyAttribute
{
    private static readonly string[] Names = ["Domain", "DomainName", "Name"];

    /// <summary>An empty argument is refused.</summary>
    public DomainArgumentAttribute() => RefuseEmptyArgument = true;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = base.Transform(engineIntrinsics, inputData);
        return value switch
        {
            // The engine tries an object itself before its properties.
            PSObject { BaseObject: PSCustomObject } row => Names.Select(n => row.Properties[n]?.Value).FirstOrDefault(v => v is not null),
            _ => value,
        };
    }
}
