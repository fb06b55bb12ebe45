using System.Text;
using CsCheck;
using EmailSecurity.Bimi;
using EmailSecurity.Findings;
using EmailSecurity.Svg.Repair;

namespace EmailSecurity.Tests.Svg;

/// <summary>What holds for the conversion of any drawing.</summary>
public sealed class LogoConversionProperties
{
    private const string Definitions =
        "<style>.a{fill:#c30}.b{stroke:teal;stroke-width:3}#s1{fill-opacity:.5}</style><defs>" +
        "<linearGradient id='l'><stop stop-color='red'/><stop offset='.6' stop-color='blue' stop-opacity='.4'/></linearGradient>" +
        "<linearGradient id='m' href='#l' gradientUnits='userSpaceOnUse' x1='5' y1='9' x2='40' y2='60' gradientTransform='rotate(20) scale(2 1)' spreadMethod='reflect'/>" +
        "<radialGradient id='r'><stop stop-color='gold'/><stop offset='1' stop-color='#036'/></radialGradient>" +
        "<clipPath id='c'><rect x='10' y='10' width='70' height='60'/></clipPath><clipPath id='d'><circle cx='50' cy='50' r='40'/></clipPath>" +
        "<mask id='k'><path fill='#fff' d='M20 20h60l-30 60z'/></mask><symbol id='y' viewBox='0 0 10 10'><path d='M0 0h12v9z'/></symbol></defs>";

    private static readonly Gen<double> Number = Gen.Double[-40, 140].Select(n => Math.Round(n, 3));
    private static readonly Gen<double> Size = Gen.Double[0.1, 90].Select(n => Math.Round(n, 3));
    private static readonly Gen<string> Paint = One("red", "#123456", "none", "url(#l)", "url(#m)", "url(#r)", "rgba(9,9,9,.5)", "currentColor", "url(#no)");

    private static readonly Gen<string> Transform = Gen.Select(Gen.Int[0, 6], Number, Size).Select((kind, n, s) => Attribute("transform", kind switch
    {
        0 => Invariant($"translate({n} {s})"),
        1 => Invariant($"scale({s / 30})"),
        2 => Invariant($"scale({s / 40} {s / 25})"),
        3 => Invariant($"rotate({n * 3} 50 50)"),
        4 => Invariant($"skewX({n / 4})"),
        _ => "",
    }));

    private static readonly Gen<string> Style = Gen.Select(Paint, Paint, Gen.Int[0, 9], Size).Select((fill, stroke, kind, size) => kind switch
    {
        0 => $" fill='{fill}'",
        1 => Invariant($" fill='{fill}' stroke='{stroke}' stroke-width='{size / 9}'"),
        2 => $" style='fill:{fill};opacity:.5'",
        3 => $" class='a b' clip-path='url(#c)'",
        4 => $" fill='{fill}' clip-path='url(#d)'",
        5 => $" class='a' mask='url(#k)'",
        6 => Invariant($" stroke='{stroke}' fill='none' stroke-dasharray='{size / 9} 2' stroke-linecap='round'"),
        7 => $" fill='{fill}' stroke='{stroke}' paint-order='stroke' stroke-linejoin='bevel'",
        8 => $" fill='{fill}' fill-rule='evenodd' opacity='.25'",
        _ => " id='s1'",
    });

    private static readonly Gen<string> Path = Gen.Select(Number, Number, Size, Size, Gen.Int[0, 5]).Select((x, y, w, h, kind) => kind switch
    {
        0 => Invariant($"M{x} {y}c{w} 0 {w} {h} 0 {h}s-{w} 0-{h}-{w}z"),
        1 => Invariant($"M{x} {y}q{w} {h} {w} 0t{h} {w}zM1 2h{w}v{h}z"),
        2 => Invariant($"M{x} {y}a{w} {h} 30 1 0 {w} {h}A{h} {w} 0 0 1 {y} {x}"),
        3 => Invariant($"M{x} {y}l{w} {h}-{h} {w}z"),
        4 => Invariant($"M{x} {y}h{w}v{h}h-{w}"),
        _ => Invariant($"M{x} {y}zm{w} 0l0 0"),
    });

    private static readonly Gen<string> Shape = Gen.Select(Number, Number, Size, Size, Path, Gen.Int[0, 6]).Select((x, y, w, h, path, kind) => kind switch
    {
        0 => Invariant($"<rect x='{x}' y='{y}' width='{w}' height='{h}' rx='{h / 4}'"),
        1 => Invariant($"<circle cx='{x}' cy='{y}' r='{w}'"),
        2 => Invariant($"<ellipse cx='{x}' cy='{y}' rx='{w}' ry='{h}'"),
        3 => Invariant($"<polygon points='{x} {y} {w} {h} {y},{w}'"),
        4 => Invariant($"<use href='#y' x='{x}' width='{w}' height='{h}'"),
        _ => $"<path d='{path}'",
    });

    private static readonly Gen<string> Element = Gen.Select(Shape, Style, Transform).Select((shape, style, transform) => shape + style + transform + "/>");

    /// <summary>A drawing with shapes, paints, transforms, clips and opacities of chance.</summary>
    internal static readonly Gen<string> Drawing = Gen.Select(Element.Array[1, 4], Element.Array[0, 3], Transform, Style, Gen.Bool).Select((first, inner, transform, style, isWide) =>
        $"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {(isWide ? "160 90" : "100 100")}'>{Definitions}{string.Concat(first)}<g{style}{transform}>{string.Concat(inner)}</g></svg>");

    [Fact]
    public void A_conversion_is_valid_and_changes_nothing_when_repeated() => Drawing.Sample(drawing =>
    {
        var first = SvgRepair.Convert(Encoding.UTF8.GetBytes(drawing), "brand.svg", null, BimiLogo.RecommendedSize);
        Assert.Equal(first.Content is null, first.Refusals.Count > 0);
        if (first.Content is null)
        {
            return;
        }

        Assert.True(BimiLogo.Check(first.Content) is { IsValid: true }, string.Join('\n', BimiLogo.Check(first.Content).Findings));
        Assert.DoesNotContain(BimiLogo.Check(first.Content).Findings, f => f.Code is "SvgValueMalformed" or "SvgArcInPath" or "SvgReferenceUnresolved" or "SvgNotSquare");
        var second = SvgRepair.Convert(first.Content, "brand.svg", null, BimiLogo.RecommendedSize);
        Assert.Equal(Encoding.UTF8.GetString(first.Content), second.Content is null ? string.Join('\n', second.Refusals) : Encoding.UTF8.GetString(second.Content));
    }, iter: 2_000);

    [Fact]
    public void Most_drawings_are_converted() =>
        Assert.InRange(Drawing.Array[400].Single().Count(d => SvgRepair.Convert(Encoding.UTF8.GetBytes(d), "", null, 32768).Content is not null), 80, 400);

    [Fact]
    public void Damage_is_refused_or_converted_and_never_thrown() => Gen.Select(Drawing, Gen.Int[0, 100_000], One("<", "'", "&amp;", "&x;", "\0", "-", "e9", "url(", "]]>")).Sample(
        (drawing, at, damage) =>
        {
            var place = at % drawing.Length;
            var conversion = BimiLogoConversion.Convert(Encoding.UTF8.GetBytes(drawing[..place] + damage + drawing[Math.Min(drawing.Length, place + damage.Length)..]), "a.svg");
            Assert.Equal(conversion.Content is null, !conversion.Result.IsValid);
            Assert.Equal(conversion.Content is null, conversion.Result.Findings.Any(f => f.Severity == FindingSeverity.Error));
        }, iter: 1_000);

    private static Gen<string> One(params string[] of) => Gen.Int[0, of.Length - 1].Select(i => of[i]);

    private static string Attribute(string name, string value) => value.Length > 0 ? $" {name}='{value}'" : "";
}
