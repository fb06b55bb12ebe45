using EmailSecurity.Findings;

namespace EmailSecurity.Marks;

/// <summary>Collects the findings of one check; a code at one place is reported once.</summary>
internal sealed class MarkCertificateFindings
{
    /// <summary>Fetch and Validation of Verified Mark Certificates.</summary>
    public const string Draft = "draft-fetch-validation-vmc-wchuang";

    /// <summary>Minimum Security Requirements for Issuance of Mark Certificates (AuthIndicators Working Group), version 1.7.</summary>
    public const string Mcr = "MC Requirements";

    /// <summary>PKIX.</summary>
    public const string Pkix = "RFC 5280";

    /// <summary>Logotypes in X.509 certificates.</summary>
    public const string Logotypes = "RFC 9399";

    /// <summary>Certificate Transparency.</summary>
    public const string Transparency = "RFC 6962";

    /// <summary>Textual encodings of PKIX structures.</summary>
    public const string Pem = "RFC 7468";

    private readonly List<Finding> _items = [];
    private readonly HashSet<(string, string?)> _seen = [];

    /// <summary>A hostile file must not make a report without end.</summary>
    private const int Limit = 200;

    public IReadOnlyList<Finding> Items => _items;

    public void Error(string code, string standard, string section, string message, string fix, string? location = null, int? line = null) =>
        Add(FindingSeverity.Error, code, standard, section, message, fix, location, line);

    public void Warning(string code, string standard, string section, string message, string fix, string? location = null, int? line = null) =>
        Add(FindingSeverity.Warning, code, standard, section, message, fix, location, line);

    public void Information(string code, string standard, string section, string message, string fix, string? location = null, int? line = null) =>
        Add(FindingSeverity.Information, code, standard, section, message, fix, location, line);

    public void Add(Finding finding)
    {
        if (_items.Count < Limit) _items.Add(finding);
    }

    private void Add(FindingSeverity severity, string code, string standard, string section, string message, string fix, string? location, int? line)
    {
        if (_items.Count >= Limit || !_seen.Add((code, location))) return;
        _items.Add(new Finding
        {
            Code = code,
            Severity = severity,
            Standard = standard,
            Section = section,
            Message = message,
            Fix = fix,
            Location = location,
            Line = line,
        });
    }
}
