using EmailSecurity.Findings;
using EmailSecurity.Live;
using EmailSecurity.Net;
using EmailSecurity.Ports;
using TestResult = EmailSecurity.Findings.TestResult;

namespace EmailSecurity.Tests.Live;

/// <summary>Whatever can go wrong with a look-up has a code of its own: no failure of DNS is taken for "there is no record".</summary>
public sealed class DnsFindingTests(LiveWorld world) : IClassFixture<LiveWorld>
{
    // Broadcast: the system refuses to send.
    private const string Nowhere = "255.255.255.255";

    internal static readonly string[] Prefixes = ["MtaStsRecord", "Mx", "TlsRptRecord", "DmarcRecord", "BimiRecord", "Caa", "ReportReceiver"];

    private static readonly (string Status, string Marker)[] Faults = [("ServFail", "SERVFAIL"), ("Refused", "REFUSED"), ("Timeout", "TIMEOUT"), ("Timeout", "TRUNCATE"), ("Malformed", "GARBAGE"), ("OtherError", "FORMERR"), ("OtherError", "NOTIMP")];

    public static IEnumerable<string> Codes => Prefixes.SelectMany(p => Faults.Select(f => p + f.Status).Append(p + "Unreachable"));

    public static TheoryData<string, string, string> Cases()
    {
        TheoryData<string, string, string> data = [];
        foreach (var prefix in Prefixes)
        {
            foreach (var (status, marker) in Faults)
            {
                data.Add(prefix, status, marker);
            }
        }

        return data;
    }

    public static TheoryData<string> EveryPrefix() => [.. Prefixes];

    [Theory, MemberData(nameof(Cases))]
    public async Task Each_failed_look_up_has_its_code(string prefix, string status, string marker)
    {
        var domain = Put(prefix, (Name(prefix), marker, [prefix switch { "Mx" or "ReportReceiver" => "MX", "Caa" => "CAA", _ => "TXT" }]));
        using var impatient = new DnsClientResolver(world.Sandbox.NameServer, new ResolverOptions { Timeout = TimeSpan.FromSeconds(1), Retries = 0 });
        // Impatience is for that name alone: the rest may take its time.
        Holds(await TestAsync(prefix, domain, status == "Timeout" ? new Divided(world.Edge.Resolver, impatient, At(prefix, domain)) : null), prefix, status);
    }

    [Theory, MemberData(nameof(EveryPrefix))]
    public async Task A_name_server_that_is_not_there_has_its_code(string prefix)
    {
        var domain = Put(prefix);
        using var nowhere = new DnsClientResolver(Nowhere, new ResolverOptions { Timeout = TimeSpan.FromMinutes(1), Retries = 0, TotalTimeout = TimeSpan.FromMinutes(2) });
        // One name alone: else nothing else could be looked at.
        Holds(await TestAsync(prefix, domain, new Divided(world.Edge.Resolver, nowhere, At(prefix, domain))), prefix, "Unreachable");
    }

    [Theory]
    [InlineData("MtaStsRecord"), InlineData("TlsRptRecord"), InlineData("DmarcRecord"), InlineData("BimiRecord")]
    public async Task No_record_is_absent_and_no_failure(string prefix)
    {
        foreach (var values in (string[][])[[""], ["\"something else\""]])
        {
            var result = await TestAsync(prefix, world.Put((Name(prefix), "TXT", values)));
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

    private static string Name(string prefix) => prefix switch { "MtaStsRecord" => "_mta-sts.@", "Mx" => "@", "TlsRptRecord" => "_smtp._tls.@", "DmarcRecord" => "_dmarc.@", "BimiRecord" => "default._bimi.@", "Caa" => "mta-sts.@", _ => "post.@" };

    private static string At(string prefix, string domain) => Name(prefix).Replace("@", domain, StringComparison.Ordinal);

    private static void Holds(TestResult result, string prefix, string status)
    {
        var isMinor = prefix is "Caa" or "ReportReceiver";
        Assert.Equal(isMinor ? TestStatus.Warning : TestStatus.Fail, result.Status);
        LiveWorld.Has(result, prefix + status, isMinor ? FindingSeverity.Warning : FindingSeverity.Error);
    }

    private string Put(string prefix, params (string, string, string[])[] changes) =>
        world.Put(prefix == "ReportReceiver" ? [.. changes, ("_smtp._tls.@", "TXT", ["\"v=TLSRPTv1; rua=mailto:x\\064post.@\""])] : changes);

    private async Task<TestResult> TestAsync(string prefix, string domain, IResolver? resolver = null)
    {
        using var checks = world.Checks(new LiveOptions { CheckCaa = prefix == "Caa", CheckReceivers = prefix == "ReportReceiver" }, resolver: resolver);
        return await (prefix switch
        {
            "TlsRptRecord" or "ReportReceiver" => checks.TestTlsRptAsync(domain, TestContext.Current.CancellationToken),
            "DmarcRecord" => checks.TestDmarcAsync(domain, TestContext.Current.CancellationToken),
            "BimiRecord" => checks.TestBimiAsync(domain, TestContext.Current.CancellationToken),
            _ => checks.TestMtaStsAsync(domain, TestContext.Current.CancellationToken),
        });
    }

    /// <summary>Another way to look up one name.</summary>
    private sealed class Divided(IResolver usual, IResolver other, string at) : IResolver
    {
        public Task<DnsAnswer> QueryAsync(string name, DnsRecordType type, CancellationToken cancellationToken) => (name == at ? other : usual).QueryAsync(name, type, cancellationToken);
    }
}
