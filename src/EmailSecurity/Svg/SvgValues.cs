namespace EmailSecurity.Svg;

/// <summary>The value grammars that the profile's schema itself prescribes.</summary>
internal static class SvgValues
{
    /// <summary>True where the value is one of the tokens; white space around it does not count, as XML Schema's token type has it.</summary>
    public static bool IsToken(ReadOnlySpan<byte> value, byte[][] tokens)
    {
        value = SvgText.Trim(value);
        foreach (var token in tokens)
        {
            if (value.SequenceEqual(token))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Namespaces in XML 1.0 production 4.</summary>
    public static bool IsNcName(ReadOnlySpan<byte> value)
    {
        value = SvgText.Trim(value);
        return !value.IsEmpty && SvgNames.SkipName(value, 0, out var colon) == value.Length && colon == -1;
    }

    /// <summary>XML 1.0 production 8: one or more name tokens.</summary>
    public static bool IsNmTokens(ReadOnlySpan<byte> value)
    {
        value = SvgText.Trim(value);
        if (value.IsEmpty)
        {
            return false;
        }

        foreach (var word in new SvgWords(value))
        {
            if (SvgNames.SkipNameCharacters(word) != word.Length)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>XML Schema's language: <c>[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*</c>; empty is allowed by the profile.</summary>
    public static bool IsLanguage(ReadOnlySpan<byte> value)
    {
        value = SvgText.Trim(value);
        if (value.IsEmpty)
        {
            return true;
        }

        var run = 0;
        var first = true;
        foreach (var c in value)
        {
            if (c == '-')
            {
                if (run == 0)
                {
                    return false;
                }

                run = 0;
                first = false;
                continue;
            }
            if (!(char.IsAsciiLetter((char)c) || (!first && char.IsAsciiDigit((char)c))) || ++run > 8)
            {
                return false;
            }
        }
        return run > 0;
    }

    /// <summary>The schema's pattern for preserveAspectRatio: <c>\s*(none|xMidYMid)\s*(meet)?\s*</c>.</summary>
    public static bool IsAspectRatio(ReadOnlySpan<byte> value)
    {
        value = SvgText.Trim(value);
        if (value.StartsWith("none"u8))
        {
            value = value[4..];
        }
        else if (value.StartsWith("xMidYMid"u8))
        {
            value = value[8..];
        }
        else
        {
            return false;
        }

        value = SvgText.Trim(value);
        return value.IsEmpty || value.SequenceEqual("meet"u8);
    }
}

/// <summary>The words of a value, split at white space.</summary>
internal ref struct SvgWords(ReadOnlySpan<byte> value)
{
    private ReadOnlySpan<byte> rest = value;

    /// <summary>The word.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    public readonly SvgWords GetEnumerator() => this;

    public bool MoveNext()
    {
        var start = rest.IndexOfAnyExcept(SvgText.WhiteSpace);
        if (start < 0)
        {
            return false;
        }

        rest = rest[start..];
        var end = rest.IndexOfAny(SvgText.WhiteSpace);
        Current = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[end..];
        return true;
    }
}
