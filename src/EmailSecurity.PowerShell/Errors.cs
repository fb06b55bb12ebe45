using System.Management.Automation;
using System.Security;
using EmailSecurity.Findings;
using EmailSecurity.PowerShell.Abstractions;

namespace EmailSecurity.PowerShell;

/// <summary>The one place where exceptions become error records: stable id, true category, target, way out.</summary>
internal static class Errors
{
    /// <summary>The error record of an exception.</summary>
    /// <param name="exception">What happened.</param>
    /// <param name="target">The domain (or file) that it happened to.</param>
    public static ErrorRecord From(Exception exception, object? target)
    {
        if (exception is AggregateException { InnerExceptions.Count: 1 } aggregate)
        {
            return From(aggregate.InnerExceptions[0], target);
        }

        if (exception is IContainsErrorRecord { ErrorRecord: { } original })
        {
            return VisibleRecord.Of(original);
        }

        target = VisibleRecord.Target(target);
        if (exception is EmailSecurityException known)
        {
            var record = new ErrorRecord(known, known.ErrorId, CategoryOf(known.Kind), target ?? known.Target);
            if (known.Fix.Length > 0)
            {
                // PowerShell's error views show the recommended action below the message: the exception's own, which ends with it, would say it twice.
                record.ErrorDetails = new ErrorDetails(known.What) { RecommendedAction = known.Fix };
            }

            return record;
        }

        const string again = "then run the same command again.";
        var (id, category, fix) = exception switch
        {
            FileNotFoundException or DirectoryNotFoundException => ("FileNotFound", ErrorCategory.ObjectNotFound, $"Check the path, {again}"),
            UnauthorizedAccessException or SecurityException
                => ("FileAccessDenied", ErrorCategory.PermissionDenied, $"Check that you have permission to read or write the file, {again}"),
            HttpRequestException => ("ConnectionFailed", ErrorCategory.ConnectionError, $"Check the network and any proxy, {again}"),
            IOException => ("FileUnreadable", ErrorCategory.ReadError, $"Check that the path is a file and that no other program uses it, {again}"),
            TimeoutException or OperationCanceledException => ("OperationTimedOut", ErrorCategory.OperationTimeout, "Run the same command again."),
            ArgumentException => ("ArgumentInvalid", ErrorCategory.InvalidArgument, $"Correct the value that the message names, {again}"),
            FormatException or InvalidDataException => ("DataInvalid", ErrorCategory.InvalidData, $"Correct the data that the message names, {again}"),
            NotSupportedException or NotImplementedException => ("NotSupported", ErrorCategory.NotImplemented, ""),
            _ => ("UnexpectedError", ErrorCategory.NotSpecified, "Run the same command again. If the error repeats, report it with this message."),
        };
        var unknown = VisibleError.Of(exception)!;
        return new ErrorRecord(unknown, id, category, target)
        {
            ErrorDetails = fix.Length == 0 ? null : new ErrorDetails(unknown.Message) { RecommendedAction = fix },
        };
    }

    /// <summary>The refusal of a value at binding.</summary>
    /// <param name="message">What is wrong with it; it may quote the value.</param>
    public static ValidationMetadataException Refused(string message) => new(VisibleText.Of(message));

    /// <summary>PowerShell's category for a kind of trouble.</summary>
    public static ErrorCategory CategoryOf(ErrorKind kind) => kind switch
    {
        ErrorKind.InvalidArgument => ErrorCategory.InvalidArgument,
        ErrorKind.InvalidData => ErrorCategory.InvalidData,
        ErrorKind.NotFound => ErrorCategory.ObjectNotFound,
        ErrorKind.Exists => ErrorCategory.ResourceExists,
        ErrorKind.PermissionDenied => ErrorCategory.PermissionDenied,
        ErrorKind.Authentication => ErrorCategory.AuthenticationError,
        ErrorKind.LimitsExceeded => ErrorCategory.LimitsExceeded,
        ErrorKind.Timeout => ErrorCategory.OperationTimeout,
        ErrorKind.Unavailable => ErrorCategory.ResourceUnavailable,
        ErrorKind.InvalidOperation => ErrorCategory.InvalidOperation,
        ErrorKind.NotSupported => ErrorCategory.NotImplemented,
        _ => ErrorCategory.NotSpecified,
    };
}
