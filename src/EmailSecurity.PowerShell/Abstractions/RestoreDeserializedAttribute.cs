using System.Management.Automation;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>Takes a stack or policy that came through Import-Clixml, a job or remoting as the object that it was.</summary>
/// <param name="type">The parameter's type.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RestoreDeserializedAttribute(Type type) : ArgumentTransformationAttribute
{
    /// <summary>The parameter's type.</summary>
    public Type Type => type;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        try
        {
            return inputData is PSObject source && DeserializedObject.Restore(source, type) is { } restored ? restored : inputData;
        }
        catch (EmailSecurityException exception)
        {
            throw new ArgumentTransformationMetadataException(exception.Message, exception);
        }
    }
}
