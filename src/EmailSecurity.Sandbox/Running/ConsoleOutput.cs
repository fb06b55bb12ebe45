using System.Management.Automation;
using System.Text.RegularExpressions;

namespace EmailSecurity.Sandbox.Running;

/// <summary>The engine's output on a terminal or in a log: no colours, no cursor movement, one line per step of progress.</summary>
internal sealed partial class ConsoleOutput(TextWriter output, TextWriter error) : IHostOutput
{
    private const int Width = 140;

    private readonly Dictionary<int, HashSet<string>> shown = [];

    /// <inheritdoc/>
    public void Line(HostStream stream, string text)
    {
        var (writer, prefix) = stream switch
        {
            HostStream.Error => (error, ""),
            HostStream.Warning => (output, "WARNING: "),
            HostStream.Verbose => (output, "VERBOSE: "),
            HostStream.Debug => (output, "DEBUG: "),
            _ => (output, ""),
        };
        writer.WriteLine(prefix + text);
    }

    /// <inheritdoc/>
    public void Progress(ProgressRecord record)
    {
        if (record.RecordType == ProgressRecordType.Completed)
        {
            shown.Remove(record.ActivityId);
            return;
        }

        // A log wants a line when something new happens, not when a clock or a percentage moves.
        var what = Clock().Replace(record.StatusDescription, "").ReplaceLineEndings(" ");
        if (!shown.TryGetValue(record.ActivityId, out var seen))
        {
            shown[record.ActivityId] = seen = new HashSet<string>(StringComparer.Ordinal);
        }

        if (!what.StartsWith("Done", StringComparison.Ordinal) && seen.Add(what))
        {
            var line = $"  ... {record.Activity}: {what}";
            output.WriteLine(line.Length > Width ? line[..(Width - 3)] + "..." : line);
        }
    }

    // Nobody is asked: a script run here is unattended, so the default answer is given and seen.
    /// <inheritdoc/>
    public int Choose(string caption, string message, IReadOnlyList<string> choices, int defaultChoice)
    {
        output.WriteLine(caption);
        output.WriteLine(message);
        output.WriteLine($"  [{string.Join("] [", choices)}] -> {(defaultChoice >= 0 ? choices[defaultChoice] : "none")}");
        return defaultChoice;
    }

    [GeneratedRegex(@" \(\d+:\d\d(:\d\d)?\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Clock();
}
