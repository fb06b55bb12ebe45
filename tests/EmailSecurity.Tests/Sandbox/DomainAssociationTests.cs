using System.Xml.Linq;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.Dns;
using static EmailSecurity.Tests.Sandbox.EmulationHarness;

namespace EmailSecurity.Tests.Sandbox;

/// <summary>How an alternate domain name moves between distributions, and what CloudFront asks for.</summary>
public sealed class DomainAssociationTests : IAsyncDisposable
{
    private const string Name = "mta-sts.example.com";
    private readonly EmulationHarness harness = new();

    public ValueTask DisposeAsync() => harness.DisposeAsync();

    [Fact]
    public async Task A_name_moves_edge_location_by_edge_location_and_always_has_an_answer()
    {
        await harness.Emulation.StartAsync(TestContext.Current.CancellationToken);
        var arn = await harness.IssueAsync("example.com", [Name]);
        var control = await harness.CreateControlAsync();
        var (source, _, _) = await CreateAsync(In("source", Config("source", arn, [Name], control)));
        var (target, tag, _) = await CreateAsync(In("target", Config("target", arn, [], control)));
        harness.Clock.Set("real", 1);
        harness.Time.Advance(TimeSpan.FromMinutes(10));
        harness.PutObject("source/.well-known/mta-sts.txt", "source");
        harness.PutObject("target/.well-known/mta-sts.txt", "target");

        Assert.Equal([$"{Name} distribution {Hidden(source)} {Hidden(Account)}"], await ConflictsAsync(target, Name));
        var moved = await MoveAsync(target, Name, tag);
        Assert.Equal((200, Name, target), (moved.Status, Value(moved.Body, "Domain"), Value(moved.Body, "ResourceId")));
        Assert.Equal([$"{Name} distribution {Hidden(target)} {Hidden(Account)}"], await ConflictsAsync(target, Name));

        List<string> answers = [];
        using var client = harness.Client();
        for (var second = 0; second <= 300; second += 20)
        {
            using var answer = await client.GetAsync(new Uri($"https://{Name}/.well-known/mta-sts.txt"), TestContext.Current.CancellationToken);
            answers.Add(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            harness.Time.Advance(TimeSpan.FromSeconds(20));
        }

        // While the move reaches the edge locations, either may answer; then only the target does.
        Assert.Equal(["source", "target"], answers.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.Contains("source", answers.SkipWhile(a => a != "target"));
        Assert.Equal(["target"], answers.Skip(240 / 20).Distinct(StringComparer.Ordinal));
        Assert.Equal("Deployed", Value((await harness.CallAsync("cloudfront", "GET", $"/2020-05-31/distribution/{target}")).Body, "Status"));
    }

    public static TheoryData<string, string> Refused => new()
    {
        { "etag missing", "InvalidIfMatchVersion" },
        { "etag old", "PreconditionFailed" },
        { "no such target", "EntityNotFound" },
        { "target of another account", "EntityNotFound" },
        { "both targets", "InvalidArgument" },
        { "name of nobody", "EntityNotFound" },
        { "name is there", "IllegalUpdate" },
        { "certificate does not cover", "InvalidArgument" },
        { "no certificate", "InvalidArgument" },
        { "source of another account", "IllegalUpdate" }, // enabled
        { "source of another account, disabled", "AccessDenied" }, // no TXT record
        { "source of another account, disabled, TXT record", "" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_move_that_CloudFront_does_not_make_is_refused(string what, string code)
    {
        var isOther = what.Contains("source of another account", StringComparison.Ordinal);
        var arn = await harness.IssueAsync("example.com", [Name, "other.example.com"]);
        var theirs = isOther ? await IssueForOtherAsync() : arn;
        harness.Buckets["theirs"] = new BucketFacts(OtherAccount, "us-east-1", false);
        var enabled = what.Contains("disabled", StringComparison.Ordinal) ? "false" : "true";
        var (source, sourceTag, _) = await CreateAsync(
            Config("source", theirs, [Name], log: "", enabled: enabled, origin: isOther ? "theirs.s3.us-east-1.amazonaws.com" : "assets.s3.us-east-1.amazonaws.com"),
            isOther ? OtherAccount : Account);
        var (target, tag, domainName) = await CreateAsync(Config("target", what == "no certificate" ? "" : arn, []));
        if (what.Contains("TXT", StringComparison.Ordinal))
        {
            harness.Emulation.PutThirdPartyZone("example.com", [new ZoneRecord("_" + Name, "TXT", 60, [$"\"{domainName}\""])]);
        }

        var reply = what switch
        {
            "etag missing" => await MoveAsync(target, Name, ""),
            "etag old" => await MoveAsync(target, Name, "E0000000000000"),
            "no such target" => await MoveAsync("ENOTTHERE00000", Name, tag),
            "target of another account" => await MoveAsync(target, Name, tag, OtherAccount),
            "both targets" => await MoveAsync(target + "</DistributionId><DistributionTenantId>dt_1</DistributionTenantId><DistributionId>", Name, tag),
            "name of nobody" => await MoveAsync(target, "other.example.com", tag),
            "name is there" => await MoveAsync(source, Name, sourceTag),
            "certificate does not cover" => await MoveAsync(target, "mta-sts.example.org", tag),
            _ => await MoveAsync(target, Name, tag),
        };
        Assert.Equal(code, reply.Status == 200 ? "" : Code(reply));
        var holder = XElement.Parse((await harness.CallAsync("cloudfront", "GET", $"/2020-05-31/distribution/{source}/config", account: isOther ? OtherAccount : Account)).Body);
        Assert.Equal(code.Length == 0 ? [] : [Name], holder.Descendants(Cf + "CNAME").Select(e => e.Value));
    }

    [Fact]
    public async Task Conflicts_are_told_to_who_has_a_certificate_with_wildcards_that_overlap()
    {
        var arn = await harness.IssueAsync("example.com", [Name, "*.example.com"]);
        var (wild, _, _) = await CreateAsync(Config("wild", arn, ["*.example.com"]));
        var (source, _, _) = await CreateAsync(Config("source", arn, [Name]));
        var (target, _, _) = await CreateAsync(Config("target", arn, []));
        Assert.Equal(
            [$"*.example.com distribution {Hidden(wild)} {Hidden(Account)}", $"{Name} distribution {Hidden(source)} {Hidden(Account)}"],
            await ConflictsAsync(target, Name));
        var (without, _, _) = await CreateAsync(Config("without", "", []));
        Assert.Equal("InvalidArgument", Code(await AskAsync(without, Name)));
        Assert.Equal("EntityNotFound", Code(await AskAsync("ENOTTHERE00000", Name)));
    }

    private static string In(string folder, string config) => config.Replace("</DomainName><S3", $"</DomainName><OriginPath>/{folder}</OriginPath><S3", StringComparison.Ordinal);

    private static string Hidden(string id) => new string('*', id.Length / 2) + id[(id.Length / 2)..];

    // A certificate for the name that another account has.
    private async Task<string> IssueForOtherAsync()
    {
        var body = $$"""{"DomainName":"{{Name}}","ValidationMethod":"DNS"}""";
        async Task<Answer> CallAsync(string operation, string json)
            => new((await harness.CallAsync("acm", "POST", "/", json, OtherAccount, headers: ("X-Amz-Target", "CertificateManager." + operation))).Body);
        var arn = (await CallAsync("RequestCertificate", body)).Json["CertificateArn"]!.GetValue<string>();
        var ask = $$"""{"CertificateArn":"{{arn}}"}""";
        await CallAsync("DescribeCertificate", ask);
        harness.Time.Advance(TimeSpan.FromSeconds(3));
        var record = (await CallAsync("DescribeCertificate", ask)).Json["Certificate"]!["DomainValidationOptions"]![0]!["ResourceRecord"]!;
        harness.Emulation.PutThirdPartyZone("example.com", [new ZoneRecord(record["Name"]!.GetValue<string>(), "CNAME", 60, [record["Value"]!.GetValue<string>()])]);
        harness.Time.Advance(TimeSpan.FromSeconds(151));
        Assert.Equal("ISSUED", (await CallAsync("DescribeCertificate", ask)).Json["Certificate"]!["Status"]!.GetValue<string>());
        return arn;
    }

    private sealed record Answer(string Body)
    {
        public System.Text.Json.Nodes.JsonNode Json => System.Text.Json.Nodes.JsonNode.Parse(Body)!;
    }

    private async Task<(string Id, string ETag, string DomainName)> CreateAsync(string config, string account = Account)
    {
        var reply = await harness.CallAsync("cloudfront", "POST", "/2020-05-31/distribution", config, account);
        Assert.True(reply.Status == 201, reply.Body);
        return (Value(reply.Body, "Id"), reply.Headers["ETag"], Value(reply.Body, "DomainName"));
    }

    private Task<(int Status, string Body, IReadOnlyDictionary<string, string> Headers)> MoveAsync(string target, string name, string etag, string account = Account)
        => harness.CallAsync("cloudfront", "POST", "/2020-05-31/domain-association",
            $"<UpdateDomainAssociationRequest xmlns='{Cf}'><Domain>{name}</Domain><TargetResource><DistributionId>{target}</DistributionId></TargetResource></UpdateDomainAssociationRequest>",
            account, headers: etag.Length == 0 ? [] : [("If-Match", etag)]);

    private Task<(int Status, string Body, IReadOnlyDictionary<string, string> Headers)> AskAsync(string id, string name) => harness.CallAsync("cloudfront", "POST", "/2020-05-31/domain-conflicts",
        $"<ListDomainConflictsRequest xmlns='{Cf}'><Domain>{name}</Domain><DomainControlValidationResource><DistributionId>{id}</DistributionId></DomainControlValidationResource></ListDomainConflictsRequest>");

    private async Task<IReadOnlyList<string>> ConflictsAsync(string id, string name)
    {
        var reply = await AskAsync(id, name);
        Assert.True(reply.Status == 200, reply.Body);
        return [.. XElement.Parse(reply.Body).Element(Cf + "DomainConflicts")!.Elements(Cf + "DomainConflicts").Select(c => string.Join(' ', c.Elements().Select(e => e.Value)))];
    }
}
