using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.Dns;
using EmailSecurity.Sandbox.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace EmailSecurity.Tests.Sandbox;

/// <summary>An emulation without the AWS endpoint: calls go straight to the services, buckets are a dictionary.</summary>
internal sealed class EmulationHarness : IAsyncDisposable, IBucketOrigin
{
    public const string Account = "111122223333";
    public const string OtherAccount = "444455556666";
    public static readonly XNamespace R53 = "https://route53.amazonaws.com/doc/2013-04-01/";
    public static readonly XNamespace Cf = "http://cloudfront.amazonaws.com/doc/2020-05-31/";

    public EmulationHarness(string profile = "none", double scale = 1)
    {
        // A day ago: certificates count from midnight (UTC), and clients judge them by their own clock, which a test that starts late in the day must not pass.
        Time = new StandingTime(DateTimeOffset.UtcNow.AddDays(-1));
        Clock = new SandboxClock(Time);
        Clock.Set(profile, scale);
        Emulation = new Emulation(Clock, this);
    }

    public FakeTimeProvider Time { get; }

    public SandboxClock Clock { get; }

    public Emulation Emulation { get; }

    public Dictionary<string, BucketFacts> Buckets { get; } = new(StringComparer.Ordinal)
    {
        ["assets"] = new(Account, "us-east-1", false),
        ["logs"] = new(Account, "us-east-1", true),
        ["logs-closed"] = new(Account, "us-east-1", false),
        ["logs-milan"] = new(Account, "eu-south-1", true),
        ["logs-foreign"] = new(OtherAccount, "us-east-1", true),
    };

    public Dictionary<string, OriginObject> Objects { get; } = new(StringComparer.Ordinal);

    public List<string> Logs { get; } = [];

    public int Fetches { get; private set; }

    public ValueTask DisposeAsync() => Emulation.DisposeAsync();

    public OriginObject GetForDistribution(string bucket, string key, string distributionArn)
    {
        Fetches++;
        return Objects.GetValueOrDefault(key) ?? new OriginObject(403, [], "", "", "", "", DateTimeOffset.UnixEpoch);
    }

    public OriginObject GetForIdentity(string bucket, string key, string identityId, string canonicalUserId) => GetForDistribution(bucket, key, identityId);

    public BucketFacts? GetFacts(string bucket) => Buckets.GetValueOrDefault(bucket);

    public void DeliverLog(string bucket, string key, byte[] content)
    {
        lock (Logs)
        {
            Logs.Add(key);
        }
    }

    public void PutObject(string key, string text, string type = "text/plain", string cacheControl = "") =>
        Objects[key] = new OriginObject(200, Encoding.UTF8.GetBytes(text), type, cacheControl, "", $"\"{text.GetHashCode(StringComparison.Ordinal):x}\"", DateTimeOffset.UtcNow);

    public async Task<(int Status, string Body, IReadOnlyDictionary<string, string> Headers)> CallAsync(
        string service, string method, string path, string body = "", string account = Account, string region = "us-east-1", params (string Name, string Value)[] headers)
    {
        var query = new Dictionary<string, string>(StringComparer.Ordinal);
        var parts = path.Split('?', 2);
        foreach (var pair in parts.Length > 1 ? parts[1].Split('&') : [])
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            query[at < 0 ? pair : pair[..at]] = at < 0 ? "" : Uri.UnescapeDataString(pair[(at + 1)..]);
        }
        var call = new AwsCall
        {
            Service = service,
            Region = region,
            Method = method,
            Path = parts[0],
            Query = query,
            Headers = headers.ToDictionary(h => h.Name, h => h.Value, StringComparer.OrdinalIgnoreCase),
            Body = Encoding.UTF8.GetBytes(body),
            AccountId = account,
            RequestId = "r",
        };
        var handler = Emulation.Services.Single(s => s.Name == service);
        var operation = handler.Identify(call);
        Assert.NotNull(operation);
        var reply = await handler.HandleAsync(call, operation, CancellationToken.None);
        return (reply.Status, Encoding.UTF8.GetString(reply.Body), reply.Headers);
    }

    public async Task<string> CreateZoneAsync(string name, string? reference = null)
    {
        var reply = await CallAsync("route53", "POST", "/2013-04-01/hostedzone", $"<CreateHostedZoneRequest xmlns='{R53}'><Name>{name}</Name><CallerReference>{reference ?? Guid.NewGuid().ToString()}</CallerReference></CreateHostedZoneRequest>");
        Assert.Equal(201, reply.Status);
        return XElement.Parse(reply.Body).Element(R53 + "HostedZone")!.Element(R53 + "Id")!.Value["/hostedzone/".Length..];
    }

    public static string Change(string action, string name, string type, int ttl, params string[] values) =>
        $"<Change><Action>{action}</Action><ResourceRecordSet><Name>{name}</Name><Type>{type}</Type><TTL>{ttl}</TTL><ResourceRecords>{string.Concat(values.Select(v => new XElement("ResourceRecord", new XElement("Value", v)).ToString()))}</ResourceRecords></ResourceRecordSet></Change>";

    public static string Alias(string action, string name, string type, string target, string zone = "Z2FDTNDATAQYW2", string health = "false") =>
        $"<Change><Action>{action}</Action><ResourceRecordSet><Name>{name}</Name><Type>{type}</Type><AliasTarget><HostedZoneId>{zone}</HostedZoneId><DNSName>{target}</DNSName><EvaluateTargetHealth>{health}</EvaluateTargetHealth></AliasTarget></ResourceRecordSet></Change>";

    public Task<(int Status, string Body, IReadOnlyDictionary<string, string> Headers)> ChangeAsync(string zone, params string[] changes) => CallAsync(
        "route53", "POST", $"/2013-04-01/hostedzone/{zone}/rrset/", $"<ChangeResourceRecordSetsRequest xmlns='{R53}'><ChangeBatch><Changes>{string.Concat(changes)}</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>");

    public async Task<(int Status, JsonObject Json)> AcmAsync(string operation, string json, string region = "us-east-1")
    {
        var reply = await CallAsync("acm", "POST", "/", json, region: region, headers: ("X-Amz-Target", "CertificateManager." + operation));
        return (reply.Status, reply.Body.Length == 0 ? [] : (JsonObject)JsonNode.Parse(reply.Body)!);
    }

    public async Task<string> RequestCertificateAsync(string[] names, string region = "us-east-1")
    {
        var body = new JsonObject { ["DomainName"] = names[0], ["SubjectAlternativeNames"] = new JsonArray([.. names.Select(n => JsonValue.Create(n))]), ["ValidationMethod"] = "DNS" };
        return (await AcmAsync("RequestCertificate", body.ToJsonString(), region)).Json["CertificateArn"]!.GetValue<string>();
    }

    public async Task<JsonObject> DescribeAsync(string arn) => (JsonObject)(await AcmAsync("DescribeCertificate", $"{{\"CertificateArn\":\"{arn}\"}}", arn.Split(':')[3])).Json["Certificate"]!;

    /// <summary>A certificate with its validation records in a third-party zone, issued.</summary>
    public async Task<string> IssueAsync(string zone, string[] names, string region = "us-east-1")
    {
        var arn = await RequestCertificateAsync(names, region);
        await DescribeAsync(arn);
        Time.Advance(Clock.Scaled(TimeSpan.FromSeconds(3)));
        var records = (await DescribeAsync(arn))["DomainValidationOptions"]!.AsArray().Select(o => o!["ResourceRecord"]!);
        Emulation.PutThirdPartyZone(zone, [.. records.Select(r => new ZoneRecord(r["Name"]!.GetValue<string>(), "CNAME", 60, [r["Value"]!.GetValue<string>()])).DistinctBy(r => r.Name)]);
        Time.Advance(Clock.Scaled(TimeSpan.FromSeconds(151)));
        Assert.Equal("ISSUED", (await DescribeAsync(arn))["Status"]!.GetValue<string>());
        return arn;
    }

    public async Task<string> CreateControlAsync(string name = "control")
    {
        var reply = await CallAsync("cloudfront", "POST", "/2020-05-31/origin-access-control", $"<OriginAccessControlConfig xmlns='{Cf}'><Name>{name}</Name><SigningProtocol>sigv4</SigningProtocol><SigningBehavior>always</SigningBehavior><OriginAccessControlOriginType>s3</OriginAccessControlOriginType></OriginAccessControlConfig>");
        Assert.Equal(201, reply.Status);
        return XElement.Parse(reply.Body).Element(Cf + "Id")!.Value;
    }

    public static string Config(string reference, string certificate, string[] aliases, string control = "", string log = "logs", string enabled = "true", string extra = "", string origin = "assets.s3.us-east-1.amazonaws.com") => $"""
        <DistributionConfig xmlns="{Cf}"><CallerReference>{reference}</CallerReference>
        <Aliases><Quantity>{aliases.Length}</Quantity>{(aliases.Length == 0 ? "" : "<Items>" + string.Concat(aliases.Select(a => $"<CNAME>{a}</CNAME>")) + "</Items>")}</Aliases>
        <Origins><Quantity>1</Quantity><Items><Origin><Id>s3</Id><DomainName>{origin}</DomainName><S3OriginConfig><OriginAccessIdentity></OriginAccessIdentity></S3OriginConfig><OriginAccessControlId>{control}</OriginAccessControlId></Origin></Items></Origins>
        <DefaultCacheBehavior><TargetOriginId>s3</TargetOriginId><ViewerProtocolPolicy>https-only</ViewerProtocolPolicy><Compress>true</Compress><CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId></DefaultCacheBehavior>
        <Comment>c</Comment>{(log.Length == 0 ? "" : $"<Logging><Enabled>true</Enabled><IncludeCookies>false</IncludeCookies><Bucket>{log}.s3.amazonaws.com</Bucket><Prefix>p/</Prefix></Logging>")}<Enabled>{enabled}</Enabled>
        {(certificate.Length == 0 ? "" : $"<ViewerCertificate><ACMCertificateArn>{certificate}</ACMCertificateArn><SSLSupportMethod>sni-only</SSLSupportMethod><MinimumProtocolVersion>TLSv1.2_2021</MinimumProtocolVersion></ViewerCertificate>")}<IsIPV6Enabled>true</IsIPV6Enabled>{extra}</DistributionConfig>
        """;

    public Task<(int Status, string Body, IReadOnlyDictionary<string, string> Headers)> CreateDistributionAsync(string config) => CallAsync("cloudfront", "POST", "/2020-05-31/distribution", config);

    public static string Code((int Status, string Body, IReadOnlyDictionary<string, string> Headers) reply) => XElement.Parse(reply.Body).Descendants().First(e => e.Name.LocalName == "Code").Value;

    public static string Value(string xml, string element) => XElement.Parse(xml).DescendantsAndSelf().First(e => e.Name.LocalName == element).Value;

    /// <summary>A client that goes to the edge for every host, trusts the sandbox's root only, and checks names.</summary>
    public HttpClient Client(bool plain = false)
    {
        var root = X509Certificate2.CreateFromPem(Emulation.TrustedRootPem);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
                await socket.ConnectAsync(System.Net.IPEndPoint.Parse(plain ? Emulation.ConnectToHttp : Emulation.ConnectTo), cancellationToken);
                return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
            },
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { root } } },
        };
        return new HttpClient(handler) { Timeout = TimeSpan.FromMinutes(2) };
    }

    /// <summary>Time passes where a test advances it. What a service holds a call for takes a few real milliseconds and none of this time.</summary>
    private sealed class StandingTime(DateTimeOffset start) : FakeTimeProvider(start)
    {
        private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(5);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, dueTime > Longest ? Longest : dueTime, period);
    }
}
