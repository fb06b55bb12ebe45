using System.Text;
using EmailSecurity.Findings;
using EmailSecurity.Sandbox.Edge;
using EmailSecurity.Tests.EndToEnd;
using EmailSecurity.Tests.Svg;

namespace EmailSecurity.Tests.Live;

/// <summary>A world with one thing wrong: the code that says so, and the command that finds it.</summary>
/// <param name="Code">The code.</param>
/// <param name="Severity">How much it matters there.</param>
/// <param name="Command">PowerShell; <c>$d</c> is the domain.</param>
/// <param name="Build">Builds the world; gives the domain to look at.</param>
internal sealed record BrokenWorld(string Code, FindingSeverity Severity, string Command, Func<LiveWorld, string> Build)
{
    private const FindingSeverity Error = FindingSeverity.Error;
    private const FindingSeverity Warning = FindingSeverity.Warning;
    private const FindingSeverity Information = FindingSeverity.Information;
    private const string PolicyRest = "mode: enforce\nmx: mx1.@\nmax_age: 604800\n";
    private const string Bimi = "v=BIMI1; l=https://logo.example.com/logo.svg";

    /// <summary>Every world that the commands look at as they are; those that need a broken network or mail server are in the tests of those.</summary>
    public static IReadOnlyList<BrokenWorld> All { get; } = [.. MtaStsRecords(), .. Policies(), .. Mx(), .. TlsRptRecords(), .. DmarcRecords(), .. BimiRecords(), .. BimiGate(), .. Logos()];

    // RFC 8461 section 3.1.
    private static IEnumerable<BrokenWorld> MtaStsRecords() =>
    [
        new("DomainNotFound", Information, "Test-MtaSts $d", w => "nobody." + w.Put()),
        new("DomainNotFound", Information, "Test-TlsRpt $d", w => "nobody." + w.Put()),
        Sts(Information, "Absent"),
        Sts(Error, "Multiple", "v=STSv1; id=1;", "v=STSv1; id=2;"),
        Sts(Warning, "Discarded", "v=STSv1; id=1;", "v=STSv2; id=2;"),
        Sts(Error, "Discarded", "something else", "v=STSv1 ; id=2;"),
        Sts(Error, "VersionInvalid", "v=STSv2; id=1;"),
        Sts(Warning, "VersionSpacing", "v=STSv1 ; id=1;"),
        Sts(Error, "FieldEmpty", "v=STSv1;; id=1;"),
        Sts(Error, "TrailingSpace", "v=STSv1; id=1 "),
        Sts(Error, "FieldMalformed", "v=STSv1; id"),
        Sts(Error, "FieldNameInvalid", "v=STSv1; id=1; -x=a"),
        Sts(Error, "FieldValueInvalid", "v=STSv1; id=1; x=a b"),
        Sts(Warning, "FieldCase", "v=STSv1; id=1; ID=2;"),
        Sts(Error, "IdMissing", "v=STSv1;"),
        Sts(Error, "IdInvalid", "v=STSv1; id=not-alphanumeric;"),
        Sts(Warning, "IdRepeated", "v=STSv1; id=1; id=2;"),
    ];

    // RFC 8461 sections 3.2 and 3.3.
    private static IEnumerable<BrokenWorld> Policies() =>
    [
        Policy(Error, "Empty", ""),
        Policy(Error, "ByteOrderMark", "\ufeffversion: STSv1\n" + PolicyRest),
        Policy(Error, "BlankLine", "version: STSv1\n\n" + PolicyRest),
        Policy(Error, "LineMalformed", "version: STSv1\nnonsense\n" + PolicyRest),
        Policy(Error, "VersionMissing", PolicyRest),
        Policy(Error, "VersionUnknown", "version: STSv2\n" + PolicyRest),
        Policy(Error, "ModeMissing", "version: STSv1\nmx: mx1.@\nmax_age: 604800\n"),
        Policy(Error, "ModeUnknown", "version: STSv1\nmode: strict\nmx: mx1.@\nmax_age: 604800\n"),
        Policy(Error, "MaxAgeMissing", "version: STSv1\nmode: enforce\nmx: mx1.@\n"),
        Policy(Error, "MaxAgeMalformed", "version: STSv1\nmode: enforce\nmx: mx1.@\nmax_age: soon\n"),
        Policy(Error, "MaxAgeTooLarge", "version: STSv1\nmode: enforce\nmx: mx1.@\nmax_age: 31557601\n"),
        Policy(Warning, "MaxAgeShort", "version: STSv1\nmode: enforce\nmx: mx1.@\nmax_age: 600\n"),
        Policy(Error, "MxMissing", "version: STSv1\nmode: enforce\nmax_age: 604800\n"),
        Policy(Error, "MxInvalid", "version: STSv1\nmx: 192.0.2.1\n" + PolicyRest),
        Policy(Information, "MxRepeated", "version: STSv1\nmx: mx1.@\n" + PolicyRest),
        Policy(Error, "FieldNameInvalid", "version: STSv1\n-x: a\n" + PolicyRest),
        Policy(Error, "FieldValueInvalid", "version: STSv1\nx:\n" + PolicyRest),
        Policy(Warning, "FieldNameCase", "version: STSv1\nMode: none\n" + PolicyRest),
        Policy(Warning, "FieldRepeated", "version: STSv1\nmode: enforce\n" + PolicyRest),
        new("PolicyNotUtf8", Error, "Test-MtaSts $d", w => Served(w, "mta-sts", "/.well-known/mta-sts.txt", new SiteResponse { BodyBase64 = Convert.ToBase64String([.. "version: STSv1\nmode: none\nmax_age: 86400\nx: "u8, 0xe9, (byte)'\n']), Headers = LiveWorld.Type("text/plain") })),
        new("PolicyContentType", Warning, "Test-MtaSts $d", w => Policy(w, "text/html; charset=utf-8")),
        new("PolicyContentType", Warning, "Test-MtaSts $d", w => Policy(w, null)),
        new("PolicyModeEnforce", Information, "Test-MtaSts $d", w => w.Put()),
        new("PolicyModeTesting", Information, "Test-MtaSts $d", w => WithMode(w, "testing")),
        new("PolicyModeNone", Warning, "Test-MtaSts $d", w => WithMode(w, "none")),
        Policy(Warning, "MxNumeric", "version: STSv1\nmx: mail.example.123\n" + PolicyRest),
        .. EveryFile().Select(f =>
            new BrokenWorld(f.Prefix + "ContentEncoding", Error, f.Command, w =>
            Served(w, f.Label, f.Path, new SiteResponse { Body = "x", Headers = With(f.Type, "br") }))),
        .. EveryFile().Select(f =>
            new BrokenWorld(f.Prefix + "IsWebPage", Error, f.Command, w =>
            Served(w, f.Label, f.Path,
            new SiteResponse { Body = "<!DOCTYPE html><html><title>Just a moment...</title></html>", Headers = LiveWorld.Type("text/html") }))),
        new("PolicyCertificate", Information, "Test-MtaSts $d", w => w.Put()),
        new("PolicyCertificateExpiresSoon", Warning, "Test-MtaSts $d", w => Policy(w, "text/plain", s => s with { Certificate = new SiteCertificate { NotAfter = DateTimeOffset.UtcNow.AddDays(5) } })),
    ];

    // RFC 8461 section 4.1, RFC 5321 section 5.1, RFC 7505, RFC 8659.
    private static IEnumerable<BrokenWorld> Mx() =>
    [
        new("MxNotCovered", Error, "Test-MtaSts $d", w => w.Put(("@", "MX", ["10 mx1.@.", "20 mx2.@."]))),
        new("MxNotCovered", Warning, "Test-MtaSts $d", w =>
        {
            var domain = w.Put(("@", "MX", ["10 mx1.@.", "20 mx2.@."]));
            w.PolicyText(domain, "version: STSv1\nmode: testing\nmx: mx1.@\nmax_age: 604800\n");
            return domain;
        }),
        new("MxNotCovered", Warning, "Test-MtaSts $d", w => w.Put(("@", "A", ["192.0.2.1"]))),
        new("MxHostNotFound", Warning, "Test-MtaSts $d", w => w.Put(("mx1.@", "A", [""]))),
        new("MxHostNotFound", Information, "Test-MtaSts $d", w => WithMode(w, "testing", ("mx1.@", "A", [""]))),
        Policy(Information, "MxPatternUnused", LiveWorld.Policy + "mx: old.@\n") with { Code = "MxPatternUnused" },
        new("MxAbsent", Information, "Test-MtaSts $d", w => w.Put(("@", "MX", [""]))),
        new("MxNull", Information, "Test-MtaSts $d", w => w.Put(("@", "MX", ["0 ."]))),
        new("DnssecValidated", Information, "Test-MtaSts $d", w => w.Put(("@", "SECURE", []))),
        new("DnssecNotValidated", Information, "Test-MtaSts $d", w => w.Put()),
        new("CaaForbidsAmazon", Information, "Test-MtaSts $d -CheckCaa", w => w.Put(("@", "CAA", ["0 issue \"letsencrypt.org\""]), ("@", "MX", ["10 mx1.@."]))),
        new("CaaForbidsAmazon", Information, "Test-MtaSts $d -CheckCaa", w => w.Put(("mta-sts.@", "CAA", ["128 tbs \"unknown\"", "0 issue \"amazon.com\""]))), // RFC 8659 section 4.5
        new("CaaForbidsAmazon", Information, "Test-MtaSts $d -CheckCaa",
        w => w.Put(("@", "CAA", ["0 issue \"letsencrypt.org\""]), ("@", "MX", ["10 mx1.@."]), ("_mta-sts.@", "TXT", [""]))),
        new("CaaForbidsAmazon", Information, "Test-MtaSts $d -CheckCaa", w => w.Put(("bimi-assets.@", "CAA", ["0 issue \"letsencrypt.org\""]))),
        new("CaaForbidsAmazon", Information, "Test-EmailSecurity $d", w => w.Put(("mta-sts.@", "CAA", ["0 issue \";\""]))),
    ];

    // RFC 8460 section 3.
    private static IEnumerable<BrokenWorld> TlsRptRecords() =>
    [
        Rpt(Information, "Absent"),
        Rpt(Error, "Multiple", "v=TLSRPTv1; rua=mailto:a@example.com", "v=TLSRPTv1; rua=mailto:b@example.com"),
        Rpt(Error, "Discarded", "something else", "v=TLSRPTv1 ;rua=mailto:a@example.com"),
        Rpt(Error, "VersionInvalid", "v=TLSRPTv2; rua=mailto:a@example.com"),
        Rpt(Warning, "VersionSpacing", "v=TLSRPTv1 ; rua=mailto:a@example.com"),
        Rpt(Error, "FieldEmpty", "v=TLSRPTv1;; rua=mailto:a@example.com"),
        Rpt(Error, "TrailingSpace", "v=TLSRPTv1; rua=mailto:a@example.com "),
        Rpt(Error, "FieldMalformed", "v=TLSRPTv1; rua=https://example.com/a;b"),
        Rpt(Error, "FieldNameInvalid", "v=TLSRPTv1; rua=mailto:a@example.com; x y=a"),
        Rpt(Error, "FieldValueInvalid", "v=TLSRPTv1; rua=mailto:a@example.com; x=a=b"),
        Rpt(Warning, "FieldCase", "v=TLSRPTv1; rua=mailto:a@example.com; RUA=b"),
        Rpt(Error, "RuaMissing", "v=TLSRPTv1;"),
        Rpt(Warning, "RuaRepeated", "v=TLSRPTv1; rua=mailto:a@example.com; rua=mailto:b@example.com"),
        Rpt(Error, "NoUsableUri", "v=TLSRPTv1; rua=http://example.com/r"),
        Rpt(Error, "UriEmpty", "v=TLSRPTv1; rua=mailto:a@example.com,"),
        Rpt(Error, "UriInvalid", "v=TLSRPTv1; rua=a@example.com"),
        Rpt(Error, "UriNotEncoded", "v=TLSRPTv1; rua=mailto:a@example.com!10m"),
        Rpt(Warning, "UriDoubtful", "v=TLSRPTv1; rua=mailto://a@example.com"),
        Rpt(Warning, "UriPort", "v=TLSRPTv1; rua=https://reports.example.com:8443/r"),
        Rpt(Warning, "UriScheme", "v=TLSRPTv1; rua=mailto:a@example.com,ftp://example.com/r"),
        new("ReportReceiverTakesNoMail", Warning, "Test-TlsRpt $d -CheckReceiver", w => w.Put(("null.@", "MX", ["0 ."]), ("_smtp._tls.@", "TXT", ["\"v=TLSRPTv1; rua=mailto:x\\064null.@\""]))),
        new("ReportReceiverTakesNoMail", Warning, "Test-TlsRpt $d",
        w => w.Put(("null.@", "MX", ["0 ."]), ("_smtp._tls.@", "TXT", ["\"v=TLSRPTv1; rua=mailto:x\\064null.@\""]))),
        new("ReportReceiverTakesNoMail", Warning, "Test-EmailSecurity $d -CheckReceiver", w => w.Put(("_smtp._tls.@", "TXT", ["\"v=TLSRPTv1; rua=mailto:x\\064none.@\""]))),
    ];

    // RFC 9989 sections 4.7 to 4.10.
    private static IEnumerable<BrokenWorld> DmarcRecords() =>
    [
        Dmarc(Information, "Absent"),
        Dmarc(Error, "Multiple", "v=DMARC1; p=reject", "v=DMARC1; p=none"),
        Dmarc(Error, "Discarded", "v=dmarc1; p=reject"),
        Dmarc(Warning, "Discarded", "v=DMARC1; p=reject", "v=DMARC2; p=reject"),
        Dmarc(Error, "PolicyMissing", "v=DMARC1"),
        Dmarc(Warning, "PolicyMissing", "v=DMARC1; rua=mailto:a@example.com"),
        Dmarc(Error, "PolicyInvalid", "v=DMARC1; p=all"),
        Dmarc(Warning, "PolicyInvalid", "v=DMARC1; p=all; rua=mailto:a@example.com"),
        Dmarc(Warning, "PolicyNotSecond", "v=DMARC1; sp=none; p=reject"),
        Dmarc(Error, "TagRepeated", "v=DMARC1; p=none; p=reject"),
        Dmarc(Warning, "TagEmpty", "v=DMARC1; p=reject;; sp=none"),
        Dmarc(Warning, "TagMalformed", "v=DMARC1; p=reject; nonsense"),
        Dmarc(Warning, "TagValueInvalid", "v=DMARC1; p=reject; x=\u00e9"),
        Dmarc(Warning, "TagInvalid", "v=DMARC1; p=reject; adkim=x"),
        Dmarc(Information, "TagUnknown", "v=DMARC1; p=reject; future=1"),
        Dmarc(Information, "TagHistoric", "v=DMARC1; p=reject; pct=100"),
        Dmarc(Warning, "PercentHistoric", "v=DMARC1; p=reject; pct=50"),
        Dmarc(Information, "SizeLimit", "v=DMARC1; p=reject; rua=mailto:a@example.com!10m"),
        Dmarc(Warning, "UriInvalid", "v=DMARC1; p=reject; rua=a@example.com"),
        Dmarc(Information, "FailureOptionsExclusive", "v=DMARC1; p=reject; fo=0:1"),
        new("DmarcInherited", Information, "Test-Dmarc $d", w => "news." + w.Put()),
        // What was meant to be used, and is not: the organisational domain's applies.
        new("DmarcRecordMultiple", Warning, "Test-Dmarc $d", w => "news." + w.Put(("_dmarc.news.@", "TXT", ["\"v=DMARC1; p=reject\"", "\"v=DMARC1; p=none\""]))),
        // The own record applies, whatever becomes of the walk.
        new("DmarcRecordServFail", Warning, "Test-Dmarc $d", w => "news." + w.Put(("_dmarc.news.@", "TXT", ["\"v=DMARC1; p=reject\""]), ("_dmarc.@", "SERVFAIL", []))),
    ];

    // draft-brand-indicators-for-message-identification sections 5.3 and 8.2.
    private static IEnumerable<BrokenWorld> BimiRecords() =>
    [
        Bim(Information, "Absent"),
        Bim(Error, "Multiple", Bimi, Bimi),
        Bim(Warning, "Port", "v=BIMI1; l=https://logo.example.com:8443/logo.svg"),
        Bim(Error, "Discarded", "v=bimi1; l="),
        Bim(Warning, "Discarded", Bimi, "v=BIMI2; l="),
        Bim(Information, "Declines", "v=BIMI1; l=; a=;"),
        Bim(Error, "LocationMissing", "v=BIMI1;"),
        Bim(Error, "LocationInvalid", "v=BIMI1; l=http://example.com/logo.svg"),
        Bim(Error, "LocationFormat", "v=BIMI1; l=https://example.com/logo.png"),
        Bim(Error, "EvidenceInvalid", Bimi + "; a=self"),
        Bim(Error, "EvidenceWithoutLocation", "v=BIMI1; l=; a=https://example.com/vmc.pem"),
        Bim(Error, "TagRepeated", Bimi + "; a=; a="),
        Bim(Error, "TagMalformed", Bimi + "; a"),
        Bim(Error, "TagEmpty", Bimi + ";; a="),
        Bim(Error, "TagValueInvalid", Bimi + "; a=\u00e9"),
        Bim(Warning, "TagCase", Bimi + "; A=1"),
        Bim(Warning, "AvatarPreferenceUnknown", Bimi + "; avp=logo"),
        Bim(Warning, "LocalPartSelectorInvalid", Bimi + "; lps=ne ws"),
        new("BimiFallback", Information, "Test-Bimi $d", w => "news." + w.Put()),
        // Section 8.2: what is of another version is discarded first, then the organisational domain is asked.
        new("BimiFallback", Information, "Test-Bimi $d", w => "news." + w.Put(("default._bimi.news.@", "TXT", ["\"v=BIMI2; l=\""]))),
        new("BimiRecordDiscarded", Warning, "Test-Bimi $d", w => "news." + w.Put(("default._bimi.news.@", "TXT", ["\"v=BIMI2; l=\""]))),
    ];

    // Section 8.1.
    private static IEnumerable<BrokenWorld> BimiGate() =>
    [
        Gate(Error, "Absent", ""),
        Gate(Error, "Absent", "v=DMARC1; p=reject; p=none"), // receivers do not use it
        Gate(Error, "PolicyNone", "v=DMARC1; p=none"),
        Gate(Error, "SubdomainPolicyNone", "v=DMARC1; p=reject; sp=none"),
        Gate(Error, "Percent", "v=DMARC1; p=quarantine; pct=50"),
        Gate(Warning, "Percent", "v=DMARC1; p=reject; pct=50"),
        Gate(Error, "Testing", "v=DMARC1; p=reject; t=y"),
        // Without the organisational domain nobody knows whose record stands in.
        new("DmarcRecordServFail", Error, "Test-Bimi $d", w => "news." + w.Put(("_dmarc.@", "SERVFAIL", []))),
    ];

    // draft-svg-tiny-ps-abrotman: the tables of the offline check, each logo served.
    private static IEnumerable<BrokenWorld> Logos()
    {
        foreach (var (code, svg) in LogoTableTests.Wrong.Concat(LogoBoundsTests.Bombs.Where(b => b.Data.Item1 is "SvgNestingTooDeep" or "SvgUseExpansion" or "SvgTooLarge")).Select(r => r.Data))
        {
            yield return Logo(code, Error, svg);
        }

        foreach (var (code, svg) in LogoTableTests.Doubtful.Select(r => r.Data))
        {
            yield return Logo(code, Warning, svg);
        }

        var good = LogoTableTests.With("");
        yield return Logo("SvgDescriptionMissing", Information, good.Replace("<desc>A mark</desc>", "", StringComparison.Ordinal));
        yield return Logo("SvgSizeMissing", Information, good.Replace("width=\"96\" height=\"96\" v", "v", StringComparison.Ordinal));
        yield return Logo("SvgRootPrefixed", Information, "<s:svg xmlns:s=\"http://www.w3.org/2000/svg\" version=\"1.2\" baseProfile=\"tiny-ps\" viewBox=\"0 0 9 9\"><s:title>T</s:title></s:svg>");
        yield return Logo("SvgMoreFindings", Information, LogoTableTests.With(string.Concat(Enumerable.Repeat("<rect fill=\"orange\"/>", 101))));
        yield return new("SvgGzipDamaged", Error, "Test-Bimi $d", w => Served(w, "logo", "/logo.svg", new SiteResponse { BodyBase64 = Convert.ToBase64String(LogoBoundsTests.Gzip(Encoding.UTF8.GetBytes(good)).AsSpan()[..^30]) }));
        yield return new("LogoContentType", Warning, "Test-Bimi $d", w => Served(w, "logo", "/logo.svg", new SiteResponse { Body = StackLab.Logo, Headers = LiveWorld.Type("text/plain") }));
        yield return new("MarkCertificateAbsent", Information, "Test-Bimi $d", w => w.Put(("default._bimi.@", "TXT", ["\"v=BIMI1; l=https://logo.@/logo.svg\""])));
        yield return Logo("BimiProviders", Information, good);
    }

    private static BrokenWorld Sts(FindingSeverity severity, string code, params string[] values) => new("MtaStsRecord" + code, severity, "Test-MtaSts $d", w => Record(w, "_mta-sts.@", values));

    private static BrokenWorld Rpt(FindingSeverity severity, string code, params string[] values) => new("TlsRptRecord" + code, severity, "Test-TlsRpt $d", w => Record(w, "_smtp._tls.@", values));

    private static BrokenWorld Dmarc(FindingSeverity severity, string code, params string[] values) => new("DmarcRecord" + code, severity, "Test-Dmarc $d", w => Record(w, "_dmarc.@", values));

    private static BrokenWorld Bim(FindingSeverity severity, string code, params string[] values) => new("BimiRecord" + code, severity, "Test-Bimi $d", w => Record(w, "default._bimi.@", values));

    private static BrokenWorld Gate(FindingSeverity severity, string code, string dmarc) => new("BimiDmarc" + code, severity, "Test-Bimi $d", w => Record(w, "_dmarc.@", dmarc.Length == 0 ? [] : [dmarc]));

    private static BrokenWorld Policy(FindingSeverity severity, string code, string text) => new("Policy" + code, severity, "Test-MtaSts $d", w =>
    {
        var domain = w.Put();
        w.PolicyText(domain, text);
        return domain;
    });

    private static BrokenWorld Logo(string code, FindingSeverity severity, string svg) => new(code, severity, "Test-Bimi $d", w => Served(w, "logo", "/logo.svg", new SiteResponse { Body = svg, Headers = LiveWorld.Type("image/svg+xml") }));

    private static string Record(LiveWorld world, string name, string[] values) => world.Put((name, "TXT", values.Length == 0 ? [""] : [.. values.Select(LiveWorld.Txt)]));

    private static string Policy(LiveWorld world, string? type, Func<SiteDefinition, SiteDefinition>? change = null)
    {
        var domain = world.Put();
        world.Site(domain, "mta-sts", "/.well-known/mta-sts.txt", new SiteResponse { Body = LiveWorld.Policy.Replace("@", domain, StringComparison.Ordinal), Headers = type is null ? new Dictionary<string, string>(StringComparer.Ordinal) : LiveWorld.Type(type) }, change);
        return domain;
    }

    private static (string Prefix, string Label, string Path, string Type, string Command)[] EveryFile() =>
    [
        ("Policy", "mta-sts", "/.well-known/mta-sts.txt", "text/plain", "Test-MtaSts $d"),
        ("Logo", "logo", "/logo.svg", "image/svg+xml", "Test-Bimi $d"),
        ("MarkCertificate", "mark", "/mark.pem", "application/x-pem-file", "Test-Bimi $d"),
    ];

    private static Dictionary<string, string> With(string type, string coding) =>
        new(LiveWorld.Type(type), StringComparer.OrdinalIgnoreCase) { ["Content-Encoding"] = coding };

    private static string WithMode(LiveWorld world, string mode, params (string, string, string[])[] changes)
    {
        var domain = world.Put(changes);
        world.PolicyText(domain, LiveWorld.Policy.Replace("enforce", mode, StringComparison.Ordinal));
        return domain;
    }

    private static string Served(LiveWorld world, string label, string path, SiteResponse answer)
    {
        var domain = world.Put();
        world.Site(domain, label, path, answer);
        return domain;
    }
}
