using System.Text.Json;
using EmailSecurity.Findings;
using EmailSecurity.Sandbox.Edge;
using EmailSecurity.Tests.Standards;

namespace EmailSecurity.Tests.Live;

/// <summary>The look-up and fetch tables of other implementations through DNS and HTTPS, not only through the parser.</summary>
public sealed class LiveVectorTests(LiveWorld world) : IClassFixture<LiveWorld>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Look_ups_and_fetches_agree_with_the_reading_of_the_standards()
    {
        var folder = VectorTests.Folder();
        Assert.SkipUnless(folder is not null, "../shared/vectors is not here");
        List<string> wrong = [];
        var seen = 0;
        foreach (var file in (string[])["Zuplu+postfix-tlspol.json", "mjl-+mox.json"])
        {
            using var document = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder!, file), Token));
            foreach (var item in document.RootElement.GetProperty("cases").EnumerateArray())
            {
                var kind = item.GetProperty("kind").GetString();
                if (kind is not ("mtasts-lookup" or "tlsrpt-lookup" or "mtasts-fetch"))
                {
                    continue;
                }

                seen++;
                var input = item.GetProperty("input");
                var expected = Expected(kind, item.GetProperty("expected").GetString()!);
                var got = kind == "mtasts-fetch" ? await FetchAsync(input) : await LookUpAsync(kind, input);
                if (got != expected)
                {
                    wrong.Add($"{item.GetProperty("id").GetString()}: expected {expected}, got {got}");
                }
            }
        }

        Assert.Empty(wrong);
        Assert.True(seen >= 30, $"only {seen} cases were read");
    }

    // ok: used; no: there is none or it is refused; error: nobody knows (a temporary failure of DNS).
    private static string Expected(string kind, string expected) => expected switch
    {
        "ok" or "available" => "ok",
        "error" or "ErrDNS" => "error",
        _ when kind == "mtasts-fetch" => "no",
        _ => "no",
    };

    private async Task<string> LookUpAsync(string? kind, JsonElement input)
    {
        var name = kind == "mtasts-lookup" ? "_mta-sts.@" : "_smtp._tls.@";
        var domain = world.Put([.. Records(name, input)]);
        var checks = world.Checks();
        var result = kind == "mtasts-lookup" ? await checks.TestMtaStsAsync(domain, Token) : await checks.TestTlsRptAsync(domain, Token);
        return result.IsValid ? "ok" : result.Findings.Any(f => f.Code.EndsWith("ServFail", StringComparison.Ordinal)) ? "error" : "no";
    }

    private static IEnumerable<(string, string, string[])> Records(string name, JsonElement input)
    {
        if (input.TryGetProperty("txt_rrs", out var records))
        {
            return records.ValueKind == JsonValueKind.String
                ? records.GetString() == "NXDOMAIN" ? [(name, "TXT", [""])] : [(name, "SERVFAIL", [])]
                : [(name, "TXT", [.. records.EnumerateArray().Select(r => string.Join(' ', r.EnumerateArray().Select(s => LiveWorld.Txt(s.GetString()!))))])];
        }

        var txt = input.GetProperty("txt");
        var values = txt.ValueKind == JsonValueKind.Null ? [] : txt.EnumerateArray().Select(v => v.GetString()!).ToArray();
        return values switch
        {
            [] => [(name, "TXT", [""])],
            ["SERVFAIL"] => [(name, "SERVFAIL", [])],
            [var chain] when chain.StartsWith("CNAME->", StringComparison.Ordinal) && chain.Contains("SERVFAIL", StringComparison.Ordinal) => [(name, "CNAME", ["half.@."]), ("half.@", "SERVFAIL", [])],
            [var chain] when chain.StartsWith("CNAME->", StringComparison.Ordinal) => [(name, "CNAME", ["half.@."]), ("half.@", "CNAME", ["end.@."]), ("end.@", "TXT", [LiveWorld.Txt(chain[(chain.LastIndexOf("TXT ", StringComparison.Ordinal) + 4)..])])],
            _ => [(name, "TXT", [.. values.Select(LiveWorld.Txt)])],
        };
    }

    private async Task<string> FetchAsync(JsonElement input)
    {
        var domain = world.Put();
        var condition = input.GetProperty("condition").GetString();
        var body = input.GetProperty("body").GetString()!;
        var answer = new SiteResponse
        {
            Status = input.GetProperty("status").GetInt32(),
            Body = body.StartsWith('<') ? new string('\0', 65538) : body,
            Headers = condition!.StartsWith("redirect", StringComparison.Ordinal)
                ? new Dictionary<string, string>(StringComparer.Ordinal) { ["Location"] = $"https://good.{domain}/" }
                : LiveWorld.Type("text/plain"),
        };
        world.Site(domain, "mta-sts", "/.well-known/mta-sts.txt", answer, s => condition switch
        {
            "cert name mismatch" => s with { Certificate = new SiteCertificate { Names = ["other.example"] } },
            "expired cert" => s with { Certificate = new SiteCertificate { NotBefore = DateTimeOffset.UtcNow.AddYears(-2), NotAfter = DateTimeOffset.UtcNow.AddYears(-1) } },
            _ => s,
        });
        var result = await world.Checks(services: condition == "host NXDOMAIN" ? world.Direct : null).TestMtaStsAsync(domain, Token);
        return result.IsValid ? "ok" : result.Status == TestStatus.Fail ? "no" : result.Status.ToString();
    }
}
