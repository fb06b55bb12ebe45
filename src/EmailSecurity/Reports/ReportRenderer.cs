using EmailSecurity.Findings;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;

namespace EmailSecurity.Reports;

/// <summary>A format: renders the parts as they come, and puts them together once all are known.</summary>
internal abstract class ReportRenderer
{
    /// <summary>Renders what a check found; empty for nothing to show.</summary>
    public abstract string Result(TestResult result);

    /// <summary>Renders a stack; empty for nothing to show.</summary>
    public abstract string Stack(EmailSecurityStack stack);

    /// <summary>Renders a change; empty for nothing to show.</summary>
    public abstract string Change(Change change);

    /// <summary>Renders what senders reported of a domain; empty for nothing to show.</summary>
    public abstract string Sessions(ReportedSessions reported);

    /// <summary>Writes the whole report.</summary>
    /// <param name="spool">Where the rendered parts wait.</param>
    /// <param name="output">Where to.</param>
    public abstract void Compose(Spool spool, TextWriter output);
}
