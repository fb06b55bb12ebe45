using System.Management.Automation;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>Refuses at binding what is not an absolute http or https URL.</summary>
public sealed class ValidateHttpUrlAttribute : ValidateArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is null)
        {
            return; // not given
        }

        if (!Uri.TryCreate(arguments.ToString(), UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw Errors.Refused($"'{arguments}' is not an http or https URL: http://127.0.0.1:5000.");
        }
    }
}
