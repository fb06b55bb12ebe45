using System.Management.Automation;

namespace EmailSecurity.Sandbox.Running;

/// <summary>Which of the host's streams a line belongs to.</summary>
public enum HostStream
{
    /// <summary>Rendered output, and what the engine itself says (What if, prompts).</summary>
    Output,
    Error,
    Warning,
    Verbose,
    Debug,
}

/// <summary>Where the engine host's lines go: a console, or a test's memory. Called from the pipeline thread, one call at a time for one session.</summary>
public interface IHostOutput
{
    /// <summary>One whole line, without its line end.</summary>
    void Line(HostStream stream, string text);

    /// <summary>A progress record.</summary>
    void Progress(ProgressRecord record);

    /// <summary>The answer to a prompt with choices.</summary>
    /// <returns>Index of the choice; negative for the default.</returns>
    int Choose(string caption, string message, IReadOnlyList<string> choices, int defaultChoice);
}
