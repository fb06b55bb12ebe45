using System.Diagnostics;
using System.Text;
using System.Xml.Linq;

namespace EmailSecurity.Tests.Svg;

/// <summary>
/// Documents made from a RELAX NG schema, valid and near-valid, and the verdict of an independent RELAX NG validator over them.
/// The schema is read here on its own, so that the tables under test have no part in making the cases.
/// </summary>
internal sealed class SvgSchemaOracle
{
    private static readonly XNamespace Rng = "http://relaxng.org/ns/structure/1.0";

    private readonly Dictionary<string, XElement> defines;
    private readonly string[] elementNames;
    private readonly string[] attributeNames;
    private readonly string[] values;

    public SvgSchemaOracle(string schemaPath)
    {
        var grammar = XDocument.Load(schemaPath).Root!;
        defines = grammar.Elements(Rng + "define").ToDictionary(d => d.Attribute("name")!.Value, d => d.Element(Rng + "element")!);
        elementNames = [.. defines.Values.Select(e => e.Attribute("name")!.Value), "image", "script", "tspan", "a", "animate", "style", "clipPath", "svg:rect", "x:thing"];
        attributeNames = [.. grammar.Descendants(Rng + "attribute").Select(a => a.Attribute("name")!.Value).Distinct(), "style", "onclick", "xlink:href", "x:y", "visibility2", "target"];
        values = [.. grammar.Descendants(Rng + "value").Select(v => v.Value).Distinct(), "", " ", "1", "a b", "a:b", "-a", "x y z", "en", "en-GB", "toolonglanguage", "1.2 ", " tiny-ps", "\u00e9t\u00e9", "none meet", "xMidYMid  meet", "xMidYMidmeet", "&#9;none&#10;", "&lt;", "none slice", "_", "a.b-c", ".5"];
    }

    /// <summary>A document derived from the schema, then damaged in up to <paramref name="most"/> places.</summary>
    public string Make(Random random, int most)
    {
        var text = new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" xmlns:svg=\"http://www.w3.org/2000/svg\" xmlns:x=\"urn:x\"");
        var damage = random.Next(most + 1);
        WriteElement(random, text, defines["svg"], 0, ref damage);
        return text.ToString();
    }

    private void WriteElement(Random random, StringBuilder text, XElement element, int depth, ref int damage)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        var content = new List<XElement>();
        var takesText = false;
        foreach (var child in element.Elements())
        {
            Derive(random, child, attributes, content, ref takesText);
        }

        var name = element.Attribute("name")!.Value;
        if (Damaged(random, ref damage))
        {
            Spoil(random, attributes);
        }

        if (depth > 0)
        {
            text.Append('<').Append(Damaged(random, ref damage, 6) ? name = Pick(random, elementNames) : name);
        }
        else
        {
            name = "svg";
        }

        foreach (var (key, value) in attributes)
        {
            text.Append(' ').Append(key).Append("=\"").Append(value).Append('"');
        }

        text.Append('>');
        if (takesText || Damaged(random, ref damage, 8))
        {
            text.Append(random.Next(4) switch { 0 => "", 1 => " \n", 2 => "some text", _ => "<![CDATA[x]]>" });
        }

        if (Damaged(random, ref damage, 4) && content.Count > 0)
        {
            content.RemoveAt(random.Next(content.Count));
        }

        if (Damaged(random, ref damage, 4) && content.Count > 1)
        {
            content.Reverse();
        }

        if (Damaged(random, ref damage, 5))
        {
            content.Insert(random.Next(content.Count + 1), Pick(random, [.. defines.Values]));
        }

        foreach (var child in content)
        {
            if (depth > 6)
            {
                break;
            }

            if (random.Next(3) == 0)
            {
                text.Append(random.Next(2) == 0 ? "\n  " : "<!-- c -->");
            }

            WriteElement(random, text, child, depth + 1, ref damage);
        }
        text.Append("</").Append(name).Append('>');
    }

    private static bool Damaged(Random random, ref int damage, int rarity = 3)
    {
        if (damage == 0 || random.Next(rarity) != 0)
        {
            return false;
        }

        damage--;
        return true;
    }

    private void Spoil(Random random, Dictionary<string, string> attributes)
    {
        switch (random.Next(3))
        {
            case 0 when attributes.Count > 0:
                attributes.Remove(Pick(random, [.. attributes.Keys]));
                break;
            case 1 when attributes.Count > 0:
                attributes[Pick(random, [.. attributes.Keys])] = Pick(random, values);
                break;
            default:
                attributes[Pick(random, attributeNames)] = Pick(random, values);
                break;
        }
    }

    private void Derive(Random random, XElement pattern, Dictionary<string, string> attributes, List<XElement> content, ref bool takesText)
    {
        switch (pattern.Name.LocalName)
        {
            case "attribute":
                attributes[pattern.Attribute("name")!.Value] = Value(random, pattern.Elements().FirstOrDefault());
                break;
            case "ref":
                content.Add(defines[pattern.Attribute("name")!.Value]);
                break;
            case "text":
                takesText = true;
                break;
            case "choice":
                Derive(random, Pick(random, [.. pattern.Elements()]), attributes, content, ref takesText);
                break;
            case "optional":
                // Most attributes stay out, or every element would have sixty.
                if (random.Next(12) == 0)
                {
                    DeriveAll(random, pattern, attributes, content, ref takesText);
                }

                break;
            case "zeroOrMore":
                for (var n = random.Next(4); n > 0; n--)
                {
                    DeriveAll(random, pattern, attributes, content, ref takesText);
                }

                break;
            default:
                DeriveAll(random, pattern, attributes, content, ref takesText);
                break;
        }
    }

    private void DeriveAll(Random random, XElement pattern, Dictionary<string, string> attributes, List<XElement> content, ref bool takesText)
    {
        foreach (var child in pattern.Elements())
        {
            Derive(random, child, attributes, content, ref takesText);
        }
    }

    private string Value(Random random, XElement? pattern) => pattern?.Name.LocalName switch
    {
        "value" => pattern.Value,
        "choice" => Value(random, Pick(random, [.. pattern.Elements()])),
        "optional" => random.Next(2) == 0 ? "" : Value(random, pattern.Elements().First()),
        "data" => pattern.Attribute("type")!.Value switch
        {
            "NCName" => Pick(random, ["a", "b1", "_c"]),
            "NMTOKENS" => Pick(random, ["a", "1 b", "c:d"]),
            "language" => Pick(random, ["en", "de-CH"]),
            "anyURI" => "x",
            _ when pattern.HasElements => Pick(random, ["none", "xMidYMid meet"]),
            _ => Pick(random, ["1", "", "red", "M0 0", "#fff", "any thing"]),
        },
        _ => "0 0 10 10",
    };

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];

    /// <summary>The files that the validator refuses; null where the program is not there.</summary>
    public static HashSet<string>? Refused(string program, string schemaPath, string folder, IReadOnlyList<string> files)
    {
        var refused = new HashSet<string>(StringComparer.Ordinal);
        foreach (var chunk in files.Chunk(500))
        {
            var start = new ProcessStartInfo(program) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
            string[] options = program == "jing" ? [schemaPath] : ["--noout", "--nonet", "--relaxng", schemaPath];
            foreach (var argument in options.Concat(chunk))
            {
                start.ArgumentList.Add(argument);
            }

            using var process = Start(start);
            if (process is null)
            {
                return null;
            }

            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd() + error.GetAwaiter().GetResult();
            process.WaitForExit();
            foreach (var line in output.Split('\n'))
            {
                if (program == "jing" && line.Contains(": ", StringComparison.Ordinal) && (line.Contains("error:", StringComparison.Ordinal) || line.Contains("fatal:", StringComparison.Ordinal)))
                {
                    refused.Add(Path.GetFileName(line[..line.IndexOf(".svg:", StringComparison.Ordinal)] + ".svg"));
                }
                else if (program != "jing" && line.EndsWith(" fails to validate", StringComparison.Ordinal))
                {
                    refused.Add(Path.GetFileName(line[..^" fails to validate".Length]));
                }
                else if (program != "jing" && line.Contains("parser error", StringComparison.Ordinal))
                {
                    refused.Add(Path.GetFileName(line[..line.IndexOf(':', StringComparison.Ordinal)]));
                }
            }
        }
        return refused;
    }

    private static Process? Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
