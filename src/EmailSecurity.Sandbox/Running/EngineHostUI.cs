using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Internal;
using System.Security;
using System.Text;

namespace EmailSecurity.Sandbox.Running;

/// <summary>The host's user interface: gathers partial writes into lines and hands them on.</summary>
internal sealed class EngineHostUI(IHostOutput output, int width) : PSHostUserInterface
{
    private readonly StringBuilder pending = new();
    private readonly Lock gate = new();
    private readonly EngineRawUI raw = new(width);

    /// <inheritdoc/>
    public override PSHostRawUserInterface RawUI => raw;

    /// <inheritdoc/>
    public override bool SupportsVirtualTerminal => false;

    /// <inheritdoc/>
    public override void Write(string value)
    {
        lock (gate)
        {
            var start = 0;
            for (var end = value.IndexOf('\n', StringComparison.Ordinal); end >= 0; end = value.IndexOf('\n', start))
            {
                pending.Append(value, start, end - start);
                Flush();
                start = end + 1;
            }

            pending.Append(value, start, value.Length - start);
        }
    }

    /// <inheritdoc/>
    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Write(value);

    /// <inheritdoc/>
    public override void WriteLine(string value) => Write(value + "\n");

    /// <inheritdoc/>
    public override void WriteErrorLine(string value) => Lines(HostStream.Error, value);

    /// <inheritdoc/>
    public override void WriteDebugLine(string message) => Lines(HostStream.Debug, message);

    /// <inheritdoc/>
    public override void WriteVerboseLine(string message) => Lines(HostStream.Verbose, message);

    /// <inheritdoc/>
    public override void WriteWarningLine(string message) => Lines(HostStream.Warning, message);

    /// <inheritdoc/>
    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        lock (gate)
        {
            output.Progress(record);
        }
    }

    /// <inheritdoc/>
    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        lock (gate)
        {
            // "&Yes" marks the key; people see "Yes".
            var labels = choices.Select(c => c.Label.Replace("&", "", StringComparison.Ordinal)).ToArray();
            var chosen = output.Choose(caption, message, labels, defaultChoice);
            return chosen < 0 ? defaultChoice : chosen;
        }
    }

    /// <inheritdoc/>
    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
        throw new HostException($"This host cannot ask for values ({string.Join(", ", descriptions.Select(d => d.Name))}); give them as parameters.");

    /// <inheritdoc/>
    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        throw new HostException("This host cannot ask for credentials.");

    /// <inheritdoc/>
    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
        throw new HostException("This host cannot ask for credentials.");

    /// <inheritdoc/>
    public override string ReadLine() => throw new HostException("This host reads no input.");

    /// <inheritdoc/>
    public override SecureString ReadLineAsSecureString() => throw new HostException("This host reads no input.");

    /// <summary>Hands on what is left without a line end.</summary>
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

    private void Flush()
    {
        output.Line(HostStream.Output, Plain(pending.ToString()).TrimEnd('\r', ' '));
        pending.Clear();
    }

    // Views come with colours, and taking them out is the host's business: output goes to logs and assertions.
    private static string Plain(string text) => new StringDecorated(text).ToString(OutputRendering.PlainText);

    private void Lines(HostStream stream, string text)
    {
        lock (gate)
        {
            foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
            {
                output.Line(stream, Plain(line));
            }
        }
    }
}

/// <summary>A screen that is only a width: views lay themselves out by it.</summary>
internal sealed class EngineRawUI(int width) : PSHostRawUserInterface
{
    /// <inheritdoc/>
    public override ConsoleColor ForegroundColor { get; set; } = ConsoleColor.Gray;

    /// <inheritdoc/>
    public override ConsoleColor BackgroundColor { get; set; } = ConsoleColor.Black;

    /// <inheritdoc/>
    public override Coordinates CursorPosition { get; set; }

    /// <inheritdoc/>
    public override Coordinates WindowPosition { get; set; }

    /// <inheritdoc/>
    public override int CursorSize { get; set; } = 1;

    /// <inheritdoc/>
    public override Size BufferSize { get; set; } = new(width, 50);

    /// <inheritdoc/>
    public override Size WindowSize { get; set; } = new(width, 50);

    /// <inheritdoc/>
    public override Size MaxWindowSize => WindowSize;

    /// <inheritdoc/>
    public override Size MaxPhysicalWindowSize => WindowSize;

    /// <inheritdoc/>
    public override bool KeyAvailable => false;

    /// <inheritdoc/>
    public override string WindowTitle { get; set; } = "";

    /// <inheritdoc/>
    public override void FlushInputBuffer()
    {
    }

    /// <inheritdoc/>
    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override KeyInfo ReadKey(ReadKeyOptions options) => throw new NotSupportedException("This host reads no input.");

    /// <inheritdoc/>
    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetBufferContents(Rectangle rectangle, BufferCell fill) => throw new NotSupportedException();
}
