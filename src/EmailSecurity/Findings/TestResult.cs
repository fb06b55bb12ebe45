namespace EmailSecurity.Findings;

/// <summary>The verdict over one mechanism.</summary>
public enum TestStatus : long
{
    /// <summary>A conforming receiver uses it and nothing needs doing.</summary>
    Pass,

    /// <summary>A conforming receiver uses it, with something to fix.</summary>
    Warning,

    /// <summary>It is there, and a conforming receiver would not use it.</summary>
    Fail,

    /// <summary>It is not there.</summary>
    Absent,
}

/// <summary>What a check found: the verdict, every finding, and the value it parsed.</summary>
public sealed record TestResult
{
    /// <summary>The domain looked at, safe to show (<see cref="VisibleText"/>); empty for an offline check of a text or file that names none.</summary>
    public string Domain { get; init => field = VisibleText.Of(value); } = "";

    /// <summary>What was checked: <c>MtaSts</c>, <c>TlsRpt</c>, <c>Bimi</c>, <c>Dmarc</c>, <c>MtaStsPolicy</c>, <c>BimiLogo</c>,
    /// <c>MarkCertificate</c>, <c>MtaStsReadiness</c>.</summary>
    public required string Mechanism { get; init; }

    /// <summary>The verdict.</summary>
    public required TestStatus Status { get; init; }

    /// <summary>All findings, worst first, then in order of place.</summary>
    public IReadOnlyList<Finding> Findings { get; init => field = Joined.List(value); } = Joined.List<Finding>([]);

    /// <summary>True where a conforming receiver would use what was checked.</summary>
    public bool IsValid => Status is TestStatus.Pass or TestStatus.Warning;

    /// <summary>The parsed value (an MtaStsPolicy, a record, a logo, a mark certificate); null where nothing could be parsed.</summary>
    public object? Value { get; init; }

    /// <summary>What a live check saw on the way: records, the policy, certificates, the logo; empty for an offline check.</summary>
    public IReadOnlyList<Observation> Observed { get; init => field = Joined.List(value); } = Joined.List<Observation>([]);

    /// <summary>Makes the result whose status follows from the findings: an error fails it, a warning warns.</summary>
    public static TestResult From(string mechanism, IEnumerable<Finding> findings, object? value, string domain = "")
    {
        // Most of what is checked is in order: nothing to sort, nothing to allocate.
        if (findings is IReadOnlyCollection<Finding> { Count: 0 })
        {
            return new TestResult { Domain = domain, Mechanism = mechanism, Status = TestStatus.Pass, Value = value };
        }

        var sorted = findings.OrderByDescending(f => f.Severity).ThenBy(f => f.Line ?? 0).ThenBy(f => f.Column ?? 0).ToArray();
        var status = sorted.Length == 0 ? TestStatus.Pass : sorted[0].Severity switch
        {
            FindingSeverity.Error => TestStatus.Fail,
            FindingSeverity.Warning => TestStatus.Warning,
            _ => TestStatus.Pass,
        };
        return new TestResult { Domain = domain, Mechanism = mechanism, Status = status, Findings = sorted, Value = value };
    }
}
