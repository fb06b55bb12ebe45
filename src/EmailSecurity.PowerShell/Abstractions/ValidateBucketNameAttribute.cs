using System.Management.Automation;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>Refuses at binding what is not the name of a bucket: people paste addresses and ARNs.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValidateBucketNameAttribute : ValidateArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        var text = arguments?.ToString() ?? "";
        if (!IsValid(text))
        {
            var isAddress = text.StartsWith("s3://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("arn:", StringComparison.OrdinalIgnoreCase);
            throw Errors.Refused($"'{text}' is not the name of a bucket: 3 to 63 lowercase letters, digits, dots and hyphens. "
                + (isAddress ? "Use the name alone here, and -Prefix for what follows it." : "Use the name as the S3 console shows it."));
        }
    }

    // S3 User Guide, "General purpose bucket naming rules". Old buckets of us-east-1 may also have capitals and underscores.
    private static bool IsValid(string text) =>
        text.Length is >= 3 and <= 255 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') && char.IsAsciiLetterOrDigit(text[0]);
}
