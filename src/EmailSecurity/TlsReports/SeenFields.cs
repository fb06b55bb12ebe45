namespace EmailSecurity.TlsReports;

/// <summary>Which fields an object has.</summary>
internal struct SeenFields
{
    private uint bits;

    /// <summary>Notes a field; false where the object had it already.</summary>
    public bool Add(ReportField field)
    {
        var bit = 1u << (int)field;
        var isNew = field == ReportField.Unknown || (bits & bit) == 0;
        bits |= bit;
        return isNew;
    }

    /// <summary>Whether the object has it.</summary>
    public readonly bool Has(ReportField field) => (bits & (1u << (int)field)) != 0;

    /// <summary>How many of these it has.</summary>
    public readonly int Count(params ReadOnlySpan<ReportField> fields)
    {
        var count = 0;
        foreach (var field in fields)
        {
            count += Has(field) ? 1 : 0;
        }

        return count;
    }
}
