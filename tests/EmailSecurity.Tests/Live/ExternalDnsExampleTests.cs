using EmailSecurity.Sandbox.Dns;
using EmailSecurity.Stacks;
using EmailSecurity.Tests.Engine;

namespace EmailSecurity.Tests.Live;

public sealed class ExternalDnsExampleTests
{
    [Fact]
    public async Task The_example_goes_on_from_run_to_run_until_deployed()
    {
        await using var session = await EngineSession.StartAsync();
        List<ZoneRecord> zone = [new("corp.example", "MX", 300, ["10 mx1.corp.example."])];
        session.Sandbox!.Emulation.PutThirdPartyZone("corp.example", [.. zone]);
        var script = Path.Combine(Root(), "examples", "external-dns.ps1");
        for (var run = 1; ; run++)
        {
            var result = session.Invoke("& $script -Domain corp.example -ReportUri tls@corp.example", ("script", script));
            Assert.Empty(result.Errors);
            var stack = result.Objects.Select(o => o.BaseObject).OfType<EmailSecurityStack>().Single();
            if (stack.Status == StackStatus.Deployed)
            {
                Assert.True(run <= 4, $"{run} runs");
                Assert.Equal(4, result.Objects.Count(o => o.BaseObject is Findings.TestResult));
                return;
            }

            Assert.True(run < 4, stack.WaitingFor);
            var missing = result.Objects.Select(o => o.BaseObject).OfType<DnsRecordState>().ToArray();
            Assert.NotEmpty(missing);
            zone.AddRange(missing.Select(r => new ZoneRecord(r.Name, r.Type, r.Ttl, [r.Type == "TXT" ? $"\"{r.Value}\"" : r.Value + "."])));
            session.Sandbox.Emulation.PutThirdPartyZone("corp.example", [.. zone]);
        }
    }

    private static string Root()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at!.FullName, "EmailSecurity.slnx")))
        {
            at = at.Parent;
        }

        return at.FullName;
    }
}
