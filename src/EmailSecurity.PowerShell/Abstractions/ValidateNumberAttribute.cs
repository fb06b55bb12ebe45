using System.Globalization;
using System.Management.Automation;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>
/// Refuses at binding a number out of its range; as ValidateRange, but a number that is not given is not out of it, and it is shown the same under every
/// culture.
/// </summary>
/// <param name="minimum">The smallest number allowed.</param>
/// <param name="maximum">The largest number allowed.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValidateNumberAttribute(long minimum, long maximum) : ValidateArgumentsAttribute
{
    /// <summary>The smallest number allowed.</summary>
    public long Minimum => minimum;

    /// <summary>The largest number allowed.</summary>
    public long Maximum => maximum;

    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is null)
        {
            return; // not given
        }

        var number = Convert.ToInt64(arguments is PSObject wrapped ? wrapped.BaseObject : arguments, CultureInfo.InvariantCulture);
        if (number < minimum || number > maximum)
        {
            throw Errors.Refused(string.Create(CultureInfo.InvariantCulture, $"{number} is out of range. Use a number from {minimum} to {maximum}."));
        }
    }
}
