using System.Collections.Concurrent;
using System.Text.Json;
using Amazon.CloudFront;
using Amazon.CloudFront.Model;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Stacks;
using EmailSecurity.Tests.Engine;
using EmailSecurity.Tests.Sandbox;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Permissions;

/// <summary>
/// The policies of assets/ are sufficient, for every call of every command is judged by them as it is made, and minimal, for every action of them is
/// needed by some command. docs/permissions.md says which command needs what.
/// </summary>
public sealed partial class PermissionTests
{
    private static readonly string Root = SourceTree.Root;
    private static readonly IamPolicy SetUp = IamPolicy.Read(Path.Combine(Root, "assets", "iam-policy.json"));
    private static readonly IamPolicy Adopt = IamPolicy.Read(Path.Combine(Root, "assets", "iam-policy-adopt.json"));
    private static readonly IamPolicy SetUpAndAdopt = SetUp.With(Adopt);
    private static readonly IamPolicy Reports = IamPolicy.Read(Path.Combine(Root, "assets", "iam-policy-reports.json"));
    private static readonly IamPolicy Store = IamPolicy.Read(Path.Combine(Root, "assets", "iam-policy-report-store.json"));
    private static readonly IamPolicy Operate = IamPolicy.Read(Path.Combine(Root, "assets", "iam-policy-operate.json"));

    // Lives: made, found damaged and repaired, changed, interrupted, read, removed. Each command runs under the policy that is meant for it. A "!" is refused,
    // but not by IAM. $damage and $faults are what somebody else does to the stack, and AWS to the call.
    private static readonly (string Command, IamPolicy Policy, string Script)[] Lives =
    [
        ("!Publish-EmailSecurityStack", SetUp, "New-EmailSecurityStack taken.example -DnsHost External -BucketSuffix eu0 | Publish-EmailSecurityStack -Confirm:$false"),
        ("Publish-EmailSecurityStack", SetUp, "New-EmailSecurityStack taken.example -DnsHost External -MxHost mx1.taken.example -BucketSuffix eu1 | Publish-EmailSecurityStack -NoWait -Confirm:$false"),
        ("Publish-EmailSecurityStack", SetUp, "New-EmailSecurityStack example.com -LogoPath $logo -ReportUri tls@example.com | Publish-EmailSecurityStack -Confirm:$false"),
        ("Publish-EmailSecurityStack", SetUp, Losing("CreateBucket", "RequestCertificate", "CreateDistributionWithTags", "ChangeResourceRecordSets")
            + "New-EmailSecurityStack example.net -ReportUri tls@example.net | Publish-EmailSecurityStack -Adopt -Confirm:$false"),
        ("Publish-EmailSecurityStack", SetUp, "$damage.Invoke('ownership'); New-EmailSecurityStack example.com -LogoPath $logo | Publish-EmailSecurityStack -Confirm:$false"),
        ("Publish-EmailSecurityStack", SetUp, "$damage.Invoke('distribution'); New-EmailSecurityStack example.com -LogoPath $logo | Publish-EmailSecurityStack -Confirm:$false"),
        ("Publish-EmailSecurityStack", SetUp, "$damage.Invoke('tags'); New-EmailSecurityStack example.com -LogoPath $logo | Publish-EmailSecurityStack -Confirm:$false"),
        ("Publish-EmailSecurityStack", SetUp, "$damage.Invoke('tags'); $damage.Invoke('distribution'); New-EmailSecurityStack example.com | Publish-EmailSecurityStack -Confirm:$false"),
        ("Publish-MtaStsPolicy", Operate, "New-MtaStsPolicy example.com -MaxAge 90000 | Publish-MtaStsPolicy -Confirm:$false"),
        ("Publish-MtaStsPolicy", Operate, Losing("PutObject", "CreateInvalidation", "ChangeResourceRecordSets")
            + "New-MtaStsPolicy example.com -MaxAge 100000 | Publish-MtaStsPolicy -Confirm:$false"),
        ("Publish-BimiAssets", Operate, "Publish-BimiAssets example.com -LogoPath $other -Confirm:$false"),
        ("Set-TlsRptRecord", Operate, "Set-TlsRptRecord example.com -ReportUri reports@example.com -Confirm:$false"),
        ("Publish-EmailSecurityStack", Operate, "New-EmailSecurityStack example.com -LogoPath $logo -ReportUri tls@example.com -MaxAge 95000 | Publish-EmailSecurityStack -Confirm:$false"),
        ("Get-EmailSecurityPlan", Operate, "Get-EmailSecurityPlan example.com; New-EmailSecurityStack taken.example -DnsHost External -MxHost mx1.taken.example | Get-EmailSecurityPlan"),
        ("Test-MtaStsReadiness", Operate, "Test-MtaStsReadiness example.com; Test-MtaStsReadiness taken.example"),
        ("Get-EmailSecurityStack", Operate, "Get-EmailSecurityStack; Get-EmailSecurityStack example.com"),
        ("Get-EmailSecurityDnsRecord", Operate, "Get-EmailSecurityDnsRecord example.com; New-EmailSecurityStack taken.example -DnsHost External -MxHost mx1.taken.example | Get-EmailSecurityDnsRecord"),
        ("Export-EmailSecurityDnsRecord", Operate, "Export-EmailSecurityDnsRecord example.com -Format Bind; New-EmailSecurityStack taken.example -DnsHost External -MxHost mx1.taken.example | Export-EmailSecurityDnsRecord"),
        ("Import-TlsRptReport", Reports, "if (@(Import-TlsRptReport -BucketName my-tls-reports -Prefix inbound/).Count -ne 1) { throw 'no report' }"),
        ("Export-TlsRptReport", Store, """
            $keep = @{ BucketName = 'my-tls-reports'; Prefix = 'store/' }
            1..3 | ForEach-Object { $null = [EmailSecurity.TlsReports.TlsRptReport]@{ ReportId = "r$_"; ReportDomain = 'example.com' } | Export-TlsRptReport @keep }
            if ((Export-TlsRptReport @keep -Compact).RemovedFileCount -ne 3) { throw 'no small files' }
            """),
        ("Publish-EmailSecurityStack", SetUpAndAdopt, "$damage.Invoke('moved'); New-EmailSecurityStack example.com | Publish-EmailSecurityStack -Adopt -Confirm:$false; $damage.Invoke('disabled')"),
        ("Remove-EmailSecurityStack", SetUp, "Remove-EmailSecurityStack example.net -Confirm:$false; $damage.Invoke('deleted')"),
        ("Remove-EmailSecurityStack", SetUp, Losing("DeleteDistribution", "DeleteObjects", "DeleteBucket", "DeleteCertificate", "UpdateDistribution")
            + "Remove-EmailSecurityStack example.com -Force -Confirm:$false"),
        ("Remove-EmailSecurityStack", SetUp, "Remove-EmailSecurityStack example.net -KeepLogs -Force -Confirm:$false; Remove-EmailSecurityStack taken.example -Force -Confirm:$false"),
    ];

    // What an adapter can do and no command asks for: a bucket of S3's is always encrypted, and policy and lifecycle always have something of ours; the
    // role of a profile is assumed with the profile's own keys.
    private static readonly string[] NeverAsked = ["PutBucketEncryption", "DeleteBucketPolicy", "DeleteBucketLifecycle", "AssumeRole"];

    // Names of the SDK that are not those of the API.
    private static readonly Dictionary<string, string> ApiNames = new(StringComparer.Ordinal)
    {
        ["PutBucket"] = "CreateBucket",
        ["ListVersions"] = "ListObjectVersions",
        ["GetLifecycleConfiguration"] = "GetBucketLifecycleConfiguration",
        ["PutLifecycleConfiguration"] = "PutBucketLifecycleConfiguration",
        ["DeleteLifecycleConfiguration"] = "DeleteBucketLifecycle",
    };

    // The first answer of each operation is lost on its way back.
    private static string Losing(params string[] operations) =>
        $"$faults.Invoke('{JsonSerializer.Serialize(operations.Select(o => new { operation = o, nth = 1, kind = "lostResponse" }))}'); ";

    [Fact]
    public async Task Every_call_is_allowed_and_every_permission_is_needed()
    {
        var judge = new Judge();
        using var time = new VirtualTime();
        await using var session = await StartAsync(judge, time);
        foreach (var (command, policy, script) in Lives)
        {
            time.Advance(TimeSpan.FromMinutes(5)); // what somebody began in CloudFront is done
            judge.Begin(command.TrimStart('!'), policy);
            // A session of its own: it remembers nothing of the command before.
            await using var next = EngineSession.Open(session.Sandbox!, time);
            using var run = time.RunEngine();
            var result = next.Invoke(script, ("logo", Logo("a")), ("other", Logo("b")), ("damage", (Action<string>)(what => judge.Damage(session.Sandbox!, what))), ("faults", (Action<string>)session.Sandbox!.SetFaults));
            session.Sandbox.SetFaults(null);
            Assert.True(judge.Denied.Count == 0, script + "\n" + string.Join("\n", judge.Denied));
            Assert.True((command[0] == '!') == (result.Errors.Count > 0), script + "\n" + string.Join("\n", result.Errors.Select(e => e.ToString())));
        }

        Assert.Equal(["acm:DeleteCertificate", "cloudfront:DeleteDistribution"], judge.Gone.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.Empty(Operations().Except(NeverAsked).Except(judge.Operations));
        Assert.Empty(NeverAsked.Intersect(judge.Operations)); // else it belongs into the lives' policies

        // What operation needs, setting up needs as well.
        Assert.All(judge.Needs.Where(n => n.Policy != Store), n => Assert.True(SetUpAndAdopt.Actions.Contains(n.Action, StringComparer.Ordinal), n.ToString()));
        Assert.Empty(Adopt.Actions.Except(judge.Needs.Where(n => n.Policy == SetUpAndAdopt).Select(n => n.Action)));
        Assert.True(!SetUp.Actions.Except(judge.Needs.Select(n => n.Action)).Any(), string.Join(" ", SetUp.Actions.Except(judge.Needs.Select(n => n.Action))));
        Assert.True(!Operate.Actions.Except(judge.Needs.Where(n => n.Policy == Operate).Select(n => n.Action)).Any(), string.Join(" ", Operate.Actions.Except(judge.Needs.Where(n => n.Policy == Operate).Select(n => n.Action))));
        Assert.Equal(Reports.Actions.Order(StringComparer.Ordinal), judge.Needs.Where(n => n.Policy == Reports).Select(n => n.Action).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.Equal(Store.Actions.Order(StringComparer.Ordinal), judge.Needs.Where(n => n.Policy == Store).Select(n => n.Action).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        AssertDocumented(judge);

        // Each statement, taken out alone, breaks something that a command does; a Deny breaks nothing (AttackTests has what it is for).
        foreach (var (asked, under) in new[] { (SetUp, SetUp), (Operate, Operate), (Adopt, SetUpAndAdopt), (Reports, Reports), (Store, Store) })
        {
            var needed = judge.NeededStatements.Where(n => n.Policy == under).Select(n => n.Sid);
            Assert.Empty(asked.Statements.Where(s => s.GetProperty("Effect").GetString() == "Allow").Select(s => s.GetProperty("Sid").GetString()!).Except(needed, StringComparer.Ordinal));
        }
    }

    // Every operation that the adapters can call, by the requests that they make.
    private static IEnumerable<string> Operations() => Directory.GetFiles(Path.Combine(Root, "src", "EmailSecurity.Aws"), "*.cs", SearchOption.AllDirectories)
        .SelectMany(file => RequestMade().Matches(File.ReadAllText(file))).Select(m => ApiNames.GetValueOrDefault(m.Groups[1].Value, m.Groups[1].Value)).Distinct(StringComparer.Ordinal);

    [System.Text.RegularExpressions.GeneratedRegex(@"\bnew (\w+)Request\b")]
    private static partial System.Text.RegularExpressions.Regex RequestMade();

    private static void AssertDocumented(Judge judge)
    {
        var rows = judge.Needs.Select(n => n.Action).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(action =>
        {
            var commands = judge.Needs.Where(n => n.Action == action).Select(n => n.Command).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
            string[] policies =
            [
                .. Operate.Actions.Contains(action, StringComparer.Ordinal) ? ["both"] : SetUp.Actions.Contains(action, StringComparer.Ordinal) ? ["set-up"]
                    : Adopt.Actions.Contains(action, StringComparer.Ordinal) ? ["adopt"] : Array.Empty<string>(),
                .. Reports.Actions.Contains(action, StringComparer.Ordinal) ? ["reports"] : Array.Empty<string>(),
                .. Store.Actions.Contains(action, StringComparer.Ordinal) ? ["report store"] : Array.Empty<string>(),
            ];
            return $"| `{action}` | {string.Join(", ", policies)} | {string.Join(", ", commands)} |";
        });
        var page = File.ReadAllText(Path.Combine(Root, "docs", "permissions.md")).ReplaceLineEndings("\n");
        var table = string.Join("\n", rows);
        Assert.True(page.Contains(table, StringComparison.Ordinal), "docs/permissions.md has to hold this table:\n" + table);
    }

    private static async Task<EngineSession> StartAsync(Judge judge, VirtualTime time)
    {
        // At the pace of AWS: what is waited for is asked for.
        var session = await EngineSession.StartAsync(new SandboxOptions { Authorize = judge.AuthorizeAsync, Time = time });
        session.Sandbox!.SetLatency("real", 1);
        judge.Know(session.Sandbox!);
        await DomainZones.AddAsync(session.Sandbox!, "example.com");
        session.Sandbox!.PutHostedZone("example.net",
        [
            new("example.net", "MX", 300, ["10 mx1.example.net."]), new("_dmarc.example.net", "TXT", 300, ["\"v=DMARC1; p=reject\""]),
            new("_smtp._tls.example.net", "TXT", 300, ["\"v=TLSRPTv1; rua=mailto:old@example.net\""]), // somebody's, to be adopted
        ]);
        await judge.ArrangeAsync(() => ReportBucket.MakeAsync(session.Sandbox!));
        using var somebody = S3(session.Sandbox!.OtherAccessKey, session.Sandbox.OtherSecretKey, session.Sandbox, "us-west-2");
        await somebody.PutBucketAsync(
            new PutBucketRequest { BucketName = StackNames.AssetBucket("taken.example", session.Sandbox.AccountId, BucketForm.Shared("eu0")), PutBucketConfiguration = new PutBucketConfiguration { LocationConstraint = "us-west-2" } },
            TestContext.Current.CancellationToken);
        return session;
    }

    private static AmazonS3Client S3(string accessKey, string secretKey, SandboxServer sandbox, string region = "eu-central-1") => new(
        new BasicAWSCredentials(accessKey, secretKey),
        new AmazonS3Config { AuthenticationRegion = region, ServiceURL = sandbox.EndpointUrl, ForcePathStyle = true });

    private static string Logo(string title)
    {
        var file = Path.Combine(Path.GetTempPath(), $"emailsecurity-{Guid.NewGuid():N}.svg");
        File.WriteAllText(file, EndToEnd.StackLab.Logo.Replace("<title>", "<title>" + title, StringComparison.Ordinal));
        return file;
    }

    /// <summary>Judges each call of the current command by its policy, and keeps what it needed.</summary>
    private sealed class Judge
    {
        private readonly ConcurrentDictionary<(string Command, IamPolicy Policy, string Action), bool> needs = new();
        private readonly ConcurrentDictionary<(IamPolicy Policy, string Sid), string> statements = new();
        private readonly ConcurrentQueue<string> denied = new();
        private readonly ConcurrentQueue<string> gone = new();
        private IamRequests? requests;
        private readonly ConcurrentDictionary<string, bool> operations = new(StringComparer.Ordinal);
        private bool isOff;
        private (string Command, IamPolicy Policy) current = ("", SetUp);

        public IReadOnlyList<string> Denied => [.. denied];

        public IReadOnlyList<(string Command, IamPolicy Policy, string Action)> Needs => [.. needs.Keys];

        /// <summary>Statements without which something was refused.</summary>
        public IEnumerable<(IamPolicy Policy, string Sid)> NeededStatements => statements.Keys;

        /// <summary>Denied because the resource, and with it its tags, had gone by a call whose answer was lost.</summary>
        public IReadOnlyList<string> Gone => [.. gone];

        public IEnumerable<string> Operations => operations.Keys;

        public void Know(SandboxServer sandbox) => requests = new IamRequests(sandbox.Emulation.Services, sandbox.AccountId);

        public void Begin(string command, IamPolicy policy) => current = (command, policy);

        public async Task<bool> AuthorizeAsync(AwsCall call, AwsOperation operation)
        {
            operations[operation.Name] = true;
            foreach (var request in isOff ? [] : await requests!.OfAsync(call, operation))
            {
                if (!current.Policy.Allows(request))
                {
                    if (!await requests!.IsThereAsync(request.Resource))
                    {
                        gone.Enqueue(request.Action);
                        return false;
                    }

                    denied.Enqueue($"{current.Command}: {request.Action} on {request.Resource} ({string.Join("; ", request.Context.Select(c => $"{c.Key}={string.Join(',', c.Value)}"))})");
                    return false;
                }

                needs[(current.Command, current.Policy, request.Action)] = true;
                if (current.Policy.OnlyAllowing(request) is { } sid)
                {
                    statements[(current.Policy, sid)] = $"{current.Command}: {request.Action}";
                }
            }

            return true;
        }

        /// <summary>What somebody with all permissions makes.</summary>
        public async Task ArrangeAsync(Func<Task> make)
        {
            isOff = true;
            await make();
            isOff = false;
        }

        /// <summary>What somebody with all permissions does to the hosting of example.com.</summary>
        public void Damage(SandboxServer sandbox, string what)
        {
            isOff = true;
            try
            {
                (what switch
                {
                    "ownership" => LetAclsInAsync(sandbox),
                    "tags" => UntagAsync(sandbox),
                    "moved" => MoveAwayAsync(sandbox),
                    "disabled" => TheirsAsync(sandbox, isDelete: false),
                    "deleted" => TheirsAsync(sandbox, isDelete: true),
                    _ => TurnOffAsync(sandbox),
                }).GetAwaiter().GetResult();
            }
            finally
            {
                isOff = false;
            }
        }

        private static async Task LetAclsInAsync(SandboxServer sandbox)
        {
            using var s3 = S3(sandbox.AccessKey, sandbox.SecretKey, sandbox);
            await s3.PutBucketOwnershipControlsAsync(new PutBucketOwnershipControlsRequest
            {
                BucketName = StackNames.AssetBucket("example.com", sandbox.AccountId, BucketForm.Regional("eu-central-1")),
                OwnershipControls = new OwnershipControls { Rules = [new OwnershipControlsRule { ObjectOwnership = ObjectOwnership.ObjectWriter }] },
            });
        }

        private static async Task TurnOffAsync(SandboxServer sandbox)
        {
            using var cloudFront = CloudFront(sandbox);
            var id = (await FindAsync(cloudFront)).Id;
            var now = await cloudFront.GetDistributionAsync(new GetDistributionRequest { Id = id });
            now.Distribution.DistributionConfig.IsIPV6Enabled = false;
            await cloudFront.UpdateDistributionAsync(new UpdateDistributionRequest { Id = id, IfMatch = now.ETag, DistributionConfig = now.Distribution.DistributionConfig });
        }

        // Another distribution of the account, without a tag of ours, has the policy host from now on.
        private static async Task MoveAwayAsync(SandboxServer sandbox)
        {
            using var cloudFront = CloudFront(sandbox);
            var config = (await cloudFront.GetDistributionAsync(new GetDistributionRequest { Id = (await FindAsync(cloudFront)).Id })).Distribution.DistributionConfig;
            config.CallerReference = config.Comment = "theirs";
            config.Aliases = new Aliases { Quantity = 0, Items = [] };
            var made = await cloudFront.CreateDistributionWithTagsAsync(new CreateDistributionWithTagsRequest
            {
                DistributionConfigWithTags = new DistributionConfigWithTags { DistributionConfig = config, Tags = new Tags { Items = [] } },
            });
            await cloudFront.UpdateDomainAssociationAsync(new UpdateDomainAssociationRequest
            {
                Domain = "mta-sts.example.com",
                TargetResource = new DistributionResourceId { DistributionId = made.Distribution.Id },
                IfMatch = made.ETag,
            });
        }

        private static async Task TheirsAsync(SandboxServer sandbox, bool isDelete)
        {
            using var cloudFront = CloudFront(sandbox);
            var id = (await cloudFront.ListDistributionsAsync(new ListDistributionsRequest())).DistributionList.Items.Single(d => d.Comment == "theirs").Id;
            var now = await cloudFront.GetDistributionAsync(new GetDistributionRequest { Id = id });
            now.Distribution.DistributionConfig.Enabled = false;
            await (isDelete ? cloudFront.DeleteDistributionAsync(new DeleteDistributionRequest { Id = id, IfMatch = now.ETag })
                : (Task)cloudFront.UpdateDistributionAsync(new UpdateDistributionRequest { Id = id, IfMatch = now.ETag, DistributionConfig = now.Distribution.DistributionConfig }));
        }

        private static async Task UntagAsync(SandboxServer sandbox)
        {
            using var cloudFront = CloudFront(sandbox);
            var arn = (await FindAsync(cloudFront)).ARN;
            using var http = new HttpClient();
            using var request = S3Raw.Sign(sandbox.EndpointUrl, sandbox.AccessKey, sandbox.SecretKey, "cloudfront", "POST", $"/2020-05-31/tagging?Operation=Untag&Resource={Uri.EscapeDataString(arn)}",
                "<TagKeys xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Items><Key>EmailSecurity:Stack</Key></Items></TagKeys>"u8.ToArray(), "us-east-1", "content-type:text/xml");
            using var response = await http.SendAsync(request);
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        }

        private static async Task<DistributionSummary> FindAsync(AmazonCloudFrontClient cloudFront) =>
            (await cloudFront.ListDistributionsAsync(new ListDistributionsRequest())).DistributionList.Items.Single(d => d.Aliases.Items.Contains("mta-sts.example.com"));

        private static AmazonCloudFrontClient CloudFront(SandboxServer sandbox) => new(
            new BasicAWSCredentials(sandbox.AccessKey, sandbox.SecretKey), new AmazonCloudFrontConfig { AuthenticationRegion = "us-east-1", ServiceURL = sandbox.EndpointUrl });
    }
}
