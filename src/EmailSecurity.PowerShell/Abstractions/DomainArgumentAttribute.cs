using System.Management.Automation;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>
/// A domain: a text, or the Domain property of a pipeline object. An object without one is "not given", not a domain that is called <c>@{Name=x}</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DomainArgumentAttribute : NotGivenIfEmptyAttribute
{
    /// <summary>An empty argument is refused.</summary>
    public DomainArgumentAttribute() => RefuseEmptyArgument = true;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
        => inputData is PSObject { BaseObject: PSCustomObject } ? null : base.Transform(engineIntrinsics, inputData);
}
