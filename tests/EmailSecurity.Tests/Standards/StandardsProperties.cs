using CsCheck;
using EmailSecurity.Bimi;
using EmailSecurity.Dmarc;
using EmailSecurity.MtaSts;
using EmailSecurity.Text;
using EmailSecurity.TlsRpt;

namespace EmailSecurity.Tests.Standards;

/// <summary>What has to hold for any input: writing then reading gives the same, reading never throws, matching agrees with a naive oracle.</summary>
public class StandardsProperties
{
    private const int Runs = 2_000;

    private static Gen<T> Pick<T>(params T[] items) => Gen.Int[0, items.Length - 1].Select(i => items[i]);

    private static readonly Gen<string> Label = Gen.String[Gen.OneOf(Gen.Char['a', 'z'], Gen.Char['0', '9'], Gen.Const('-')), 1, 12].Select(s => "a" + s.Trim('-') + "z");
    private static readonly Gen<string> Host = Label.Array[1, 4].Select(labels => string.Join('.', labels));
    private static readonly Gen<string> FullHost = Label.Array[2, 4].Select(labels => string.Join('.', labels));
    private static readonly Gen<string> Pattern = Gen.Select(Gen.Bool, Host, (wild, host) => wild ? "*." + host : host);
    private static readonly Gen<string> LocalPart = Gen.String[Gen.OneOf(Gen.Char['a', 'z'], Pick("!#$%&'*+-/=?^_`{|}~".ToCharArray())), 1, 20];
    private static readonly Gen<string> Address = Gen.Select(LocalPart, FullHost, (local, host) => local + "@" + host);

    /// <summary>Text out of pieces that mean something to one of the parsers, and noise.</summary>
    internal static readonly Gen<string> Nearly = Gen.OneOf(
        Pick("v=STSv1;", "v=TLSRPTv1;", "v=BIMI1;", "v=DMARC1;", "id=", "rua=", "mailto:", "https://", "l=", "a=", "p=reject", "sp=none", "np=", "psd=y", "t=y", "pct=", "fo=", "rf=", "ri=", "version: STSv1\n", "mode: enforce\n", "mx: *.example.com\n", "max_age: 86400\n", "mx:", "mode:", "max_age:", "avp=", "lps="),
        Pick(";", ";;", "=", ",", "!", "%", "%2C", ":", "@", ".", "*", "\"", "\\", "\\195", " ", "\t", "\r", "\n", "\r\n", "[", "]", "?", "#", "/", "\0", "\u00E9", "\uD800", "\uFEFF", "\u3002", "xn--", "example.com", "a", "9", "99999999999999999999"),
        Gen.String[0, 8]).Array[0, 24].Select(string.Concat);

    [Fact]
    public void Policy_written_is_read_the_same() =>
        Gen.Select(Gen.Enum<MtaStsMode>(), Pattern.Array[1, 8], Gen.Long[0, MtaStsPolicy.MaxMaxAge]).Sample((mode, hosts, maxAge) =>
        {
            var written = MtaStsPolicy.Create("example.com", mode, hosts, maxAge);
            var result = MtaStsPolicy.Check(written.Text, "example.com");
            var read = (MtaStsPolicy)result.Value!;
            Assert.True(result.IsValid);
            Assert.Equal((written.Mode, written.MaxAge, written.Id, written.Text), (read.Mode, read.MaxAge, read.Id, read.Text));
            Assert.Equal(written.MxHosts, read.MxHosts);
            Assert.Equal(read.MxHosts, read.MxHosts.Distinct());
        }, iter: Runs);

    [Fact]
    public void Mx_match_agrees_with_a_naive_oracle() =>
        Gen.Select(Pattern.Array[1, 4], Host, Gen.Int[0, 3]).Sample((patterns, other, how) =>
        {
            // Hosts near the patterns, or random ones would never match.
            var near = patterns[0].TrimStart('*', '.');
            var host = how switch { 0 => other, 1 => near, 2 => "x." + near, _ => "x.y." + near };
            var expected = patterns.Any(p => p.StartsWith("*.") ? host.Split('.') is [_, .. var rest] && string.Join('.', rest) == p[2..] : host == p);
            Assert.Equal(expected, MtaStsPolicy.Create("example.com", MtaStsMode.Enforce, patterns, 86400).Matches(host.ToUpperInvariant()));
        }, iter: Runs);

    [Fact]
    public void MtaSts_record_written_is_read_the_same() =>
        Gen.String[Gen.Char.AlphaNumeric, 1, 32].Sample(id => Assert.Equal(new MtaStsRecord(id), Assert.IsType<MtaStsRecord>(MtaStsRecord.Check(new MtaStsRecord(id).ToString()).Value)), iter: Runs);

    [Fact]
    public void TlsRpt_record_written_is_read_the_same() =>
        Gen.OneOf(Address, FullHost.Select(h => $"https://{h}/r,a;b!c")).Array[1, 5].Sample(addresses =>
        {
            var written = TlsRptRecord.Create(addresses);
            var result = TlsRptRecord.Check(written.ToString());
            Assert.Empty(result.Findings);
            Assert.Equal(written, result.Value);
        }, iter: Runs);

    [Fact]
    public void Bimi_record_written_is_read_the_same() =>
        Gen.Select(Host, Host, Gen.Bool, Gen.Enum<AvatarPreference>().Nullable(), Gen.String[Gen.Char.AlphaNumeric, 1, 10].Array[0, 3].Null()).Sample((logo, certificate, has, avp, lps) =>
        {
            var written = BimiRecord.Create(new Uri($"https://www.{logo}/a,b;c.svg"), has ? new Uri($"https://www.{certificate}/vmc.pem") : null, avp, lps);
            var result = BimiRecord.Check(written.ToString());
            Assert.Empty(result.Findings);
            Assert.Equal(written, result.Value);
        }, iter: Runs);

    [Fact]
    public void Dmarc_record_written_is_read_the_same() =>
        Gen.Select(Gen.Enum<DmarcPolicy>(), Gen.Enum<DmarcPolicy>().Nullable(), Gen.Enum<DmarcPolicy>().Nullable(), Gen.Enum<DmarcPsd>(), Gen.Int[0, 100].Nullable(), Gen.Bool, Host).Sample((p, sp, np, psd, pct, test, host) =>
        {
            var written = new DmarcRecord { Policy = p, SubdomainPolicy = sp, NonexistentSubdomainPolicy = np, Psd = psd, Percent = pct, IsTesting = test, AggregateReportUris = ["mailto:a@" + host], FailureOptions = ["1", "d"], ReportInterval = 3600, ReportFormats = ["afrf"], DkimAlignment = DmarcAlignment.Strict };
            Assert.Equal(written, DmarcRecord.Check(written.ToString()).Value);
        }, iter: Runs);

    [Fact]
    public void Txt_quoted_is_unquoted_the_same() =>
        Gen.String.Where(s => !s.Any(char.IsSurrogate)).Sample(s =>
        {
            var quoted = TxtStrings.Quote(s);
            Assert.Equal(s, TxtStrings.Unquote(quoted));
            Assert.All(quoted, c => Assert.InRange(c, ' ', '~'));
        }, iter: Runs);

    [Fact]
    public void Normalizing_twice_is_normalizing_once() =>
        Gen.OneOf(Host, Nearly, Gen.String[1, 20]).Sample(s =>
        {
            if (!DomainName.TryNormalize(s, out var once))
            {
                return;
            }

            Assert.True(DomainName.TryNormalize(once, out var twice));
            Assert.Equal(once, twice);
        }, iter: Runs);

    [Fact]
    public void Reading_never_throws() =>
        Nearly.Sample(text =>
        {
            foreach (var result in (Findings.TestResult[])[
                MtaStsPolicy.Check(text), MtaStsPolicy.Check(System.Text.Encoding.Latin1.GetBytes(text)),
                MtaStsRecord.Check(text), TlsRptRecord.Check(text), BimiRecord.Check(text), DmarcRecord.Check(text),
                MtaStsRecord.Select([text, "v=STSv1; id=1"], text), TlsRptRecord.Select([text], ""), BimiRecord.Select([text, text], ""), DmarcRecord.Select([text], "")])
            {
                Assert.InRange(result.Findings.Count, 0, 64);
                // A verdict is never left without its reason, nor a value without its verdict.
                Assert.True(result.IsValid ? result.Value is not null : result.Findings.Count > 0);
            }
            TxtStrings.Unquote(text);
            DomainName.TryNormalize(text, out _);
            BimiSelector.IsValid(text);
        }, iter: Runs * 5);
}
