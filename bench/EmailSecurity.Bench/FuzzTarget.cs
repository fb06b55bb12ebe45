using System.Text;
using EmailSecurity;
using EmailSecurity.Bimi;
using EmailSecurity.Dmarc;
using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.Text;
using EmailSecurity.TlsRpt;

/// <summary>One parser under fuzz.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Parse">Reads the input and says whether it was accepted. Anything thrown is a crash.</param>
/// <param name="Seeds">Inputs to start from.</param>
/// <param name="Words">Pieces that mean something to it.</param>
internal sealed record FuzzTarget(string Name, Func<byte[], bool> Parse, IReadOnlyList<byte[]> Seeds, IReadOnlyList<byte[]> Words)
{
    /// <summary>Inputs in a row; more for cheap parsers.</summary>
    public int Burst { get; init; } = 200;

    /// <summary>Every parser that reads what others wrote.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("policy-octets", b => Judge(MtaStsPolicy.Check(b, "example.com")), PolicySeeds, PolicyWords),
        new("policy-text", b => Judge(MtaStsPolicy.Check(Text(b), "example.com")), PolicySeeds, PolicyWords),
        new("mx-match", b => MxMatch(Text(b)), PolicySeeds, PolicyWords),
        new("mta-sts", b => Judge(MtaStsRecord.Check(Text(b))) | Judge(MtaStsRecord.Select(Lines(b), "example.com")), Octets("v=STSv1; id=20160831085700Z;", "v=STSv1; id=1; x=y\nother"), RecordWords),
        new("tls-rpt", b => Judge(TlsRptRecord.Check(Text(b))) | Judge(TlsRptRecord.Select(Lines(b), "example.com")), Octets("v=TLSRPTv1; rua=mailto:a@example.com,https://example.com:8443/r?x=y#z", "v=TLSRPTv1;rua=mailto:a%2C@[::1]; x=y"), RecordWords),
        new("bimi", b => Judge(BimiRecord.Check(Text(b))) | Judge(BimiRecord.Select(Lines(b), "example.com", "default")), Octets("v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/vmc.pem; avp=brand; lps=a,b", "v=BIMI1; l=; a=;"), RecordWords),
        new("dmarc", b => Judge(DmarcRecord.Check(Text(b))) | Judge(DmarcRecord.Select(Lines(b), "example.com")), Octets("v=DMARC1; p=reject; sp=none; np=quarantine; t=y; psd=n; pct=50; adkim=s; aspf=r; fo=1:d:s; rf=afrf; ri=86400; rua=mailto:a@example.com!10m,https://example.com/r", "v=DMARC1; p=none"), RecordWords),
        new("tree-walk", b => TreeWalk(Text(b)), Octets("a.mail.example.com\nv=DMARC1; p=none\n\nv=DMARC1; p=reject; psd=y", "a.b.c.d.e.f.g.h.i.example.com\n\n\n"), RecordWords),
        new("txt-strings", b => RoundTrip(Text(b)), Octets("\"v=STSv1; \" \"id=1;\"", "\"a\\\"b\\\\c\\195\\169\""), Octets("\"", "\\", "\\255", "\\999", " ", "\t")),
        new("domain-name", b => DomainName.TryNormalize(Text(b), out var n) && Twice(n), Octets("example.com", "b\u00FCcher.example", "\u4F8B\u3048\u3002\u30C6\u30B9\u30C8", "_mta-sts.a.example."), Octets(".", "-", "xn--", "_", "\u0301", "\u200D", "\u3002", "\U0001F600")),
        new("report-uri", b => Refusable(() => TlsRptRecord.Create([Text(b)])), Octets("a@example.com", "mailto:a@example.com?x=y", "https://example.com/r"), RecordWords),
        new("mark-cert", b => Judge(MarkFuzz.File(b)), MarkFuzz.Files, MarkFuzz.Words) { Burst = 20 },
        new("mark-extension", b => b.Length > 0 && Judge(MarkFuzz.Extension(b)), MarkFuzz.Extensions, MarkFuzz.Words) { Burst = 20 },
        new("mark-der", b => Judge(MarkFuzz.Certificate(b)), MarkFuzz.Certificates, MarkFuzz.Words) { Burst = 20 },
        new("report-json", ReportFuzz.Read, ReportFuzz.Texts, ReportFuzz.Words) { Burst = 100 },
        new("report-gzip", ReportFuzz.Read, ReportFuzz.GZips, ReportFuzz.Words) { Burst = 50 },
        new("report-zip", ReportFuzz.Read, ReportFuzz.Zips, ReportFuzz.Words) { Burst = 50 },
        new("report-mail", ReportFuzz.Read, ReportFuzz.Messages, ReportFuzz.Words) { Burst = 50 },
        new("logo", b => Judge(BimiLogo.Check(b)), LogoSeeds, LogoWords) { Burst = 50 },
    ];

    private static IReadOnlyList<byte[]> PolicySeeds => Octets(
        "version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.example.net\r\nmax_age: 604800\r\n",
        "version: STSv1\nmode: none\nmax_age: 0\nx-note: caf\u00E9\n");

    private static IReadOnlyList<byte[]> PolicyWords => Octets("version:", "mode:", "mx:", "max_age:", "STSv1", "enforce", "testing", "none", "*.", "example.com", "99999999999", ":", ".", "\r", "\n", "\r\n", " ", "\t", "\0", "\uFEFF", "\u00E9", "xn--");

    private static IReadOnlyList<byte[]> RecordWords => Octets("v=STSv1;", "v=TLSRPTv1;", "v=BIMI1;", "v=DMARC1;", "id=", "rua=", "ruf=", "mailto:", "https://", "l=", "a=", "avp=", "lps=", "p=", "sp=", "np=", "psd=", "t=", "pct=", "fo=", "ri=", "rf=", "none", "reject", ";", ";;", "=", ",", "!", "!10m", "%2C", "%", ":", "@", " ", "\t", "[", "]", "?", "#", "\"", "\0", "\u00E9", "example.com", "\n", "4294967296");

    private static IReadOnlyList<byte[]> LogoSeeds => Octets(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.2\" baseProfile=\"tiny-ps\" viewBox=\"0 0 100 100\"><title>Example</title><desc>A mark</desc><rect width=\"100\" height=\"100\" fill=\"#fff\"/><g transform=\"translate(1 2)\"><path d=\"M1 1L2 2c3 3 4 4 5 5z\"/></g></svg>",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.2\" baseProfile=\"tiny-ps\"><title>T</title><defs><linearGradient id=\"a\"><stop offset=\"0\" stop-color=\"red\"/></linearGradient></defs><circle r=\"1\" fill=\"url(#a)\"/></svg>");

    private static IReadOnlyList<byte[]> LogoWords => Octets("<", ">", "/>", "</", "<!--", "-->", "<![CDATA[", "]]>", "<!DOCTYPE x [<!ENTITY a \"b\">]>", "<?x y?>", "&amp;", "&#0;", "&#x110000;", "&a;", "<svg>", "<g>", "</g>", "<script/>", "<image href=\"x\"/>", "<title/>", " xmlns:a=\"b\"", " a:b=\"c\"", " id=\"a\"", " fill=\"url(http://x/)\"", "1e999999", "-", "\u001F\u008B\u0008", "\u00E9", "\uFEFF");

    internal static IReadOnlyList<byte[]> Octets(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];

    // Latin-1 reaches every octet as a character; what is UTF-8 is read so, as a resolver gives it.
    private static string Text(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        return text.Contains('\uFFFD', StringComparison.Ordinal) ? Encoding.Latin1.GetString(bytes) : text;
    }

    private static string[] Lines(byte[] bytes) => Text(bytes).Split('\n');

    private static bool Judge(TestResult result)
    {
        if (result.IsValid ? result.Value is null : result.Findings.Count == 0)
        {
            throw new InvalidOperationException("a verdict without a value or a reason");
        }

        foreach (var finding in result.Findings)
        {
            if (finding.Message.Length > 1000)
            {
                throw new InvalidOperationException("a message without bounds");
            }
        }
        return result.IsValid;
    }

    private static bool MxMatch(string text) => MtaStsPolicy.Check(text).Value is MtaStsPolicy policy && (policy.Matches(text) | policy.Matches(text[..Math.Min(text.Length, 40)]) | policy.Matches("a.example.net"));

    private static bool TreeWalk(string text)
    {
        var lines = text.Split('\n');
        if (!DomainName.TryNormalize(lines[0], out var domain))
        {
            return false;
        }

        var walk = new DmarcTreeWalk(domain);
        var queries = 0;
        while (!walk.IsDone)
        {
            queries++;
            walk.Answer(queries < lines.Length ? [lines[queries]] : []);
        }
        if (queries > DmarcTreeWalk.MaxQueries || !("." + domain).EndsWith("." + walk.OrganisationalDomain, StringComparison.Ordinal))
        {
            throw new InvalidOperationException("a walk that strays");
        }

        return walk.PolicyRecord is not null;
    }

    private static bool RoundTrip(string text)
    {
        var value = TxtStrings.Unquote(text);
        if (TxtStrings.Unquote(TxtStrings.Quote(value)) != Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(value)))
        {
            throw new InvalidOperationException("quoting loses text");
        }

        return true;
    }

    private static bool Twice(string name) => DomainName.TryNormalize(name, out var again) && again == name ? true : throw new InvalidOperationException("normalizing twice differs");

    private static bool Refusable(Func<TlsRptRecord> create)
    {
        try
        {
            return Judge(TlsRptRecord.Check(create().ToString())) ? true : throw new InvalidOperationException("we write what we refuse");
        }
        catch (EmailSecurityException)
        {
            return false; // the one error it may throw
        }
    }
}
