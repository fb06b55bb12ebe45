using System.Globalization;
using System.Management.Automation;

namespace EmailSecurity.Sandbox.Running;

/// <summary>The engine's output on a terminal or in a log: no colours, no cursor movement, one line per step of progress.</summary>
internal sealed class ConsoleOutput(TextWriter output, TextWriter error) : IHostOutput
{
    private readonly Dictionary<int, string> shown = [];

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

        // A log wants a line when something changes, not when a percentage moves.
        var line = string.Create(CultureInfo.InvariantCulture, $"  ... {record.Activity}: {record.StatusDescription}");
        if (!shown.TryGetValue(record.ActivityId, out var last) || last != line)
        {
            shown[record.ActivityId] = line;
            output.WriteLine(line);
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
}
