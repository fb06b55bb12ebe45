using CsCheck;
using EmailSecurity.MtaSts;
using EmailSecurity.Sandbox.Running;
using EmailSecurity.Stacks;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Engine;

/// <summary>A stack that went through Export-Clixml, a job or remoting keeps its settings, or is refused with the names of those it lost.</summary>
public sealed class SerializationTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private const string Domain = "example.com";

    // A command without network that takes a stack and hands it on.
    private const string Restore = "$object | New-MtaStsPolicy -MxHost mx.example.com";

    private static readonly Gen<string[]> Hosts = OneOf("mx1.example.com", "mx2.example.com", "*.backup.example").Array[0, 3].Select(h => h.Distinct(StringComparer.Ordinal).ToArray());
    private static readonly Gen<StackAsset?> Asset = Gen.Select(Gen.Bool, Gen.Byte.Array[0, 300]).Select((some, bytes) => some ? new StackAsset("/files/logo [1].svg", bytes) : null);
    private static readonly Gen<long?> MaxAge = Gen.Long[0, MtaStsPolicy.MaxMaxAge].Nullable();
    private static readonly Gen<MtaStsMode?> Mode = OneOf(MtaStsMode.None, MtaStsMode.Testing, MtaStsMode.Enforce).Nullable();

    private static readonly Gen<StackWish> Wishes = Gen.Select(
        Gen.Select(Mode, Hosts, MaxAge, Gen.Bool),
        Gen.Select(Asset, Asset),
        Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool, Gen.Int[1, 3653].Nullable()),
        Gen.Select(Gen.Bool, OneOf("", "arn:aws:acm:us-east-1:123456789012:certificate/11111111-1111-1111-1111-111111111111"), Gen.Int[0, 3], Gen.Int[0, 2]))
        .Select((policy, assets, names, rest) => Wish(policy, assets, names, rest));

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static StackWish Wish((MtaStsMode? Mode, string[] Hosts, long? MaxAge, bool Whole) policy, (StackAsset? Logo, StackAsset? Mark) assets,
        (bool Subdomain, bool Selector, bool External, int? Days) names, (bool Route53, string Arn, int Tags, int Uris) rest)
    {
        var wish = StackWish.For(Domain) with
        {
            CertificateArn = rest.Arn,
            Logo = assets.Logo,
            MarkCertificate = assets.Mark,
            Tag = new SortedDictionary<string, string>(Enumerable.Range(0, rest.Tags).ToDictionary(i => $"key {i}", i => i == 0 ? "" : $"välue {i}", StringComparer.Ordinal), StringComparer.Ordinal),
            ReportUri = [.. ((string[])["mailto:tls@example.com", "https://reports.example/tls"]).Take(rest.Uris)],
        };
        wish = policy.Whole
            ? wish with { Policy = MtaStsPolicy.Create(Domain, policy.Mode ?? MtaStsMode.None, [.. policy.Hosts, "mx9.example.com"], policy.MaxAge ?? 86400) }
            : wish with { Mode = policy.Mode, MxHost = policy.Hosts, MaxAge = policy.MaxAge };
        wish = names.External ? wish with { DnsHost = DnsHost.External } : rest.Route53 ? wish with { DnsHost = DnsHost.Route53 } : wish;
        wish = names.Subdomain ? wish with { BimiSubdomain = "brand", BucketSuffix = "eu1", HostedZoneId = "Z0123456789" } : wish;
        wish = names.Selector ? wish with { BimiSelector = "v2" } : wish;
        return names.Days is { } days ? wish with { LogRetentionDays = days } : wish;
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(8)]
    public async Task Every_setting_survives_serialization_at_every_depth(int depth)
    {
        await using var session = EngineSession.Open();
        Wishes.Sample(wish =>
        {
            var restored = session.Invoke(
                "$object = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($stack, $depth));" + Restore,
                ("stack", EmailSecurityStack.FromStackWish(wish)), ("depth", depth)).Single<MtaStsPolicy>().GetStack()!;
            AssertSame(wish, restored.Wish);
        }, iter: 60, threads: 1);
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3)]
    public async Task Where_the_module_was_not_loaded_a_stack_is_refused_with_the_name_of_what_is_lost(int depth)
    {
        // Serialized without the module's types, so to the depth that is asked for and no further.
        await using var bare = EngineSession.OpenBare();
        await using var session = EngineSession.Open();
        var refused = 0;
        Wishes.Sample(wish =>
        {
            var text = bare.Invoke("[System.Management.Automation.PSSerializer]::Serialize($stack, $depth)", ("stack", EmailSecurityStack.FromStackWish(wish)), ("depth", depth)).Single<string>();
            var result = session.Invoke("$object = [System.Management.Automation.PSSerializer]::Deserialize($text);" + Restore, ("text", text));
            if (result.Errors.Count == 0)
            {
                AssertSame(wish, result.Single<MtaStsPolicy>().GetStack()!.Wish);
                return;
            }

            refused++;
            Assert.Empty(result.Objects);
            var message = result.ShouldFail("ParameterArgumentTransformationError").Exception.Message;
            Assert.True(message.Contains("Wish", StringComparison.Ordinal), message);
        }, iter: 60, threads: 1);
        Assert.Equal(60, refused); // what was asked for is a hidden member, which only the module's types add
    }

    [Fact]
    public async Task What_was_observed_finds_the_deployed_stack_again()
    {
        await using var session = EngineSession.Open(fixture.Sandbox);
        await DomainZones.AddAsync(fixture.Sandbox, "saved.example");
        session.Invoke("Publish-MtaStsPolicy -Domain saved.example").ShouldSucceed();
        var stack = session.Invoke("$live = Get-EmailSecurityStack saved.example; $object = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($live, 2));" + Restore)
            .Single<MtaStsPolicy>().GetStack()!;
        var live = session.Invoke("$live").Single<EmailSecurityStack>();
        Assert.Equal((live.Status, live.DnsHost, live.BucketRegion, live.AssetBucket, live.PolicyId, live.Mode), (stack.Status, stack.DnsHost, stack.BucketRegion, stack.AssetBucket, stack.PolicyId, stack.Mode));
        AssertSame(live.Wish, stack.Wish);
    }

    [Theory]
    [InlineData("'policy.example' | New-MtaStsPolicy -Mode Enforce -MxHost mx1.policy.example -MaxAge 86401", "enforce")]
    [InlineData("New-EmailSecurityStack policy.example -DnsHost External -LogRetentionDays 12 | New-MtaStsPolicy -MxHost mx1.policy.example", "12")]
    public async Task A_policy_keeps_its_text_and_its_stack(string make, string sign)
    {
        await using var session = await EngineSession.StartAsync();
        await DomainZones.AddAsync(session.Sandbox!, "policy.example");
        var plan = session.Invoke($"$live = {make}; $saved = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($live, 1));"
            + "foreach ($p in $live, $saved) { $p | Get-EmailSecurityPlan | ForEach-Object { \"$_\" } }").ShouldSucceed().Objects.Select(o => o.ToString()).ToArray();
        Assert.Equal(plan[..(plan.Length / 2)], plan[(plan.Length / 2)..]);
        Assert.Contains(plan, p => p.Contains(sign, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Through_files_jobs_and_parallel_runspaces_in_real_PowerShell()
    {
        var script = $$"""
            $ErrorActionPreference = 'Stop'
            Import-Module '{{ModuleLocator.Find()}}'
            $logo = [System.IO.Path]::GetTempFileName(); [System.IO.File]::WriteAllText($logo, '<svg/>')
            function Show($s) { ($s | New-MtaStsPolicy -MxHost mx.example.com).Stack.Wish | Select-Object Domain, DnsHost, CertificateArn, BimiSubdomain, BimiSelector, LogRetentionDays, Mode, MaxAge,
                @{ n = 'Mx'; e = { "$($_.MxHost)" } }, @{ n = 'Uri'; e = { "$($_.ReportUri)" } }, @{ n = 'Tag'; e = { "$($_.Tag['team'])" } }, @{ n = 'Logo'; e = { "$($_.Logo.Bytes)" } } | ConvertTo-Json -Compress }
            $make = { param($logo) New-EmailSecurityStack example.com -DnsHost External -BimiSubdomain brand -BimiSelector v2 -LogRetentionDays 12 -Mode Enforce -MaxAge 86402 -MxHost a.example.com -ReportUri t@example.com -Tag @{ team = 'mail' } -LogoPath $logo }
            $live = & $make $logo
            "live     $(Show $live)"
            $file = [System.IO.Path]::GetTempFileName()
            foreach ($depth in 1, 2, 3, 5) { $live | Export-Clixml $file -Depth $depth; "depth $depth  $(Show (Import-Clixml $file))" }
            $live | Export-Clixml $file; $once = Import-Clixml $file; $once | Export-Clixml $file; "twice    $(Show (Import-Clixml $file))"
            $job = Start-Job { Import-Module '{{ModuleLocator.Find()}}'; $using:live | New-MtaStsPolicy -MxHost mx.example.com | ForEach-Object Stack }
            "job      $(Show ($job | Receive-Job -Wait -AutoRemoveJob))"
            "parallel $(Show (1 | ForEach-Object -Parallel { Import-Module '{{ModuleLocator.Find()}}'; $using:live }))"
            Remove-Item $file, $logo
            """;
        var lines = await Pwsh.RunAsync(script);

        Assert.True(lines.Length == 8, string.Join('\n', lines));
        Assert.All(lines, l => Assert.Equal(lines[0][9..], l[9..]));
        Assert.Contains("\"LogRetentionDays\":12", lines[0], StringComparison.Ordinal);
        Assert.Contains("\"Logo\":\"60 115 118 103 47 62\"", lines[0], StringComparison.Ordinal);
    }

    private static void AssertSame(StackWish expected, StackWish actual)
    {
        Assert.Equal(Text(expected.Policy), Text(actual.Policy));
        Assert.Equal(expected.MxHost, actual.MxHost);
        Assert.Equal(expected.ReportUri, actual.ReportUri);
        Assert.Equal(expected.Tag, actual.Tag);

        // The rest by the record's own equality, so that a setting that is added later is compared as well.
        Assert.Equal(expected, actual with { Policy = expected.Policy, MxHost = expected.MxHost, ReportUri = expected.ReportUri, Tag = expected.Tag });

        static string Text(MtaStsPolicy? policy) => policy is null ? "" : policy.Domain + "\n" + policy.Text;
    }
}
