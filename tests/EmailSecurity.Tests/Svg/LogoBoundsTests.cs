using System.IO.Compression;
using System.Text;
using CsCheck;
using EmailSecurity.Bimi;
using EmailSecurity.Findings;

namespace EmailSecurity.Tests.Svg;

/// <summary>Whatever the bytes hold, the check ends, throws nothing, and takes little.</summary>
public class LogoBoundsTests
{
    internal static byte[] Gzip(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return target.ToArray();
    }

    private static string Repeat(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();

    public static TheoryData<string, string> Bombs => new()
    {
        { "SvgNestingTooDeep", LogoTableTests.With(Repeat("<g>", 50_000)) },
        { "SvgNotWellFormed", LogoTableTests.With("<rect " + Repeat("a=\"1\" ", 30_000) + "/>") },
        { "SvgNotWellFormed", LogoTableTests.With("<rect " + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"a{i}=\"\" ")) + "/>") },
        { "SvgAttributeUnknown", LogoTableTests.With(Repeat("<rect a=\"\"/>", 20_000)) },
        { "SvgValueMalformed", LogoTableTests.With("<path d=\"M" + new string('1', 200_000) + " x\"/>") },
        { "SvgValueNotAllowed", LogoTableTests.With("<rect id=\"" + new string('-', 200_000) + "\"/>") },
        { "SvgEntityDeclaration", "<!DOCTYPE svg [<!ENTITY a0 \"lol\">" + string.Concat(Enumerable.Range(1, 40).Select(i => $"<!ENTITY a{i} \"&a{i - 1};&a{i - 1};\">")) + "]>" + LogoTableTests.With("<text>&a40;</text>") },
        { "SvgUseExpansion", LogoTableTests.With("<g id=\"g0\"><rect/><rect/></g>" + string.Concat(Enumerable.Range(1, 30).Select(i => $"<g id=\"g{i}\"><use href=\"#g{i - 1}\"/><use href=\"#g{i - 1}\"/></g>"))) },
        { "SvgUseExpansion", LogoTableTests.With("<g id=\"g0\"/>" + string.Concat(Enumerable.Range(1, 3000).Reverse().Select(i => $"<g id=\"g{i}\"><use href=\"#g{i - 1}\"/></g>"))) },
        { "SvgUseCircular", LogoTableTests.With("<g id=\"a\"><use href=\"#b\"/></g><g id=\"b\"><use href=\"#a\"/></g>") },
        { "SvgNamespaceNotDeclared", LogoTableTests.With(string.Concat(Enumerable.Range(0, 200).Select(i => "<g " + string.Concat(Enumerable.Range(0, 10).Select(j => $"xmlns:p{i}-{j}=\"u\" ")) + ">"))) },
        { "SvgTooLarge", LogoTableTests.With(new string(' ', 300_000)) },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void Bomb_is_bounded(string code, string svg)
    {
        var bytes = Encoding.UTF8.GetBytes(svg);
        BimiLogo.Check(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = BimiLogo.Check(bytes);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Contains(result.Findings, f => f.Code == code);
        Assert.True(result.Findings.Count <= 301, $"{result.Findings.Count} findings");
        Assert.True(allocated < 4_000_000, $"{allocated} bytes allocated");
    }

    [Fact]
    public void Gzip_bomb_is_read_no_further_than_the_limit()
    {
        var bomb = Gzip(new byte[64_000_000]);
        BimiLogo.Check(bomb);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = BimiLogo.Check(bomb);
        Assert.Equal("SvgTooLarge", Assert.Single(result.Findings).Code);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 2_000_000);
    }

    [Fact]
    public void An_error_after_a_hundred_warnings_still_fails_the_logo()
    {
        var result = LogoTableTests.Check(LogoTableTests.With(Repeat("<rect fill=\"orange\"/>", 500) + "<script/>"));
        Assert.Equal(TestStatus.Fail, result.Status);
        Assert.Contains(result.Findings, f => f.Code == "SvgMoreFindings" && f.Message.StartsWith("400 ", StringComparison.Ordinal));
        Assert.Equal(100, result.Findings.Count(f => f.Severity == FindingSeverity.Warning));
    }

    private static readonly string[] Pieces =
    [
        "<svg", " xmlns=\"http://www.w3.org/2000/svg\"", " version=\"1.2\"", " baseProfile=\"tiny-ps\"", " viewBox=\"0 0 1 1\"", ">", "/>", "</svg>", "<title>", "</title>", "<g", "</g>",
        "<rect", "<path d=\"M0 0z\"", "<use href=\"#a\"", " id=\"a\"", " fill=\"url(#a)\"", "<!--", "-->", "<![CDATA[", "]]>", "<?x", "?>", "<!DOCTYPE", "[", "]", "&", "&#x41;", "&amp;", "&e;",
        "\"", "'", "=", ":", "xml:", "xmlns:a=\"b\"", " ", "\n", "text", "\u00e9", "\ud83d\ude00", "\uffff", "\0", "<?xml version=\"1.0\"?>", "<", "a:b", "1", "-", ".", "\ufeff",
    ];

    [Fact]
    public void Pieces_of_xml_in_any_order_never_throw() =>
        Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i]).Array[0, 40].Sample(pieces => Judge(Encoding.UTF8.GetBytes(string.Concat(pieces))), iter: 20_000);

    [Fact]
    public void Damaged_logos_never_throw()
    {
        var good = Encoding.UTF8.GetBytes(LogoTableTests.With("<defs><linearGradient id=\"a\"><stop offset=\"0\"/></linearGradient></defs><text>&amp;&#65;</text><!-- c --><path d=\"M0 0c1-2.5.5 3 4,5Z\" transform=\"rotate(3)\"/>"));
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Int[0, good.Length - 1], Gen.Byte.Array[0, 4]).Sample(t =>
        {
            var (from, to) = (Math.Min(t.Item1, t.Item2), Math.Max(t.Item1, t.Item2));
            Judge([.. good[..from], .. t.Item3, .. good[to..]]);
            Judge([.. good[..to], .. t.Item3, .. good[from..]]);
        }, iter: 10_000);
    }

    [Fact]
    public void Any_bytes_never_throw() => Gen.Byte.Array[0, 200].Sample(bytes =>
    {
        Judge(bytes);
        Judge([0x1F, 0x8B, 8, 0, .. bytes]);
    }, iter: 10_000);

    private static void Judge(byte[] bytes)
    {
        var result = BimiLogo.Check(bytes);
        Assert.True(result.IsValid || result.Findings.Any(f => f.Severity == FindingSeverity.Error));
        Assert.True(result.Findings.Count <= 301);
    }
}
