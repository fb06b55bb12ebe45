using System.Text;
using EmailSecurity.Findings;

namespace EmailSecurity.Svg;

/// <summary>Collects findings with their line and column, a bounded number of each severity.</summary>
internal sealed class SvgFindings(string name)
{
    /// <summary>At most so many errors, and so many warnings, are written out; the rest is counted.</summary>
    public const int Maximum = 100;

    private readonly List<Finding> _list = [];
    private readonly int[] _counts = new int[3];

    // The place last turned into line and column: findings come mostly in order, so the text is walked about once.
    private int _lastOffset;
    private int _lastLine = 1;
    private int _lastLineStart;

    /// <summary>The findings so far.</summary>
    public IReadOnlyList<Finding> List => _list;

    /// <summary>How many findings the profile's schema would have as well.</summary>
    public int SchemaErrors { get; private set; }

    /// <summary>How many errors there are, written out or not.</summary>
    public int Errors => _counts[(int)FindingSeverity.Error];

    /// <summary>Counts a finding; true where it is to be written out with <see cref="Add"/>.</summary>
    public bool Take(SvgRule rule)
    {
        if (rule.InSchema)
            SchemaErrors++;
        return ++_counts[(int)rule.Severity] <= Maximum;
    }

    /// <summary>Writes a finding that was taken.</summary>
    public void Add(SvgRule rule, ReadOnlySpan<byte> text, int offset, string message, string? fix = null)
    {
        var (line, column) = offset < 0 ? (0, 0) : Place(text, Math.Min(offset, text.Length));
        _list.Add(new Finding
        {
            Code = rule.Code,
            Severity = rule.Severity,
            Standard = rule.Standard,
            Section = rule.Section,
            Message = message,
            Fix = fix ?? rule.Fix,
            Location = name.Length > 0 ? name : null,
            Line = line > 0 ? line : null,
            Column = line > 0 ? column : null,
        });
    }

    /// <summary>Takes and writes.</summary>
    public void Report(SvgRule rule, ReadOnlySpan<byte> text, int offset, string message)
    {
        if (Take(rule))
            Add(rule, text, offset, message);
    }

    /// <summary>Says how many were left out.</summary>
    public void Finish()
    {
        var left = 0;
        foreach (var count in _counts)
            left += Math.Max(0, count - Maximum);
        if (left > 0)
            Add(SvgRule.More, default, -1, Invariant($"{left} further findings are not listed."));
    }

    private (int Line, int Column) Place(ReadOnlySpan<byte> text, int offset)
    {
        if (offset < _lastOffset)
            (_lastOffset, _lastLine, _lastLineStart) = (0, 1, 0);
        var passed = text[_lastOffset..offset];
        var lines = passed.Count((byte)'\n');
        if (lines > 0)
        {
            _lastLine += lines;
            _lastLineStart = _lastOffset + passed.LastIndexOf((byte)'\n') + 1;
        }
        _lastOffset = offset;
        return (_lastLine, Encoding.UTF8.GetCharCount(text[_lastLineStart..offset]) + 1);
    }
}
