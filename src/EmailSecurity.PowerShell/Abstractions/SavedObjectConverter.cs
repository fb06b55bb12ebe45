using System.Management.Automation;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>
/// Makes what Import-Clixml, a job or remoting read the object that it was, where the module is imported: the same views, columns and names of values.
/// What lost something on the way stays a property bag, and a command that needs the rest says what is missing.
/// </summary>
/// <remarks>EmailSecurity.types.ps1xml names it for each type. It converts nothing else.</remarks>
public sealed class SavedObjectConverter : PSTypeConverter
{
    /// <inheritdoc/>
    public override bool CanConvertFrom(PSObject sourceValue, Type destinationType)
        => sourceValue is not null && destinationType is not null
            && sourceValue.TypeNames.Contains("Deserialized." + destinationType.FullName, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override bool CanConvertFrom(object sourceValue, Type destinationType)
        => sourceValue is PSObject saved && CanConvertFrom(saved, destinationType);

    /// <inheritdoc/>
    public override object? ConvertFrom(PSObject sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase)
        => SavedObject.Restore(sourceValue, destinationType) ?? throw new InvalidCastException($"{destinationType} lost some of its properties.");

    /// <inheritdoc/>
    public override object? ConvertFrom(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase)
        => ConvertFrom((PSObject)sourceValue, destinationType, formatProvider, ignoreCase);

    /// <inheritdoc/>
    public override bool CanConvertTo(object sourceValue, Type destinationType) => false;

    /// <inheritdoc/>
    public override object ConvertTo(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase)
        => throw new NotSupportedException();
}
