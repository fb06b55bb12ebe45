using EmailSecurity.Findings;
using EmailSecurity.Text;

namespace EmailSecurity.MtaSts;

/// <summary>
/// Reads a policy text by the grammar of RFC 8461 section 3.2:
/// <code>
/// sts-policy-record = sts-policy-field *WSP *(sts-policy-term sts-policy-field *WSP) [sts-policy-term]
/// sts-policy-term   = LF / CRLF
/// field             = name ":" *WSP value
/// </code>
/// One pass, every finding, bounded in size.
/// </summary>
internal ref struct MtaStsPolicyReader
{
    internal const string Mechanism = "MtaStsPolicy";

    private FindingBag findings;
    private int lineNumber;
    private bool sawVersion;
    private bool sawMode;
    private bool sawMaxAge;
    private MtaStsMode? mode;
    private long? maxAge;
    private MtaStsMxPatterns patterns;

    public TestResult Run(string text, string domain)
    {
        findings = new FindingBag();
        if (text.Length == 0)
        {
            findings.Report(MtaStsRules.PolicyEmpty);
            return TestResult.From(Mechanism, findings.Items, null, domain);
        }
        var rest = text.AsSpan();
        if (rest[0] == '\uFEFF')
        {
            findings.Report(MtaStsRules.PolicyByteOrderMark, 1, 1);
            rest = rest[1..];
        }
        while (rest.Length > 0)
        {
            lineNumber++;
            var end = rest.IndexOf('\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            // The terminator is LF or CRLF, not CR alone: at the end of the text a CR belongs to the line, and is refused there.
            if (end >= 0 && line.Length > 0 && line[^1] == '\r')
            {
                line = line[..^1];
            }

            ReadLine(line);
        }
        Finish();
        var items = findings.Items;
        var policy = mode is { } readMode && maxAge is { } readMaxAge
            ? new MtaStsPolicy(domain, readMode, readMaxAge, patterns.All, text, items)
            : null;
        var result = TestResult.From(Mechanism, items, policy, domain);
        return result;
    }

    private void ReadLine(ReadOnlySpan<char> line)
    {
        var trimmed = RecordText.TrimWspEnd(line);
        if (trimmed.Length == 0)
        {
            findings.Report(MtaStsRules.PolicyBlankLine, $"Line {lineNumber} is blank; every line must be a field.", lineNumber, 1);
            return;
        }
        var colon = trimmed.IndexOf(':');
        if (colon < 0)
        {
            findings.Report(MtaStsRules.PolicyLineMalformed, $"Line {lineNumber} has no colon: '{RecordText.Show(trimmed)}'.", lineNumber, 1);
            return;
        }
        var name = trimmed[..colon];
        var value = RecordText.TrimWspStart(trimmed[(colon + 1)..]);
        var column = trimmed.Length - value.Length + 1;
        switch (name)
        {
            // RFC 8461 section 3.2: of a field other than mx, all entries but the first are ignored.
            case "version":
                if (!Repeated(ref sawVersion, name) && value is not "STSv1")
                {
                    findings.Report(MtaStsRules.PolicyVersionUnknown,
                        $"The version is '{RecordText.Show(value)}', not 'STSv1'.", lineNumber, column, fix: value.Contains('\r')
                        ? "End each line with LF or CRLF; the file has only CR." : "Write 'version: STSv1' (case matters).");
                }

                break;
            case "mode":
                if (!Repeated(ref sawMode, name))
                {
                    ReadMode(value, column);
                }

                break;
            case "max_age":
                if (!Repeated(ref sawMaxAge, name))
                {
                    ReadMaxAge(value, column);
                }

                break;
            case "mx":
                patterns.Read(value, lineNumber, column, findings);
                break;
            default:
                MtaStsPolicyExtension.Check(name, value, lineNumber, column, findings);
                break;
        }
    }

    private bool Repeated(ref bool seen, ReadOnlySpan<char> name)
    {
        if (seen)
        {
            findings.Report(MtaStsRules.PolicyFieldRepeated,
                $"'{name}' appears again on line {lineNumber}; senders use the first one only.", lineNumber, 1, fix: $"Keep one '{name}' line.");
        }

        var was = seen;
        seen = true;
        return was;
    }

    private void ReadMode(ReadOnlySpan<char> value, int column)
    {
        mode = value switch
        {
            "enforce" => MtaStsMode.Enforce,
            "testing" => MtaStsMode.Testing,
            "none" => MtaStsMode.None,
            _ => null,
        };
        if (mode is null)
        {
            findings.Report(MtaStsRules.PolicyModeUnknown, $"The mode is '{RecordText.Show(value)}', not enforce, testing or none.", lineNumber, column);
        }
    }

    private void ReadMaxAge(ReadOnlySpan<char> value, int column)
    {
        // RFC 8461 section 3.2: 1*10(DIGIT).
        if (value.Length is 0 or > 10 || value.ContainsAnyExceptInRange('0', '9'))
        {
            findings.Report(MtaStsRules.PolicyMaxAgeMalformed, $"The max_age is '{RecordText.Show(value)}', not 1 to 10 digits.", lineNumber, column);
            return;
        }
        var seconds = 0L;
        foreach (var digit in value)
        {
            seconds = (seconds * 10) + (digit - '0');
        }

        maxAge = seconds;
        // RFC 8461 section 3.2, as corrected by erratum 7282.
        if (seconds > MtaStsPolicy.MaxMaxAge)
        {
            findings.Report(MtaStsRules.PolicyMaxAgeTooLarge,
                $"The max_age is {seconds} seconds; at most {MtaStsPolicy.MaxMaxAge} (about a year) are allowed.", lineNumber, column,
                fix: $"Write at most 'max_age: {MtaStsPolicy.MaxMaxAge}'.");
        }
    }

    private void Finish()
    {
        if (!sawVersion)
        {
            findings.Report(MtaStsRules.PolicyVersionMissing);
        }

        if (!sawMode)
        {
            findings.Report(MtaStsRules.PolicyModeMissing);
        }

        if (!sawMaxAge)
        {
            findings.Report(MtaStsRules.PolicyMaxAgeMissing);
        }

        if (mode is MtaStsMode.Enforce or MtaStsMode.Testing)
        {
            if (!patterns.WereRead)
            {
                findings.Report(MtaStsRules.PolicyMxMissing);
            }

            if (maxAge is < MtaStsPolicy.ShortMaxAge)
            {
                findings.Report(MtaStsRules.PolicyMaxAgeShort,
                    $"The max_age of {Count.Of(maxAge.Value, "second")} is less than a day, so the policy protects little; weeks are expected.");
            }
        }
    }
}
