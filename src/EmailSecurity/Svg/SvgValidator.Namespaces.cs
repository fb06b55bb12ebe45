namespace EmailSecurity.Svg;

internal ref partial struct SvgValidator
{
    /// <summary>Enters the namespace declarations of a start tag; false where one breaks Namespaces in XML 1.0.</summary>
    private bool Declare(ref Frame frame)
    {
        for (var i = 0; i < reader.AttributeCount; i++)
        {
            ref readonly var attribute = ref attributes[i];
            var name = text.Slice(attribute.Name, attribute.NameLength);
            if (name[0] != 'x' || !name.StartsWith("xmlns"u8))
            {
                continue;
            }

            if (name.Length == 5)
            {
                frame.DefaultNamespace = KindOf(attribute);
                if (frame.DefaultNamespace == NsXml)
                {
                    return Broken(attribute, "the XML namespace cannot be the default namespace");
                }
            }
            else if (attribute.Colon == 5 && !DeclarePrefix(attribute))
            {
                return false;
            }
        }
        return true;
    }

    private bool DeclarePrefix(in SvgAttribute attribute)
    {
        var kind = KindOf(attribute);
        var prefix = text.Slice(attribute.Local, attribute.LocalLength);
        if (prefix.SequenceEqual("xmlns"u8))
        {
            return Broken(attribute, "the prefix xmlns cannot be declared");
        }

        if (prefix.SequenceEqual("xml"u8) != (kind == NsXml))
        {
            return Broken(attribute, "the prefix xml belongs to the XML namespace and to no other");
        }

        if (kind == NsNone)
        {
            return Broken(attribute, "a prefix cannot be declared to mean no namespace");
        }

        if (bindingCount >= MaximumBindings)
        {
            return Broken(attribute, $"more than {MaximumBindings} namespace declarations are open");
        }

        if (bindingCount == bindings.Length)
        {
            Array.Resize(ref bindings, bindingCount * 2);
        }

        bindings[bindingCount++] = new Binding(attribute.Local, attribute.LocalLength, attribute.Value, attribute.ValueLength, kind);
        return true;
    }

    private bool Broken(in SvgAttribute attribute, string problem)
    {
        Fail(SvgRules.NamespaceBroken, attribute.Name, $"The namespace declaration is wrong: {problem}.");
        return false;
    }

    private readonly byte KindOf(in SvgAttribute attribute)
    {
        var uri = text.Slice(attribute.Value, attribute.ValueLength);
        if (attribute.HasReference)
        {
            var buffer = new byte[uri.Length];
            uri = buffer.AsSpan(0, SvgText.Normalize(uri, buffer));
        }
        return uri.IsEmpty ? NsNone
            : uri.SequenceEqual("http://www.w3.org/2000/svg"u8) ? NsSvg
            : uri.SequenceEqual("http://www.w3.org/1999/xlink"u8) ? NsXLink
            : uri.SequenceEqual("http://www.w3.org/XML/1998/namespace"u8) ? NsXml
            : NsOther;
    }

    private readonly byte Resolve(int prefix, int length)
    {
        var index = FindBinding(prefix, length);
        return index >= 0 ? bindings[index].Kind : text.Slice(prefix, length).SequenceEqual("xml"u8) ? NsXml : NsUndeclared;
    }

    private readonly int FindBinding(int prefix, int length)
    {
        var name = text.Slice(prefix, length);
        for (var i = bindingCount - 1; i >= 0; i--)
        {
            if (name.SequenceEqual(text.Slice(bindings[i].Prefix, bindings[i].PrefixLength)))
            {
                return i;
            }
        }
        return -1;
    }

    /// <summary>XML 1.0 section 3.1 and Namespaces in XML 1.0 section 6.3: no attribute twice, by name or by namespace and local name.</summary>
    private bool CheckRepeats()
    {
        for (var i = 1; i < reader.AttributeCount; i++)
        {
            ref readonly var attribute = ref attributes[i];
            var name = text.Slice(attribute.Name, attribute.NameLength);
            for (var j = 0; j < i; j++)
            {
                ref readonly var other = ref attributes[j];
                if ((other.NameLength == name.Length && name.SequenceEqual(text.Slice(other.Name, other.NameLength)))
                    || (attribute.Colon > 0 && other.Colon > 0 && IsSame(attribute, other)))
                {
                    Fail(SvgRules.NotWellFormed, attribute.Name, $"The file is not well-formed XML: the attribute {SvgText.Show(name)} appears twice.");
                    return false;
                }
            }
        }
        return true;
    }

    private readonly bool IsSame(in SvgAttribute a, in SvgAttribute b)
    {
        if (!text.Slice(a.Local, a.LocalLength).SequenceEqual(text.Slice(b.Local, b.LocalLength)))
        {
            return false;
        }

        var (x, y) = (FindBinding(a.Name, a.Colon), FindBinding(b.Name, b.Colon));
        return x >= 0 && y >= 0
            && text.Slice(bindings[x].Uri, bindings[x].UriLength).SequenceEqual(text.Slice(bindings[y].Uri, bindings[y].UriLength));
    }

    private readonly bool IsDeclaration(in SvgAttribute attribute) =>
        text[attribute.Name] == 'x' && text.Slice(attribute.Name, attribute.NameLength).StartsWith("xmlns"u8)
        && (attribute.NameLength == 5 || attribute.Colon == 5);

    /// <summary>For elements whose attributes are not looked at: their prefixes must be declared and their references be XML's own all the same.</summary>
    private void CheckPrefixes()
    {
        for (var i = 0; i < reader.AttributeCount && !failed; i++)
        {
            ref readonly var attribute = ref attributes[i];
            if (attribute.HasReference)
            {
                ReportEntities(text.Slice(attribute.Value, attribute.ValueLength), attribute.Value);
            }

            if (attribute.Colon > 0 && !IsDeclaration(attribute) && Resolve(attribute.Name, attribute.Colon) == NsUndeclared)
            {
                Undeclared(attribute);
            }
        }
    }

    private void Undeclared(in SvgAttribute attribute) =>
        Fail(SvgRules.NamespaceBroken, attribute.Name, $"The prefix of the attribute {Show(attribute.Name, attribute.Name + attribute.NameLength)} is " +
            $"not declared.");
}
