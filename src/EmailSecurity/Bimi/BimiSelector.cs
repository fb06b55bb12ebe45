using EmailSecurity.Text;

namespace EmailSecurity.Bimi;

/// <summary>BIMI selectors: the part in front of <c>._bimi.domain</c>.</summary>
public static class BimiSelector
{
    /// <summary>The selector that receivers use unless the message names another.</summary>
    public const string Default = "default";

    /// <summary>True for one or more labels of letters, digits and inner hyphens (as DKIM selectors: RFC 6376 section 3.1), at most 63 characters a
    /// label.</summary>
    public static bool IsValid(string? selector)
    {
        if (string.IsNullOrEmpty(selector) || selector.Length > 200)
        {
            return false;
        }

        foreach (var range in selector.Split('.'))
        {
            // A host name of two labels holds each label to the same rule, digits only included.
            if (!DomainName.IsHostName(range + ".x"))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The selector in lower case.</summary>
    /// <exception cref="EmailSecurityException">InvalidBimiSelector.</exception>
    public static string Normalize(string selector) => IsValid(selector)
        ? selector.ToLowerInvariant()
        : throw new EmailSecurityException("InvalidBimiSelector", ErrorKind.InvalidArgument,
            $"'{RecordText.Show(selector ?? "")}' is not a valid BIMI selector: labels of letters, digits and inner hyphens.",
                "Use 'default', or a word such as 'brand2'.")
        { Target = selector };
}
