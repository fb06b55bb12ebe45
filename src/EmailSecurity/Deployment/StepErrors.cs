using EmailSecurity.Applying;
using EmailSecurity.Planning;
using EmailSecurity.Text;

namespace EmailSecurity.Deployment;

/// <summary>What went wrong in a run, as errors.</summary>
internal static class StepErrors
{
    /// <summary>
    /// Steps that failed for the same reason are one error: the first names the step, the rest is counted. A wait says itself what it waits for.
    /// </summary>
    public static IReadOnlyList<EmailSecurityException> Of(ExecutionResult result) =>
    [
        .. result.Failed.GroupBy(f => f.Error.ErrorId, StringComparer.Ordinal).Select(g =>
        {
            var first = g.First();
            var others = g.Count() - 1;
            var left = result.Skipped.Count;
            var step = first.Change.Action == ChangeAction.Wait ? "" : $"{first.Change.Action} {first.Change.Resource} {first.Change.Target}: ";
            return new EmailSecurityException(
                first.Error.ErrorId, first.Error.Kind, $"{step}{first.Error.What}{Same(others)}{Skipped(left)}", first.Error.Fix, first.Error)
            { Target = first.Error.Target ?? first.Change.Target };
        }),
    ];

    private static string Same(int others) => others > 0 ? Invariant($" ({Count.Of(others, "more step")} failed for the same reason.)") : "";

    private static string Skipped(int left) => left > 0 ? Invariant($" {Count.Of(left, "dependent step")} {(left == 1 ? "was" : "were")} skipped.") : "";
}
