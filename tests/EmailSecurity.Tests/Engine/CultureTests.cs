using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Sandbox.Running;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Engine;

/// <summary>Messages say numbers and dates the same under every culture: what is read here was written in Thailand, Finland and Iran.</summary>
public sealed class CultureTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    // Everything that a session shows: findings of live and offline checks, a plan, errors, records of a stack and their export, as strings.
    private const string Script =
        """
        $ErrorActionPreference = 'Continue'
        Import-Module $module
        $env:EMAILSECURITY_SANDBOX = $sandbox
        $null = Test-TlsRpt nowhere.example # says once that this is a sandbox
        $seen = foreach ($culture in 'en-US', 'th-TH', 'fi-FI', 'fa-IR', 'ar-SA') {
            [System.Threading.Thread]::CurrentThread.CurrentCulture = [cultureinfo]$culture
            $stack = New-EmailSecurityStack example.com -Mode Testing -MxHost mx1.example.com -MaxAge 3600 -ReportUri tls@example.com
            $texts = @(
                $stack | Get-EmailSecurityPlan -WarningVariable warnings -WarningAction SilentlyContinue | ForEach-Object { "$($_.Target) $($_.Reason) $($_.Before) $($_.After)" }
                $warnings | ForEach-Object Message
                Test-MtaStsPolicy -Text "version: STSv1`nmode: testing`nmx: a..b`nmax_age: 31557601`n" | ForEach-Object Findings | ForEach-Object { "$($_.Message) $($_.Fix) $($_.Line)" }
                Test-EmailSecurityRecord -Kind Dmarc -Value 'v=DMARC1; p=reject; pct=-150; ri=1234567' | ForEach-Object Findings | ForEach-Object { "$($_.Message) $($_.Fix)" }
                Test-EmailSecurity nowhere.example | ForEach-Object Findings | ForEach-Object { "$($_.Message) $($_.Fix)" }
                Test-MtaSts example.com -ErrorAction SilentlyContinue | ForEach-Object Findings | ForEach-Object { "$($_.Message) $($_.Fix)" }
                try { New-MtaStsPolicy example.com -MxHost mx.example.com -MaxAge -1234567 } catch { $_.Exception.Message }
                try { Test-MtaSts example.com -ThrottleLimit -5 } catch { $_.Exception.Message }
                foreach ($format in 'Bind', 'Json', 'Csv', 'DnsControl', 'OctoDns') { $stack | Export-EmailSecurityDnsRecord -Format $format -WarningAction SilentlyContinue }
            )
            [pscustomobject]@{ Culture = $culture; Texts = $texts -join "`n" }
        }
        foreach ($s in $seen) { if ($s.Texts -cne $seen[0].Texts) { "DIFFERENT $($s.Culture)"; Compare-Object ($seen[0].Texts -split "`n") ($s.Texts -split "`n") | ForEach-Object { "$($_.SideIndicator) $($_.InputObject)" } } }
        "COMPARED $($seen.Count) of $(($seen[0].Texts -split "`n").Count) lines"
        """;

    [Fact]
    public async Task Messages_are_the_same_under_every_culture()
    {
        await DomainZones.AddAsync(fixture.Sandbox, "example.com");
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, ServeVerb.ReadyLine(fixture.Sandbox), TestContext.Current.CancellationToken);
        var lines = await Pwsh.RunAsync($"$module = '{ModuleLocator.Find()}'; $sandbox = '{file}'\n" + Script);
        File.Delete(file);
        Assert.DoesNotContain(lines, l => l.StartsWith("DIFFERENT", StringComparison.Ordinal) || l.StartsWith("=>", StringComparison.Ordinal));
        Assert.Matches("^COMPARED 5 of [2-9][0-9] lines$", lines.Single(l => l.StartsWith("COMPARED", StringComparison.Ordinal)));
    }
}
