using System.Collections.Concurrent;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using EmailSecurity.Sandbox.Aws;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Sandbox.Running;
using EmailSecurity.Stacks;
using EmailSecurity.Tests.Engine;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Permissions;

/// <summary>
/// The two policies of assets/ are sufficient, for every call of every command is judged by them as it is made, and minimal, for every action of them is
/// needed by some command. docs/permissions.md says which command needs what.
/// </summary>
public sealed class PermissionTests
{
    private static readonly string Root = Path.GetDirectoryName(ModuleLocator.Find())!;
    private static readonly IamPolicy SetUp = IamPolicy.Read(Path.Combine(Root, "assets", "iam-policy.json"));
    private static readonly IamPolicy Operate = IamPolicy.Read(Path.Combine(Root, "assets", "iam-policy-operate.json"));

    // A life: made, found damaged and repaired, changed, read, removed. Each command runs under the policy that is meant for it. A "!" is refused, but not by IAM.
    private static readonly (string Command, bool IsOperation, string Script)[] Life =
    [
        ("!Publish-EmailSecurityStack", false, "New-EmailSecurityStack taken.example -DnsHost External | Publish-EmailSecurityStack -Confirm:$false"),
        ("Publish-EmailSecurityStack", false, "New-EmailSecurityStack example.com -LogoPath $logo -ReportUri tls@example.com | Publish-EmailSecurityStack -Confirm:$false"),
        ("Publish-EmailSecurityStack", false, "New-EmailSecurityStack example.net -ReportUri tls@example.net | Publish-EmailSecurityStack -Confirm:$false"),
        ("Publish-EmailSecurityStack", false, "$damage.Invoke(); New-EmailSecurityStack example.com -LogoPath $logo -ReportUri tls@example.com | Publish-EmailSecurityStack -Confirm:$false"),
        ("Publish-MtaStsPolicy", true, "New-MtaStsPolicy example.com -MaxAge 90000 | Publish-MtaStsPolicy -Confirm:$false"),
        ("Publish-BimiAssets", true, "Publish-BimiAssets example.com -LogoPath $other -Confirm:$false"),
        ("Set-TlsRptRecord", true, "Set-TlsRptRecord example.com -ReportUri reports@example.com -Confirm:$false"),
        ("Get-EmailSecurityPlan", true, "Get-EmailSecurityPlan example.com"),
        ("Get-EmailSecurityStack", true, "Get-EmailSecurityStack; Get-EmailSecurityStack example.com"),
        ("Get-EmailSecurityDnsRecord", true, "Get-EmailSecurityDnsRecord example.com"),
        ("Export-EmailSecurityDnsRecord", true, "Export-EmailSecurityDnsRecord example.com -Format Bind"),
        ("Remove-EmailSecurityStack", false, "Remove-EmailSecurityStack example.com -Force -Confirm:$false; Remove-EmailSecurityStack example.net -Force -Confirm:$false"),
    ];

    [Fact]
    public async Task Every_call_is_allowed_and_every_permission_is_needed()
    {
        var judge = new Judge();
        using var time = new VirtualTime();
        await using var session = await StartAsync(judge, time);
        foreach (var (command, isOperation, script) in Life)
        {
            judge.Begin(command.TrimStart('!'), isOperation ? Operate : SetUp);
            // A session of its own: it remembers nothing of the command before.
            await using var next = EngineSession.Open(session.Sandbox!, time);
            using var run = time.Run();
            var result = next.Invoke(script, ("logo", Logo("a")), ("other", Logo("b")), ("damage", (Action)(() => judge.Damage(session.Sandbox!))));
            Assert.Empty(judge.Denied);
            Assert.Equal(command[0] == '!', result.Errors.Count > 0);
        }

        // What operation needs, setting up needs as well.
        Assert.All(judge.Needs, n => Assert.True(SetUp.Actions.Contains(n.Action, StringComparer.Ordinal), n.ToString()));
        Assert.True(!SetUp.Actions.Except(judge.Needs.Select(n => n.Action)).Any(), string.Join(" ", SetUp.Actions.Except(judge.Needs.Select(n => n.Action))));
        Assert.True(!Operate.Actions.Except(judge.Needs.Where(n => n.Policy == Operate).Select(n => n.Action)).Any(), string.Join(" ", Operate.Actions.Except(judge.Needs.Where(n => n.Policy == Operate).Select(n => n.Action))));
        AssertDocumented(judge);
    }

    private static void AssertDocumented(Judge judge)
    {
        var rows = judge.Needs.Select(n => n.Action).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(action =>
        {
            var commands = judge.Needs.Where(n => n.Action == action).Select(n => n.Command).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
            return $"| `{action}` | {(Operate.Actions.Contains(action, StringComparer.Ordinal) ? "both" : "set-up")} | {string.Join(", ", commands)} |";
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
        await DomainZones.AddAsync(session.Sandbox!, "example.com", "example.net");
        using var somebody = S3(session.Sandbox!.OtherAccessKey, session.Sandbox.OtherSecretKey, session.Sandbox, "us-west-2");
        await somebody.PutBucketAsync(
            new PutBucketRequest { BucketName = StackNames.AssetBucket("taken.example", session.Sandbox.AccountId), PutBucketConfiguration = new PutBucketConfiguration { LocationConstraint = "us-west-2" } },
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
        private readonly ConcurrentQueue<string> denied = new();
        private IamRequests? requests;
        private bool isOff;
        private (string Command, IamPolicy Policy) current = ("", SetUp);

        public IReadOnlyList<string> Denied => [.. denied];

        public IReadOnlyList<(string Command, IamPolicy Policy, string Action)> Needs => [.. needs.Keys];

        public void Know(SandboxServer sandbox) => requests = new IamRequests(sandbox.World.Services, sandbox.AccountId);

        public void Begin(string command, IamPolicy policy) => current = (command, policy);

        public async Task<bool> AuthorizeAsync(AwsCall call, AwsOperation operation)
        {
            foreach (var request in isOff ? [] : await requests!.OfAsync(call, operation))
            {
                if (!current.Policy.Allows(request))
                {
                    denied.Enqueue($"{current.Command}: {request.Action} on {request.Resource} ({string.Join("; ", request.Context.Select(c => $"{c.Key}={string.Join(',', c.Value)}"))})");
                    return false;
                }

                needs[(current.Command, current.Policy, request.Action)] = true;
            }

            return true;
        }

        /// <summary>Somebody lets ACLs in again, in an account whose administrator may do all.</summary>
        public void Damage(SandboxServer sandbox)
        {
            isOff = true;
            using var s3 = S3(sandbox.AccessKey, sandbox.SecretKey, sandbox);
            s3.PutBucketOwnershipControlsAsync(new PutBucketOwnershipControlsRequest
            {
                BucketName = StackNames.AssetBucket("example.com", sandbox.AccountId),
                OwnershipControls = new OwnershipControls { Rules = [new OwnershipControlsRule { ObjectOwnership = ObjectOwnership.ObjectWriter }] },
            }).GetAwaiter().GetResult();
            isOff = false;
        }
    }
}
