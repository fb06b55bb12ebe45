using System.Management.Automation;
using EmailSecurity.Findings;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>
/// Error records that are safe to show (<see cref="VisibleText"/>): the engine's own quote paths and values as they were given, and a target can be a line of
/// somebody's list.
/// </summary>
internal static class VisibleRecord
{
    /// <summary>The record itself where it is safe, else one that says the same in safe characters.</summary>
    public static ErrorRecord Of(ErrorRecord record)
    {
        var (exception, target) = (VisibleError.Of(record.Exception), Target(record.TargetObject));
        var details = record.ErrorDetails is { } given ? VisibleText.OfLines(given.Message) : null;
        if (ReferenceEquals(exception, record.Exception) && ReferenceEquals(target, record.TargetObject) && details == record.ErrorDetails?.Message)
        {
            return record;
        }

        // The engine adds the command to the id when the record is written.
        var id = VisibleText.Of(record.FullyQualifiedErrorId.Split(',')[0]);
        var safe = new ErrorRecord(exception, id, record.CategoryInfo.Category, target);
        if (details is not null)
        {
            safe.ErrorDetails = new ErrorDetails(details) { RecommendedAction = VisibleText.OfLines(record.ErrorDetails!.RecommendedAction) };
        }

        return safe;
    }

    /// <summary>The target itself where it is not text, or is safe, else the text in safe characters.</summary>
    public static object? Target(object? target) => (target is PSObject wrapped ? wrapped.BaseObject : target) is string text && !VisibleText.IsVisible(text)
        ? VisibleText.Of(text)
        : target;
}
