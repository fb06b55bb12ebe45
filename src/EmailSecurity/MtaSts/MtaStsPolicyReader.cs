using System.Text;
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
    private const string Mechanism = "MtaStsPolicy";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private FindingBag findings;
    private int lineNumber;
    private bool sawVersion;
    private bool sawMode;
    private bool sawMaxAge;
    private MtaStsMode? mode;
    private long? maxAge;
    private List<string>? mxHosts;
    private HashSet<string>? mxSet;
    private bool sawMx;

    internal static TestResult Read(ReadOnlySpan<byte> utf8, string domain)
    {
        if (utf8.Length > MtaStsPolicy.MaxSize)
        {
            return TooLarge(utf8.Length, domain);
        }

        string text;
        try
        {
            text = StrictUtf8.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            return NotUtf8(domain, utf8);
        }
        return new MtaStsPolicyReader().Run(text, domain);
    }

    internal static TestResult Read(string text, string domain)
    {
        // A UTF-16 unit is at least one octet of UTF-8 and at most three: only texts in between need counting.
        if (text.Length > MtaStsPolicy.MaxSize)
        {
            return TooLarge(text.Length, domain);
        }

        if (!Ascii.IsValid(text))
        {
            try
            {
                if (StrictUtf8.GetByteCount(text) is > MtaStsPolicy.MaxSize and var octets)
                {
                    return TooLarge(octets, domain);
                }
            }
            catch (EncoderFallbackException)
            {
                return NotUtf8(domain, []);
            }
        }
        return new MtaStsPolicyReader().Run(text, domain);
    }

    private TestResult Run(string text, string domain)
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
            ? new MtaStsPolicy(domain, readMode, readMaxAge, (IReadOnlyList<string>?)mxHosts ?? [], text, items)
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
                ReadMx(value, column);
                break;
            default:
                ReadExtension(name, value, column);
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

    private void ReadMx(ReadOnlySpan<char> value, int column)
    {
        sawMx = true;
        // RFC 8461 section 3.2: ["*."] Domain, Domain as in RFC 5321 (letters, digits, inner hyphens; A-labels).
        var name = value.StartsWith("*.") ? value[2..] : value;
        if (!DomainName.IsMailDomain(name))
        {
            var (message, fix) = name switch
            {
                [] or "*" => ("is not a host name.", "After 'mx:', write a host name, or '*.' followed by a domain name."),
                [.., '.'] => ("ends with a dot.", "Remove the final dot."),
                _ when System.Net.IPAddress.TryParse(name.Trim("[]"), out _) => ("is an address; MX hosts are names.", "Write the MX host's name."),
                _ when !Ascii.IsValid(name) => ("is not in ASCII.", "Write the name with A-labels (xn--...)."),
                _ => ("is not a valid mx pattern.", "Write a name as the MX record has it, such as mail.example.com or *.example.com."),
            };
            findings.Report(MtaStsRules.PolicyMxInvalid, $"mx '{RecordText.Show(value)}' {message}", lineNumber, column, fix: fix);
            return;
        }
        // RFC 5321's Domain takes a last label of digits, so the policy stands; RFC 1123 section 2.1 has no such host.
        if (!DomainName.IsHostName(name))
        {
            findings.Report(MtaStsRules.PolicyMxNumeric,
                $"mx '{RecordText.Show(value)}' ends in a label of digits: no MX host has such a name, so it matches none.", lineNumber, column);
        }

        var pattern = value.ToString();
        if (IsRepeatedMx(pattern))
        {
            findings.Report(MtaStsRules.PolicyMxRepeated, $"mx '{RecordText.Show(value)}' is listed twice.", lineNumber, column);
        }

        (mxHosts ??= []).Add(pattern);
    }

    /// <summary>A walk over the few hosts of an ordinary policy, a set for the many of a hostile one.</summary>
    private bool IsRepeatedMx(string pattern)
    {
        const int few = 16;
        if (mxHosts is null)
        {
            return false;
        }

        if (mxHosts.Count > few)
        {
            return !(mxSet ??= new HashSet<string>(mxHosts, StringComparer.OrdinalIgnoreCase)).Add(pattern);
        }

        foreach (var host in mxHosts)
        {
            if (string.Equals(pattern, host, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }
        return false;
    }

    private void ReadExtension(ReadOnlySpan<char> name, ReadOnlySpan<char> value, int column)
    {
        if (!RecordText.IsExtensionName(name))
        {
            var fix = name.Length > 0 && RecordText.IsExtensionName(RecordText.TrimWsp(name))
                ? "Remove the white space around the field name."
                : "Field names are 1 to 32 letters, digits, '_', '-' and '.', beginning with a letter or digit.";
            findings.Report(MtaStsRules.PolicyFieldNameInvalid, $"'{RecordText.Show(name)}' is not a valid field name.", lineNumber, 1, fix: fix);
            return;
        }
        if (IsPolicyText(value) is var at and >= 0)
        {
            var what = value.Length == 0 ? "has no value" : $"has a control character in its value ('{RecordText.Show(value)}')";
            findings.Report(MtaStsRules.PolicyFieldValueInvalid, $"Field '{name}' {what}.", lineNumber, column + at);
            return;
        }
        // RFC 8461 section 3.2: field names are case-sensitive, so 'Mode' is an unknown field, and ignored.
        foreach (var known in (ReadOnlySpan<string>)["version", "mode", "max_age", "mx"])
        {
            if (name.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                findings.Report(MtaStsRules.PolicyFieldNameCase,
                    $"'{name}' is not '{known}': field names are case-sensitive, so senders ignore this line.", lineNumber, 1,
                    fix: $"Write '{known}' in lowercase.");
                return;
            }
        }
    }

    /// <summary>Index of the first character that sts-policy-ext-value does not allow; 0 for an empty value; -1 where all is well.</summary>
    private static int IsPolicyText(ReadOnlySpan<char> value)
    {
        if (value.Length == 0)
        {
            return 0;
        }

        for (var i = 0; i < value.Length; i++)
        {
            // %x20-7E and UTF8-2, UTF8-3, UTF8-4: the C1 controls are well-formed UTF8-2, so only C0 and DEL are out.
            if (value[i] is < ' ' or '\x7F')
            {
                return i;
            }
        }
        return -1;
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
            if (!sawMx)
            {
                findings.Report(MtaStsRules.PolicyMxMissing);
            }

            if (maxAge is < MtaStsPolicy.ShortMaxAge)
            {
                findings.Report(MtaStsRules.PolicyMaxAgeShort,
                    $"The max_age of {maxAge} seconds is less than a day, so the policy protects little; weeks are expected.");
            }
        }
    }

    private static TestResult TooLarge(long octets, string domain)
    {
        var bag = new FindingBag();
        bag.Report(MtaStsRules.PolicyTooLarge, $"The policy has {octets} octets or more; senders may stop reading at {MtaStsPolicy.MaxSize}.");
        return TestResult.From(Mechanism, bag.Items, null, domain);
    }

    private static TestResult NotUtf8(string domain, ReadOnlySpan<byte> body)
    {
        var bag = new FindingBag();
        bag.Report(MtaStsRules.PolicyNotUtf8, ByteOrderMark.IsUtf16(body) ? "The policy is UTF-16, not UTF-8." : "The policy is not UTF-8.");
        return TestResult.From(Mechanism, bag.Items, null, domain);
    }
}
