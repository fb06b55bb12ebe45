using System.Management.Automation;
using System.Net;
using System.Security;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>Takes a secret as SecureString or as text: commands that get tokens emit either.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretTextAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value is string { Length: > 0 } text ? new NetworkCredential("", text).SecurePassword
            : value is null or "" or SecureString { Length: 0 } ? throw new ArgumentTransformationMetadataException("The value is empty.") : value;
    }

    /// <summary>The text of a secret.</summary>
    internal static string Reveal(SecureString secret) => new NetworkCredential("", secret).Password;
}
