using EmailSecurity.Aws.Net;
using EmailSecurity.Findings;
using EmailSecurity.Live;
using EmailSecurity.Ports;
using TestResult = EmailSecurity.Findings.TestResult;

namespace EmailSecurity.Tests.Live;

/// <summary>Whatever can go wrong with a look-up has a code of its own: no failure of DNS is taken for "there is no record".</summary>
public sealed class DnsFindingTests(LiveWorld world) : IClassFixture<LiveWorld>
{
    private static readonly string[] Prefixes = ["MtaStsRecord", "Mx", "TlsRptRecord", "DmarcRecord", "BimiRecord"];

    public static TheoryData<string, string> Cases()
    {
        TheoryData<string, string> data = [];
        foreach (var prefix in Prefixes)
        {
            foreach (var fault in (string[])["ServFail", "Refused", "Timeout", "Unreachable", "Malformed", "OtherError"])
            {
                data.Add(prefix, fault);
            }
        }

        return data;
    }

    [Theory, MemberData(nameof(Cases))]
    public async Task Each_failed_look_up_has_its_code(string prefix, string fault)
    {
        var marker = fault switch { "ServFail" => "SERVFAIL", "Refused" => "REFUSED", "Timeout" => "TIMEOUT", _ => null };
        var domain = marker is null ? world.Put() : world.Put((Name(prefix), marker, [prefix == "Mx" ? "MX" : "TXT"]));
        using var impatient = new DnsClientResolver(world.Sandbox.NameServer, new ResolverOptions { Timeout = TimeSpan.FromSeconds(1), Retries = 0 });
        var at = Name(prefix).Replace("@", domain, StringComparison.Ordinal);
        IResolver resolver = fault switch
        {
            "Timeout" => new Except(world.Edge.Resolver, at, impatient.QueryAsync),
            "ServFail" or "Refused" => world.Edge.Resolver,
            // Answers that no server of the sandbox gives.
            _ => new Except(world.Edge.Resolver, at, (_, _, _) => Task.FromResult(new DnsAnswer { Status = Enum.Parse<DnsStatus>(fault), Detail = "made so by the test" })),
        };
        var result = await TestAsync(prefix, domain, world.Checks(resolver: resolver));
        Assert.Equal(TestStatus.Fail, result.Status);
        LiveWorld.Has(result, prefix + fault, FindingSeverity.Error);
    }

    [Theory]
    [InlineData("MtaStsRecord"), InlineData("TlsRptRecord"), InlineData("DmarcRecord"), InlineData("BimiRecord")]
    public async Task No_record_is_absent_and_no_failure(string prefix)
    {
        foreach (var values in (string[][])[[""], ["\"something else\""]])
        {
            var result = await TestAsync(prefix, world.Put((Name(prefix), "TXT", values)), world.Checks());
            Assert.True(result.Status == TestStatus.Absent, string.Join("\n", result.Findings.Prepend(null)));
            Assert.DoesNotContain(result.Findings, f => f.Severity == FindingSeverity.Error);
            Assert.False(result.IsValid);
        }
    }

    [Fact]
    public async Task A_record_is_found_at_the_end_of_its_cnames_in_another_zone()
    {
        var other = world.Put(("policy.@", "TXT", ["\"v=STSv1; id=other;\""]), ("half.@", "CNAME", ["policy.@."]));
        var domain = world.Put(("_mta-sts.@", "CNAME", [$"half.{other}."]));
        var result = await world.Checks().TestMtaStsAsync(domain, TestContext.Current.CancellationToken);
        Assert.True(result.Status == TestStatus.Pass, string.Join("\n", result.Findings));
        var broken = world.Put(("_mta-sts.@", "CNAME", ["there.@."]), ("there.@", "SERVFAIL", []));
        LiveWorld.Has(await world.Checks().TestMtaStsAsync(broken, TestContext.Current.CancellationToken), "MtaStsRecordServFail", FindingSeverity.Error);
    }

    [Fact]
    public async Task Cnames_that_go_in_a_circle_are_no_absent_record()
    {
        var result = await world.Checks().TestMtaStsAsync(world.Put(("_mta-sts.@", "CNAME", ["a.@."]), ("a.@", "CNAME", ["_mta-sts.@."])), TestContext.Current.CancellationToken);
        Assert.Equal(TestStatus.Fail, result.Status);
    }

    private static string Name(string prefix) => prefix switch { "MtaStsRecord" => "_mta-sts.@", "Mx" => "@", "TlsRptRecord" => "_smtp._tls.@", "DmarcRecord" => "_dmarc.@", _ => "default._bimi.@" };

    private static Task<TestResult> TestAsync(string prefix, string domain, LiveChecks checks) => prefix switch
    {
        "TlsRptRecord" => checks.TestTlsRptAsync(domain, TestContext.Current.CancellationToken),
        "DmarcRecord" => checks.TestDmarcAsync(domain, TestContext.Current.CancellationToken),
        "BimiRecord" => checks.TestBimiAsync(domain, TestContext.Current.CancellationToken),
        _ => checks.TestMtaStsAsync(domain, TestContext.Current.CancellationToken),
    };

    /// <summary>Another way to look up one name.</summary>
    private sealed class Except(IResolver inner, string at, Func<string, DnsRecordType, CancellationToken, Task<DnsAnswer>> query) : IResolver
    {
        public Task<DnsAnswer> QueryAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
            => name == at ? query(name, type, cancellationToken) : inner.QueryAsync(name, type, cancellationToken);
    }
}
