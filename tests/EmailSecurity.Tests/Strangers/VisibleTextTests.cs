using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using CsCheck;
using EmailSecurity.Bimi;
using EmailSecurity.Dmarc;
using EmailSecurity.Findings;
using EmailSecurity.Live;
using EmailSecurity.Marks;
using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.TlsRpt;
using TestResult = EmailSecurity.Findings.TestResult;

namespace EmailSecurity.Tests.Strangers;

/// <summary>What strangers write reaches no message, object or log with a character that drives a terminal, turns a line around or hides.</summary>
public sealed class VisibleTextTests
{
    private const string Bad = "\0\a\b\t\r\n\u001b\u007f\u0085\u009b\u00ad\u061c\u200b\u200e\u2028\u2029\u202a\u202e\u2066\u2069\ufeff\u034f\u115f\u3164\ufe00\uffa0\ud800\udc00";

    /// <summary>Text with at least one such character, between some that stand in records, replies and names.</summary>
    private static readonly Gen<string> Hostile = Gen.Select(Gen.Char["abz. =;:/-@09"].Array[0, 12], Gen.Char[Bad], Gen.OneOf(Gen.Char[Bad], Gen.Char["ab =;"]).Array[0, 12])
        .Select((before, one, after) => new string(before) + one + "[31m" + new string(after));

    [Fact]
    public void Everything_is_visible_once_written_and_stays_as_it_is_then() => Gen.OneOf(Hostile, Gen.String).Sample(text =>
    {
        var written = VisibleText.Of(text);
        AssertVisible(written, keepsLines: false);
        Assert.Same(written, VisibleText.Of(written));
        AssertVisible(VisibleText.OfLines(text), keepsLines: true);
    });

    [Theory]
    [InlineData("Größe, Ελλάδα, 日本, 👍", "Größe, Ελλάδα, 日本, 👍")]
    [InlineData("a\u001b[31mb", "a\\u001B[31mb")]
    [InlineData("\u202efdp", "\\u202Efdp")]
    [InlineData("\udb40\udc41", "\\uDB40\\uDC41")] // a tag character
    [InlineData("pay\u3164pal\u034f.example", "pay\\u3164pal\\u034F.example")] // show nothing
    [InlineData("\udb40\udd00", "\\uDB40\\uDD00")] // a variation selector
    [InlineData("\u2764\ufe0f", "\u2764\ufe0f")] // a red heart
    public void What_people_read_stays_and_the_rest_is_written_out(string text, string shown) => Assert.Equal(shown, VisibleText.Of(text));

    [Fact]
    public void Errors_are_visible_with_all_that_caused_them() => Hostile.Array[5].Sample(t =>
    {
        var inner = new InvalidOperationException(t[3], new IOException(t[4]));
        Exception? at = new EmailSecurityException("SomeError", ErrorKind.InvalidData, t[0], t[1], inner) { Target = t[2] };
        AssertVisible(((EmailSecurityException)at).Target!, keepsLines: false);
        AssertVisible(((EmailSecurityException)at).What + ((EmailSecurityException)at).Fix, keepsLines: false);
        for (; at is not null; at = at.InnerException)
        {
            AssertVisible(at.Message, keepsLines: true);
        }
    });

    [Fact]
    public void Texts_and_files_of_strangers_are_visible_in_every_property() => Hostile.Array[4].Sample(t =>
    {
        AssertWhole(MtaStsPolicy.Check($"version: STSv1\r\nmode: testing\r\nmx: {t[0]}\r\nmax_age: 86400\r\n{t[1]}: {t[2]}\r\n", "example.com"));
        AssertWhole(MtaStsPolicy.Check(t[0]));
        AssertWhole(MtaStsPolicy.Check("version: STSv1\r\nmode: none\r\nmax_age: 86400\r\n", t[1]));
        AssertWhole(MtaStsRecord.Check("v=STSv1; id=1;", t[0]));
        AssertWhole(TlsRptRecord.Check("v=TLSRPTv1; rua=mailto:a@example.com", t[1]));
        AssertWhole(DmarcRecord.Check("v=DMARC1; p=none", t[2]));
        AssertWhole(BimiRecord.Check("v=BIMI1; l=", t[3], t[0]));
        AssertWhole(MtaStsRecord.Select([$"v=STSv1; id=1; {t[0]}={t[1]};", $"v=STSv1; {t[2]}"], "example.com"));
        AssertWhole(TlsRptRecord.Select([$"v=TLSRPTv1; rua=mailto:a@example.com,https://{t[0]}/{t[1]}; {t[2]}={t[3]}"], "example.com"));
        AssertWhole(DmarcRecord.Select([$"v=DMARC1; p={t[0]}; rua=mailto:{t[1]}; {t[2]}={t[3]}"], "example.com"));
        AssertWhole(BimiRecord.Select([$"v=BIMI1; l=https://example.com/{t[0]}.svg; a=https://{t[1]}/a.pem; {t[2]}={t[3]}"], "example.com"));
        AssertWhole(BimiLogo.Check(Encoding.UTF8.GetBytes($"<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.2\" baseProfile=\"tiny-ps\" viewBox=\"0 0 9 9\"><title>{t[0]}</title><desc>{t[1]}</desc><{t[2]} fill=\"{t[3]}\"/></svg>"), t[0]));
        AssertWhole(MarkCertificate.Check(Encoding.UTF8.GetBytes($"-----BEGIN {t[0]}-----\n{t[1]}\n-----END {t[2]}-----"), new MarkCertificateOptions { At = DateTimeOffset.UnixEpoch, Domain = "example.com" }));
    }, iter: 2000);

    [Fact]
    public void A_policy_stays_what_was_served_whatever_is_shown_of_it()
    {
        const string text = "version: STSv1\r\nmode: none\r\nmax_age: 86400\r\nnote: \u202e\r\n";
        MtaStsPolicy Read() => new("example.com", MtaStsMode.None, 86400, [], text, []);

        Assert.Contains("note: \\u202E\r\n", Read().Text, StringComparison.Ordinal);
        MtaStsPolicy[] policies = [Read(), Read().With("example.net"), Read().With(stack: EmailSecurityStack.For("example.com")).WithoutStack()];
        foreach (var policy in policies)
        {
            Assert.Equal((text, Read().Id), (policy.Served, policy.Id));
        }
    }

    [Fact]
    public void Names_in_certificates_are_visible_in_every_property()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Hostile.Where(t => !t.Any(char.IsSurrogate) && !t.Contains('\0')).Sample(t =>
        {
            var name = new X500DistinguishedNameBuilder();
            name.AddOrganizationName(t);
            name.AddCommonName(t);
            var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256);
            using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(9));
            AssertWhole(MarkCertificate.Check(Encoding.ASCII.GetBytes(certificate.ExportCertificatePem()), new MarkCertificateOptions { At = DateTimeOffset.UnixEpoch, Domain = "example.com" }));
        }, iter: 200);
    }

    [Fact]
    public async Task DNS_web_and_mail_servers_are_visible_in_every_property()
    {
        var statuses = Enum.GetValues<DnsStatus>();
        var fetches = Enum.GetValues<FetchOutcome>();
        var mails = Enum.GetValues<SmtpOutcome>();
        for (var round = 0; round < 400; round++)
        {
            var world = new HostileWorld(Hostile, (uint)round + 1, statuses, fetches, mails);
            var options = new LiveOptions { ProbeSmtp = true, CheckReceivers = true, CheckCaa = true };
            using var checks = new LiveChecks(world, world, world, TimeProvider.System, options);
            foreach (var result in await checks.TestAllAsync("example.com", TestContext.Current.CancellationToken))
            {
                AssertWhole(result);
            }
        }
    }

    private static void AssertWhole(TestResult result) => Walk(result, "result", 0);

    // Every string that a view, Format-List or ConvertTo-Json could reach.
    private static void Walk(object? value, string path, int depth)
    {
        switch (value)
        {
            case null or Enum or bool or int or long or DateTimeOffset or DateTime or TimeSpan or ReadOnlyMemory<byte> or byte[] or EmailSecurityStack:
                return;
            case string text:
                Assert.True(IsVisible(text, keepsLines: path.EndsWith(".Text", StringComparison.Ordinal) || path.EndsWith(".ToString()", StringComparison.Ordinal)), $"{path}: {string.Concat(text.Select(c => c is >= ' ' and <= '~' ? c.ToString() : $"<{(int)c:X4}>"))}");
                return;
            case Uri uri:
                Walk(uri.ToString(), path + ".ToString()", depth);
                return;
            case IEnumerable many:
                foreach (var one in many)
                {
                    Walk(one, path + "[]", depth + 1);
                }

                return;
        }

        Assert.True(depth < 8, path);
        Walk(value.ToString(), path + ".ToString()", depth);
        foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetIndexParameters().Length == 0))
        {
            Walk(property.GetValue(value), $"{path}.{property.Name}", depth + 1);
        }
    }

    private static void AssertVisible(string text, bool keepsLines) => Assert.True(IsVisible(text, keepsLines), text);

    private static bool IsVisible(string text, bool keepsLines)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                if (char.GetUnicodeCategory(text, i) == UnicodeCategory.Format)
                {
                    return false;
                }

                i++;
                continue;
            }

            if ("\u034f\u115f\u1160\u17b4\u17b5\u3164\ufe00\uffa0".Contains(text[i], StringComparison.Ordinal))
            {
                return false;
            }

            var isLine = keepsLines && text[i] is '\r' or '\n' or '\t';
            if (!isLine && char.GetUnicodeCategory(text[i]) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate)
            {
                return false;
            }
        }

        return true;
    }
}
