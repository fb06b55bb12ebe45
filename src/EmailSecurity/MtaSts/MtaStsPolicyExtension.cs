using EmailSecurity.Findings;
using EmailSecurity.Text;

namespace EmailSecurity.MtaSts;

/// <summary>A field that senders do not know, which they ignore: checked against the grammar, and for a known name in another case.</summary>
internal static class MtaStsPolicyExtension
{
    public static void Check(ReadOnlySpan<char> name, ReadOnlySpan<char> value, int lineNumber, int column, FindingBag findings)
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
}
