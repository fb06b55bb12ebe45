using System.Runtime.InteropServices;

namespace EmailSecurity.Svg;

/// <summary>The namespace declarations that are open, and which namespace a prefix means by them.</summary>
internal ref struct SvgNamespaces(SvgReport report, SvgAttribute[] attributes)
{
    private const int MaximumBindings = 512;

    private readonly SvgReport report = report;
    private readonly SvgAttribute[] attributes = attributes;
    private Binding[] bindings = new Binding[8];
    private int count;

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Binding(int Prefix, int PrefixLength, int Uri, int UriLength, SvgNamespace Kind);

    /// <summary>How many declarations are open.</summary>
    public readonly int Count => count;

    /// <summary>Closes the declarations of an element that ends.</summary>
    public void Close(in SvgFrame frame) => count = frame.Bindings;

    /// <summary>Enters the namespace declarations of a start tag; false where one breaks Namespaces in XML 1.0.</summary>
    public bool Declare(ref SvgFrame frame, int attributeCount)
    {
        for (var i = 0; i < attributeCount; i++)
        {
            ref readonly var attribute = ref attributes[i];
            var name = report.Text.Slice(attribute.Name, attribute.NameLength);
            if (name[0] != 'x' || !name.StartsWith("xmlns"u8))
            {
                continue;
            }

            if (name.Length == 5)
            {
                frame.DefaultNamespace = KindOf(attribute);
                if (frame.DefaultNamespace == SvgNamespace.Xml)
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
        var prefix = report.Text.Slice(attribute.Local, attribute.LocalLength);
        if (prefix.SequenceEqual("xmlns"u8))
        {
            return Broken(attribute, "the prefix xmlns cannot be declared");
        }

        if (prefix.SequenceEqual("xml"u8) != (kind == SvgNamespace.Xml))
        {
            return Broken(attribute, "the prefix xml belongs to the XML namespace and to no other");
        }

        if (kind == SvgNamespace.None)
        {
            return Broken(attribute, "a prefix cannot be declared to mean no namespace");
        }

        if (count >= MaximumBindings)
        {
            return Broken(attribute, $"more than {MaximumBindings} namespace declarations are open");
        }

        if (count == bindings.Length)
        {
            Array.Resize(ref bindings, count * 2);
        }

        bindings[count++] = new Binding(attribute.Local, attribute.LocalLength, attribute.Value, attribute.ValueLength, kind);
        return true;
    }

    private readonly bool Broken(in SvgAttribute attribute, string problem)
    {
        report.End(SvgRules.NamespaceBroken, attribute.Name, $"The namespace declaration is wrong: {problem}.");
        return false;
    }

    private readonly SvgNamespace KindOf(in SvgAttribute attribute)
    {
        var uri = report.Text.Slice(attribute.Value, attribute.ValueLength);
        if (attribute.HasReference)
        {
            var buffer = new byte[uri.Length];
            uri = buffer.AsSpan(0, SvgEntity.Normalize(uri, buffer));
        }
        return uri.IsEmpty ? SvgNamespace.None
            : uri.SequenceEqual("http://www.w3.org/2000/svg"u8) ? SvgNamespace.Svg
            : uri.SequenceEqual("http://www.w3.org/1999/xlink"u8) ? SvgNamespace.XLink
            : uri.SequenceEqual("http://www.w3.org/XML/1998/namespace"u8) ? SvgNamespace.Xml
            : SvgNamespace.Other;
    }

    public readonly SvgNamespace Resolve(int prefix, int length)
    {
        var index = FindBinding(prefix, length);
        return index >= 0 ? bindings[index].Kind : report.Text.Slice(prefix, length).SequenceEqual("xml"u8) ? SvgNamespace.Xml : SvgNamespace.Undeclared;
    }

    private readonly int FindBinding(int prefix, int length)
    {
        var name = report.Text.Slice(prefix, length);
        for (var i = count - 1; i >= 0; i--)
        {
            if (name.SequenceEqual(report.Text.Slice(bindings[i].Prefix, bindings[i].PrefixLength)))
            {
                return i;
            }
        }
        return -1;
    }

    /// <summary>XML 1.0 section 3.1 and Namespaces in XML 1.0 section 6.3: no attribute twice, by name or by namespace and local name.</summary>
    public readonly bool CheckRepeats(int attributeCount)
    {
        for (var i = 1; i < attributeCount; i++)
        {
            ref readonly var attribute = ref attributes[i];
            var name = report.Text.Slice(attribute.Name, attribute.NameLength);
            for (var j = 0; j < i; j++)
            {
                ref readonly var other = ref attributes[j];
                if ((other.NameLength == name.Length && name.SequenceEqual(report.Text.Slice(other.Name, other.NameLength)))
                    || (attribute.Colon > 0 && other.Colon > 0 && IsSame(attribute, other)))
                {
                    report.End(SvgRules.NotWellFormed, attribute.Name, $"The file is not well-formed XML: the attribute {SvgText.Show(name)} appears twice.");
                    return false;
                }
            }
        }
        return true;
    }

    private readonly bool IsSame(in SvgAttribute a, in SvgAttribute b)
    {
        if (!report.Text.Slice(a.Local, a.LocalLength).SequenceEqual(report.Text.Slice(b.Local, b.LocalLength)))
        {
            return false;
        }

        var (x, y) = (FindBinding(a.Name, a.Colon), FindBinding(b.Name, b.Colon));
        return x >= 0 && y >= 0
            && report.Text.Slice(bindings[x].Uri, bindings[x].UriLength).SequenceEqual(report.Text.Slice(bindings[y].Uri, bindings[y].UriLength));
    }

    public readonly bool IsDeclaration(in SvgAttribute attribute) =>
        report.Text[attribute.Name] == 'x' && report.Text.Slice(attribute.Name, attribute.NameLength).StartsWith("xmlns"u8)
        && (attribute.NameLength == 5 || attribute.Colon == 5);

    /// <summary>For elements whose attributes are not looked at: their prefixes must be declared and their references be XML's own all the same.</summary>
    public readonly void CheckPrefixes(int attributeCount)
    {
        for (var i = 0; i < attributeCount && !report.HasEnded; i++)
        {
            ref readonly var attribute = ref attributes[i];
            if (attribute.HasReference)
            {
                SvgEntity.Report(report.Text.Slice(attribute.Value, attribute.ValueLength), attribute.Value, report);
            }

            if (attribute.Colon > 0 && !IsDeclaration(attribute) && Resolve(attribute.Name, attribute.Colon) == SvgNamespace.Undeclared)
            {
                ReportUndeclared(attribute);
            }
        }
    }

    public readonly void ReportUndeclared(in SvgAttribute attribute) =>
        report.End(SvgRules.NamespaceBroken, attribute.Name,
            $"The prefix of the attribute {report.Show(attribute.Name, attribute.Name + attribute.NameLength)} is not declared.");
}
