using System.Runtime.CompilerServices;

namespace EmailSecurity.Findings;

/// <summary>Gathers the findings of one check against one standard; allocates nothing until something is found, and keeps a bounded number.</summary>
internal struct FindingBag(string standard, string? location = null)
{
    /// <summary>More than this many findings say nothing new, and a hostile input must not make us hold one per byte.</summary>
    internal const int Limit = 64;

    private List<Finding>? _items;
    private bool _hasErrors;

    /// <summary>True where an error was found: a conforming receiver would not use it.</summary>
    public readonly bool HasErrors => _hasErrors;

    /// <summary>True where no further warning is taken, and an error only if there is none yet.</summary>
    public readonly bool IsFull => _items is { Count: >= Limit };

    /// <summary>True where nothing further is taken: reading on has no more to say.</summary>
    public readonly bool IsClosed => IsFull && _hasErrors;

    public readonly IReadOnlyList<Finding> Items => (IReadOnlyList<Finding>?)_items ?? [];

    public void Error(string code, string section, string message, string fix, int? line = null, int? column = null) =>
        Add(FindingSeverity.Error, code, section, message, fix, line, column);

    public void Warning(string code, string section, string message, string fix, int? line = null, int? column = null) =>
        Add(FindingSeverity.Warning, code, section, message, fix, line, column);

    public void Information(string code, string section, string message, string fix = "", int? line = null, int? column = null) =>
        Add(FindingSeverity.Information, code, section, message, fix, line, column);

    public void Error(string code, string section, [InterpolatedStringHandlerArgument("")] ref ErrorMessage message, string fix, int? line = null, int? column = null) =>
        Add(FindingSeverity.Error, code, section, message.Text(), fix, line, column);

    public void Warning(string code, string section, [InterpolatedStringHandlerArgument("")] ref NoteMessage message, string fix, int? line = null, int? column = null) =>
        Add(FindingSeverity.Warning, code, section, message.Text(), fix, line, column);

    public void Information(string code, string section, [InterpolatedStringHandlerArgument("")] ref NoteMessage message, string fix = "", int? line = null, int? column = null) =>
        Add(FindingSeverity.Information, code, section, message.Text(), fix, line, column);

    public void Add(Finding finding)
    {
        _hasErrors |= finding.Severity == FindingSeverity.Error;
        _items ??= [];
        if (_items.Count < Limit)
            _items.Add(finding);
        else if (finding.Severity == FindingSeverity.Error && !_items.Exists(f => f.Severity == FindingSeverity.Error))
            _items[^1] = finding;
    }

    private void Add(FindingSeverity severity, string code, string section, string message, string fix, int? line, int? column)
    {
        if (IsFull && (_hasErrors || severity != FindingSeverity.Error))
            return;
        Add(new Finding
        {
            Code = code,
            Severity = severity,
            Standard = standard,
            Section = section,
            Message = message,
            Fix = fix,
            Location = location,
            Line = line,
            Column = column,
        });
    }
}
