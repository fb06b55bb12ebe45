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
    private const string Standard = "RFC 8461";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private FindingBag _findings;
    private int _line;
    private bool _sawVersion;
    private bool _sawMode;
    private bool _sawMaxAge;
    private MtaStsMode? _mode;
    private long? _maxAge;
    private List<string>? _mxHosts;
    private HashSet<string>? _mxSet;
    private bool _sawMx;

    internal static TestResult Read(ReadOnlySpan<byte> utf8, string domain)
    {
        if (utf8.Length > MtaStsPolicy.MaxSize)
            return TooLarge(utf8.Length, domain);
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
            return TooLarge(text.Length, domain);
        if (!Ascii.IsValid(text))
        {
            try
            {
                if (StrictUtf8.GetByteCount(text) is > MtaStsPolicy.MaxSize and var octets)
                    return TooLarge(octets, domain);
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
        _findings = new FindingBag(Standard);
        if (text.Length == 0)
        {
            _findings.Error("PolicyEmpty", "3.2", "The policy is empty.", "Serve version, mode, mx and max_age, one to a line.");
            return TestResult.From(Mechanism, _findings.Items, null, domain);
        }
        var rest = text.AsSpan();
        if (rest[0] == '\uFEFF')
        {
            _findings.Error("PolicyByteOrderMark", "3.2", "The policy begins with a byte order mark, which no field name may.", "Save the file as UTF-8 without a byte order mark.", 1, 1);
            rest = rest[1..];
        }
        while (rest.Length > 0)
        {
            _line++;
            var end = rest.IndexOf('\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            // The terminator is LF or CRLF, not CR alone: at the end of the text a CR belongs to the line, and is refused there.
            if (end >= 0 && line.Length > 0 && line[^1] == '\r')
                line = line[..^1];
            ReadLine(line);
        }
        Finish();
        var items = _findings.Items;
        var policy = _mode is { } mode && _maxAge is { } maxAge
            ? new MtaStsPolicy(domain, mode, maxAge, (IReadOnlyList<string>?)_mxHosts ?? [], text, items)
            : null;
        var result = TestResult.From(Mechanism, items, policy, domain);
        return result;
    }

    private void ReadLine(ReadOnlySpan<char> line)
    {
        var trimmed = RecordText.TrimWspEnd(line);
        if (trimmed.Length == 0)
        {
            _findings.Error("PolicyBlankLine", "3.2", $"Line {_line} is blank; every line has to be a field.", "Remove the blank line.", _line, 1);
            return;
        }
        var colon = trimmed.IndexOf(':');
        if (colon < 0)
        {
            _findings.Error("PolicyLineMalformed", "3.2", $"Line {_line} has no colon: '{RecordText.Show(trimmed)}'.", "Write each field as 'name: value'.", _line, 1);
            return;
        }
        var name = trimmed[..colon];
        var value = RecordText.TrimWspStart(trimmed[(colon + 1)..]);
        var column = trimmed.Length - value.Length + 1;
        switch (name)
        {
            // RFC 8461 section 3.2: of a field other than mx, all entries but the first are ignored.
            case "version":
                if (!Repeated(ref _sawVersion, name) && value is not "STSv1")
                    _findings.Error("PolicyVersionUnknown", "3.2", $"The version is '{RecordText.Show(value)}', not 'STSv1'.", value.Contains('\r')
                        ? "End each line with LF or CRLF; the file has CR alone." : "Write 'version: STSv1' (case matters).", _line, column);
                break;
            case "mode":
                if (!Repeated(ref _sawMode, name))
                    ReadMode(value, column);
                break;
            case "max_age":
                if (!Repeated(ref _sawMaxAge, name))
                    ReadMaxAge(value, column);
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
            _findings.Warning("PolicyFieldRepeated", "3.2", $"'{name}' is given again on line {_line}; senders use the first one only.", $"Keep one '{name}' line.", _line, 1);
        var was = seen;
        seen = true;
        return was;
    }

    private void ReadMode(ReadOnlySpan<char> value, int column)
    {
        _mode = value switch
        {
            "enforce" => MtaStsMode.Enforce,
            "testing" => MtaStsMode.Testing,
            "none" => MtaStsMode.None,
            _ => null,
        };
        if (_mode is null)
            _findings.Error("PolicyModeUnknown", "3.2", $"The mode is '{RecordText.Show(value)}', not enforce, testing or none.", "Write 'mode: testing' or 'mode: enforce', in lower case.", _line, column);
    }

    private void ReadMaxAge(ReadOnlySpan<char> value, int column)
    {
        // RFC 8461 section 3.2: 1*10(DIGIT).
        if (value.Length is 0 or > 10 || value.ContainsAnyExceptInRange('0', '9'))
        {
            _findings.Error("PolicyMaxAgeMalformed", "3.2", $"The max_age is '{RecordText.Show(value)}', not 1 to 10 digits.", "Write the seconds as plain digits: 'max_age: 604800' is one week.", _line, column);
            return;
        }
        var seconds = 0L;
        foreach (var digit in value)
            seconds = (seconds * 10) + (digit - '0');
        _maxAge = seconds;
        // RFC 8461 section 3.2, as corrected by erratum 7282.
        if (seconds > MtaStsPolicy.MaxMaxAge)
            _findings.Error("PolicyMaxAgeTooLarge", "3.2", $"The max_age is {seconds} seconds; at most {MtaStsPolicy.MaxMaxAge} (about a year) are allowed.", $"Write at most 'max_age: {MtaStsPolicy.MaxMaxAge}'.", _line, column);
    }

    private void ReadMx(ReadOnlySpan<char> value, int column)
    {
        _sawMx = true;
        // RFC 8461 section 3.2: ["*."] Domain, Domain as in RFC 5321 (letters, digits, inner hyphens; A-labels).
        var name = value.StartsWith("*.") ? value[2..] : value;
        if (!DomainName.IsMailDomain(name))
        {
            var (message, fix) = name switch
            {
                [] or "*" => ("is not a host name.", "Write a host name after 'mx:', or '*.' and a name."),
                [.., '.'] => ("ends with a dot.", "Remove the final dot."),
                _ when System.Net.IPAddress.TryParse(name.Trim("[]"), out _) => ("is an address; MX hosts are names.", "Write the MX host's name."),
                _ when !Ascii.IsValid(name) => ("is not in ASCII.", "Write the name with A-labels (xn--...)."),
                _ => ("is not a valid mx pattern.", "Write a name as the MX record has it, such as mail.example.com or *.example.com."),
            };
            _findings.Error("PolicyMxInvalid", "3.2", $"mx '{RecordText.Show(value)}' {message}", fix, _line, column);
            return;
        }
        // RFC 5321's Domain takes a last label of digits, so the policy stands; RFC 1123 section 2.1 has no such host.
        if (!DomainName.IsHostName(name))
            _findings.Warning("PolicyMxNumeric", "3.2",
                $"mx '{RecordText.Show(value)}' ends in a label of digits: no MX host has such a name, so it matches none.",
                "Write a name as the MX record has it, such as mail.example.com or *.example.com.", _line, column);
        var pattern = value.ToString();
        if (IsRepeatedMx(pattern))
            _findings.Information("PolicyMxRepeated", "3.2", $"mx '{RecordText.Show(value)}' is listed twice.", "Remove one of them.", _line, column);
        (_mxHosts ??= []).Add(pattern);
    }

    /// <summary>A walk over the few hosts of an ordinary policy, a set for the many of a hostile one.</summary>
    private bool IsRepeatedMx(string pattern)
    {
        const int few = 16;
        if (_mxHosts is null)
            return false;
        if (_mxHosts.Count > few)
            return !(_mxSet ??= new HashSet<string>(_mxHosts, StringComparer.OrdinalIgnoreCase)).Add(pattern);
        foreach (var host in _mxHosts)
        {
            if (string.Equals(pattern, host, StringComparison.OrdinalIgnoreCase))
                return true;
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
            _findings.Error("PolicyFieldNameInvalid", "3.2", $"'{RecordText.Show(name)}' is no field name.", fix, _line, 1);
            return;
        }
        if (IsPolicyText(value) is var at and >= 0)
        {
            var what = value.Length == 0 ? "has no value" : $"has a control character in its value ('{RecordText.Show(value)}')";
            _findings.Error("PolicyFieldValueInvalid", "3.2", $"Field '{name}' {what}.", "Give it a value of printable characters, or remove the line.", _line, column + at);
            return;
        }
        // RFC 8461 section 3.2: field names are case-sensitive, so 'Mode' is an unknown field, and ignored.
        foreach (var known in (ReadOnlySpan<string>)["version", "mode", "max_age", "mx"])
        {
            if (name.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                _findings.Warning("PolicyFieldNameCase", "3.2", $"'{name}' is not '{known}': field names are case-sensitive, so senders ignore this line.", $"Write '{known}' in lower case.", _line, 1);
                return;
            }
        }
    }

    /// <summary>Index of the first character that sts-policy-ext-value does not allow; 0 for an empty value; -1 where all is well.</summary>
    private static int IsPolicyText(ReadOnlySpan<char> value)
    {
        if (value.Length == 0)
            return 0;
        for (var i = 0; i < value.Length; i++)
        {
            // %x20-7E and UTF8-2, UTF8-3, UTF8-4: the C1 controls are well-formed UTF8-2, so only C0 and DEL are out.
            if (value[i] is < ' ' or '\x7F')
                return i;
        }
        return -1;
    }

    private void Finish()
    {
        if (!_sawVersion)
            _findings.Error("PolicyVersionMissing", "3.2", "There is no version field.", "Begin with 'version: STSv1'.");
        if (!_sawMode)
            _findings.Error("PolicyModeMissing", "3.2", "There is no mode field.", "Add 'mode: testing' or 'mode: enforce'.");
        if (!_sawMaxAge)
            _findings.Error("PolicyMaxAgeMissing", "3.2", "There is no max_age field.", "Add 'max_age: 604800' (seconds; one week).");
        if (_mode is MtaStsMode.Enforce or MtaStsMode.Testing)
        {
            if (!_sawMx)
                _findings.Error("PolicyMxMissing", "3.2", "There is no mx field; only a policy in mode none may go without.", "Add an 'mx:' line for each MX host.");
            if (_maxAge is < MtaStsPolicy.ShortMaxAge)
                _findings.Warning("PolicyMaxAgeShort", "3.2", $"The max_age of {_maxAge} seconds is less than a day, so the policy protects little; weeks are expected.", "Raise max_age to 604800 (one week) or more once the policy is proven.");
        }
    }

    private static TestResult TooLarge(long octets, string domain)
    {
        var findings = new FindingBag(Standard);
        findings.Error("PolicyTooLarge", "3.3", $"The policy has {octets} octets or more; senders may stop reading at {MtaStsPolicy.MaxSize}.", "Serve only the policy, without comments; use wildcards for many hosts.");
        return TestResult.From(Mechanism, findings.Items, null, domain);
    }

    private static TestResult NotUtf8(string domain, ReadOnlySpan<byte> body)
    {
        var findings = new FindingBag(Standard);
        findings.Error("PolicyNotUtf8", "3.2", ByteOrderMark.IsUtf16(body) ? "The policy is UTF-16, not UTF-8." : "The policy is not UTF-8.", "Save the file as UTF-8 without a byte order mark; plain ASCII is enough.");
        return TestResult.From(Mechanism, findings.Items, null, domain);
    }
}
