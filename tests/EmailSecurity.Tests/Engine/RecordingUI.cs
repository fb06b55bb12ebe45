using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Internal;
using System.Security;
using System.Text;

namespace EmailSecurity.Tests.Engine;

/// <summary>The recording host's user interface. Progress comes from any thread, so it is kept one call at a time.</summary>
internal sealed class RecordingUI : PSHostUserInterface
{
    private readonly StringBuilder pending = new();
    private readonly Lock gate = new();

    public List<string> Lines { get; } = [];

    public List<string> Prompts { get; } = [];

    public Queue<int> Answers { get; } = new();

    public Action<ProgressRecord>? OnProgress { get; set; }

    /// <summary>Answers prompts for a value, by their message; null where nobody can be asked.</summary>
    public Func<string, string>? OnValue { get; set; }

    // Without a screen, views are 120 columns wide.
    /// <inheritdoc/>
    public override PSHostRawUserInterface? RawUI => null;

    /// <inheritdoc/>
    public override void Write(string value)
    {
        lock (gate)
        {
            var parts = value.Split('\n');
            foreach (var part in parts[..^1])
            {
                pending.Append(part);
                Flush();
            }

            pending.Append(parts[^1]);
        }
    }

    /// <inheritdoc/>
    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Write(value);

    /// <inheritdoc/>
    public override void WriteLine(string value) => Write(value + "\n");

    /// <inheritdoc/>
    public override void WriteErrorLine(string value) => WriteLine(value);

    /// <inheritdoc/>
    public override void WriteDebugLine(string message) => WriteLine("DEBUG: " + message);

    /// <inheritdoc/>
    public override void WriteVerboseLine(string message) => WriteLine("VERBOSE: " + message);

    /// <inheritdoc/>
    public override void WriteWarningLine(string message) => WriteLine("WARNING: " + message);

    /// <inheritdoc/>
    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        lock (gate)
        {
            OnProgress?.Invoke(record);
        }
    }

    /// <inheritdoc/>
    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        lock (gate)
        {
            Prompts.Add($"{caption}|{message}");
            return Answers.TryDequeue(out var answer) && answer >= 0 ? answer : defaultChoice;
        }
    }

    /// <inheritdoc/>
    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions)
    {
        if (OnValue is not { } answer)
        {
            throw new HostException($"This host cannot ask for values ({string.Join(", ", descriptions.Select(d => d.Name))}); give them as parameters.");
        }

        lock (gate)
        {
            Prompts.Add($"{caption}|{message}");
            return descriptions.ToDictionary(d => d.Name, d => PSObject.AsPSObject(
                d.ParameterTypeName == nameof(SecureString) ? new System.Net.NetworkCredential("", answer(message)).SecurePassword : answer(message)));
        }
    }

    /// <inheritdoc/>
    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) => throw NoInput();

    /// <inheritdoc/>
    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
        throw NoInput();

    /// <inheritdoc/>
    public override string ReadLine() => throw NoInput();

    /// <inheritdoc/>
    public override SecureString ReadLineAsSecureString() => throw NoInput();

    /// <summary>Keeps what is left without a line end.</summary>
    public void FlushPartialLine()
    {
        lock (gate)
        {
            if (pending.Length > 0)
            {
                Flush();
            }
        }
    }

    // Views come with colours; tests read text.
    private void Flush()
    {
        Lines.Add(new StringDecorated(pending.ToString()).ToString(OutputRendering.PlainText).TrimEnd('\r', ' '));
        pending.Clear();
    }

    private static HostException NoInput() => new("This host reads no input.");
}
