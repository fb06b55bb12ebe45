using System.Management.Automation;
using System.Reflection;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>
/// Takes an empty string and $null as "not given": an empty cell of a CSV file, or a property that has no value, must never become a setting.
/// </summary>
/// <remarks>
/// Whoever writes <c>-ProfileName $name</c> means something: with <see cref="RefuseEmptyArgument"/> an argument that turns out empty is an error.
/// </remarks>
[AttributeUsage(AttributeTargets.Property)]
public class NotGivenIfEmptyAttribute : ArgumentTransformationAttribute
{
    /// <summary>True where an argument on the command line must not be empty; only a property of a pipeline object may be.</summary>
    public bool RefuseEmptyArgument { get; set; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => IsEmpty(inputData) ? null : inputData;

    /// <summary>Refuses empty arguments of the command line. Call it before the first input object: later, properties are bound as well.</summary>
    /// <exception cref="EmailSecurityException">ParameterArgumentValidationError, the engine's own id for the fault.</exception>
    internal static void RefuseEmptyArguments(PSCmdlet cmdlet)
    {
        foreach (var (name, value) in cmdlet.MyInvocation.BoundParameters)
        {
            if (IsEmpty(value) && cmdlet.GetType().GetProperty(name)?.GetCustomAttribute<NotGivenIfEmptyAttribute>() is { RefuseEmptyArgument: true })
            {
                throw new EmailSecurityException(
                    "ParameterArgumentValidationError", ErrorKind.InvalidArgument, $"-{name} is empty.", $"Specify a value, or leave -{name} out.");
            }
        }
    }

    private static bool IsEmpty(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) is null or "" or Array { Length: 0 };
}
