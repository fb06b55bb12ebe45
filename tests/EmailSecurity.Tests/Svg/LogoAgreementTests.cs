using System.Text;
using System.Xml;
using CsCheck;
using EmailSecurity.Bimi;

namespace EmailSecurity.Tests.Svg;

/// <summary>Two second opinions: RELAX NG validators on structure, XmlReader on well-formedness.</summary>
public class LogoAgreementTests
{
    /// <summary>libxml2 takes any language tag; jing takes XML Schema's: the one known disagreement between them.</summary>
    private const string LanguageLaxity = "xml:lang=";

    [Theory]
    [InlineData("xmllint", 1500)]
    [InlineData("jing", 300)]
    public void Structure_agrees_with_the_schema(string program, int count)
    {
        var schema = Path.GetFullPath(LogoTests.Vector("schema/SVG_1.2_PS.rng"));
        var oracle = new SvgSchemaOracle(schema);
        var folder = Directory.CreateTempSubdirectory("svg-agreement-").FullName;
        try
        {
            var ours = new Dictionary<string, int>(StringComparer.Ordinal);
            var texts = new Dictionary<string, string>(StringComparer.Ordinal);
            for (var i = 0; i < count; i++)
            {
                var text = oracle.Make(new Random(7000 + i), i % 6);
                var file = $"{i}.svg";
                File.WriteAllText(Path.Combine(folder, file), text);
                texts[file] = text;
                BimiLogo.CheckCounting(Encoding.UTF8.GetBytes(text), "", out var schemaErrors);
                ours[file] = schemaErrors;
            }
            var refused = SvgSchemaOracle.Refused(program, schema, folder, [.. ours.Keys]);
            Assert.SkipWhen(refused is null, $"{program} is not installed");
            var disagreements = ours.Where(o => refused.Contains(o.Key) != o.Value > 0
                && !(program == "xmllint" && o.Value > 0 && texts[o.Key].Contains(LanguageLaxity, StringComparison.Ordinal))).Select(o => texts[o.Key]).ToArray();
            Assert.True(disagreements.Length == 0, $"{disagreements.Length} of {count}, the first: {disagreements.FirstOrDefault()}");
            Assert.InRange(refused.Count, count / 5, count * 4 / 5);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static readonly string[] Snippets =
    [
        "<a>", "</a>", "<b c='1'>", "</b>", "<a/>", "<b c=\"&lt;\"/>", "<x:a xmlns:x='u'/>", "<a xmlns='u' c='1' />", "<a b='1' b='2'/>", "<a xmlns:p='u' xmlns:q='u' p:a='' q:a=''/>", "text", " ", "&amp;", "&#10;",
        "&#xD800;", "&", "<!-- c -->", "<!-- - -->", "<!--->", "<!-- -- -->", "<![CDATA[ <x> ]]>", "]]>", "<?pi x?>", "<?pi?>", "<?xml x?>", "<p:a/>", "<a p:b=''/>", "<a b=c/>", "<a b/>", "< a/>", "<a\nb='\n'/>",
        "</a >", "<1/>", "<a.b-c_d/>", "<:a/>", "<a:/>", "<a:b:c/>", "<xml:a/>", "<a xml:b=''/>", "<a xmlns:xml='http://www.w3.org/XML/1998/namespace'/>", "<a xmlns:xmlns='u'/>", "<a xmlns:p=''/>", "<a xmlns=''/>", "<a b='<'/>", "\u00e9", "<\u00e9/>", "<a b='1'c='2'/>",
    ];

    [Fact]
    public void Well_formedness_agrees_with_XmlReader() =>
        Gen.Int[0, Snippets.Length - 1].Select(i => Snippets[i]).Array[0, 6].Sample(snippets =>
        {
            var text = "<r>" + string.Concat(snippets) + "</r>";
            var findings = BimiLogo.Check(Encoding.UTF8.GetBytes(text)).Findings;
            var ours = !findings.Any(f => f.Code is "SvgNotWellFormed" or "SvgNamespaceNotDeclared");
            Assert.True(ours == IsWellFormed(text), $"{text}: ours {ours}, {string.Join("; ", findings)}");
        }, iter: 30_000);

    private static bool IsWellFormed(string text)
    {
        using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
        try
        {
            while (reader.Read())
            {
                for (var i = 0; i < reader.AttributeCount; i++)
                {
                    reader.GetAttribute(i);
                }
            }
            return true;
        }
        catch (XmlException)
        {
            return false;
        }
    }
}
