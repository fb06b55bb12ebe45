using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Sandbox.Marks;

namespace EmailSecurity.Tests.Lives;

/// <summary>What happens in a year.</summary>
internal sealed partial class Life
{
    private static readonly string[] Hosts = ["mx1.example.com", "mx2.example.com", "mx3.example.com", "in.mail.example.org", "backup.example.net"];
    private static readonly long[] MaxAges = [86400, 86400, 90000, 259200, 604800, 604800, 1209600, 2419200];

    private async Task HappenAsync()
    {
        if (wanted.RemovalDue is not null)
        {
            await GoOnRemovingAsync();
            return;
        }

        if (!wanted.IsDeployed)
        {
            await BeginAsync();
            return;
        }

        if (wanted is { IsDirty: false, Move: { } move } && Now >= move.From)
        {
            await MoveMailAsync(move.Host);
        }

        var (name, act) = random.Weigh(Choices());
        Count(name);
        await act();
    }

    private List<((string, Func<Task>) Value, int Weight)> Choices()
    {
        var isEnforce = wanted.Mode == MtaStsMode.Enforce;
        return
        [
            (("publish again", () => PublishAsync("The owner publishes again")), wanted.IsDirty ? 20 : 2),
            (("max_age", ChangeMaxAgeAsync), 4),
            (("promote", PromoteAsync), isEnforce ? 0 : 5),
            (("demote", () => ModeAsync(MtaStsMode.Testing, "The owner goes back to testing")), isEnforce ? 2 : 1),
            (("mode none", () => ModeAsync(MtaStsMode.None, "The owner takes the policy back")), 1),
            (("new mail server", AddMailServerAsync), wanted.Move is null && wanted.Mode != MtaStsMode.None ? 4 : 0),
            (("mail server out of DNS and policy", DropMailServerAsync), wanted.Mx.Count > 1 && wanted.Move is null ? 3 : 0),
            (("mail server in DNS first", WrongOrderAsync), wanted.Move is null && wanted.Mode != MtaStsMode.None ? 2 : 0),
            (("reports", ReportsAsync), 2),
            (("logo", LogoAsync), 2),
            (("mark certificate", MarkAsync), wanted.Logo is null ? 0 : 2),
            (("plan", PlanAsync), 2),
            (("removal", () => RemoveAsync("The owner no longer wants it")), 3),
        ];
    }

    private async Task BeginAsync()
    {
        Count("first publish");
        wanted.Mode = random.Chance(0.2) ? MtaStsMode.Enforce : MtaStsMode.Testing;
        wanted.MaxAge = random.Pick(MaxAges);
        wanted.Mx.Clear();
        wanted.Mx.AddRange(wanted.Live);
        wanted.Report = random.Chance(0.5) ? "mailto:tls@example.com" : null;
        wanted.Logo = random.Chance(0.4) ? random.Below(20) : null;
        wanted.Mark = null;
        await PublishAsync("The owner wants MTA-STS");
    }

    private async Task ChangeMaxAgeAsync()
    {
        wanted.MaxAge = random.Chance(0.02) ? 31557600 : random.Pick(MaxAges);
        await PublishAsync("The owner changes max_age");
    }

    // The gate of mode enforce: a week in testing, or a reason.
    private async Task PromoteAsync()
    {
        var (mode, mx) = (wanted.Mode, wanted.Mx.ToArray());
        wanted.Mode = MtaStsMode.Enforce;
        AddLive();
        var outcome = await PublishAsync("The owner wants to enforce", new PublishOptions { MinimumTestingDays = 7 });
        if (outcome == Outcome.Refused && random.Chance(0.4) && !IsOver)
        {
            outcome = await PublishAsync("The owner insists", new PublishOptions { MinimumTestingDays = 7, OverrideReason = "the board wants it" });
        }

        if (outcome == Outcome.Refused)
        {
            wanted.Mode = mode;
            wanted.Mx.Clear();
            wanted.Mx.AddRange(mx);
        }
    }

    private async Task ModeAsync(MtaStsMode mode, string why)
    {
        wanted.Mode = mode;
        wanted.MaxAge = mode == MtaStsMode.None ? 86400 : wanted.MaxAge;
        if (mode != MtaStsMode.None)
        {
            AddLive();
        }

        await PublishAsync(why);
    }

    // The right order: policy first, then DNS, from the day on that the module names.
    private async Task AddMailServerAsync()
    {
        var host = random.Pick(Hosts);
        if (wanted.Live.Contains(host))
        {
            return;
        }

        AddLive();
        AddPattern(host);
        if (await PublishAsync($"{host} is to take mail") == Outcome.Done)
        {
            wanted.Move = (host, ToldFor(host));
            story.Tell(Invariant($"     It may be added to DNS from {wanted.Move.Value.From:u} on."));
        }
    }

    // What the plan told: "Do not add HOST, HOST to the MX records of DOMAIN before TIME:".
    private DateTimeOffset ToldFor(string host)
    {
        var from = Now;
        foreach (var warning in result!.Warnings.Where(w => w.StartsWith("Do not add ", StringComparison.Ordinal)))
        {
            var told = MoveWarning().Match(warning);
            if (told.Success && told.Groups["hosts"].Value.Split(", ").Any(p => new SeenPolicy("enforce", 0, [p.Split(' ')[^1]]).Covers(host)))
            {
                var time = DateTimeOffset.Parse(told.Groups["time"].Value, CultureInfo.InvariantCulture);
                from = time > from ? time : from;
            }
        }

        return from;
    }

    [GeneratedRegex("^Do not add (?<hosts>.+) to the MX records of .+ before (?<time>[0-9: -]+Z):", RegexOptions.ExplicitCapture)]
    private static partial Regex MoveWarning();

    private async Task MoveMailAsync(string host)
    {
        wanted.Move = null;
        wanted.Live.Add(host);
        if (wanted.Live.Count > 2 && random.Chance(0.5))
        {
            wanted.Live.RemoveAt(0);
        }

        Count("mail moved");
        await PutMxAsync("As told,");
    }

    private async Task PutMxAsync(string why)
    {
        var set = new StringBuilder();
        for (var i = 0; i < wanted.Live.Count; i++)
        {
            set.Append(Invariant($"<ResourceRecord><Value>{10 * (i + 1)} {wanted.Live[i]}.</Value></ResourceRecord>"));
        }

        var zone = ZoneId();
        var error = (await lab.Aws.CallAsync("route53", "POST", $"/2013-04-01/hostedzone/{zone}/rrset/",
            $"<ChangeResourceRecordSetsRequest xmlns=\"{DirectAws.Route53}\"><ChangeBatch><Changes><Change><Action>UPSERT</Action><ResourceRecordSet><Name>{LifeLab.Domain}</Name>"
            + $"<Type>MX</Type><TTL>300</TTL><ResourceRecords>{set}</ResourceRecords></ResourceRecordSet></Change></Changes></ChangeBatch></ChangeResourceRecordSetsRequest>")).Error;
        story.Tell($"{why} the owner sets the MX records: {string.Join(", ", wanted.Live)}.{(error.Length > 0 ? " AWS refuses: " + error : "")}");
        others = WithMail(AccountView.Of(lab.Sandbox));
        observer.Look(Cause.Owner, "the change of the MX records", shakesHands: false);
    }

    private SortedDictionary<string, string> WithMail(SortedDictionary<string, string> now)
    {
        var key = $"record {LifeLab.Domain} {LifeLab.Domain} MX";
        return new SortedDictionary<string, string>(others, StringComparer.Ordinal) { [key] = now[key] };
    }

    private string ZoneId()
    {
        lock (lab.Sandbox.Emulation.Zones.Gate)
        {
            return lab.Sandbox.Emulation.Zones.All.Where(z => z.Name == LifeLab.Domain).MinBy(z => z.Sequence)!.Id;
        }
    }

    // A server that is no longer used: out of DNS first, then out of the policy.
    private async Task DropMailServerAsync()
    {
        if (wanted.Live.Count > 1)
        {
            wanted.Live.RemoveAt(random.Below(wanted.Live.Count));
            await PutMxAsync("A mail server is taken out of service:");
        }

        wanted.Mx.Clear();
        AddLive();
        await PublishAsync("Only what is in DNS stays in the policy");
    }

    // Mail people who know nothing of MTA-STS change DNS; an enforce policy that leaves their server out is refused, and then mended.
    private async Task WrongOrderAsync()
    {
        var host = random.Pick(Hosts);
        if (wanted.Live.Contains(host))
        {
            return;
        }

        var isCovered = wanted.Policy.Covers(host);
        observer.NotTold(host);
        wanted.Live.Add(host);
        await PutMxAsync("Without a word to anybody,");
        if (wanted.Mode == MtaStsMode.Enforce && !isCovered && !wanted.IsDirty)
        {
            var outcome = await PublishAsync("The owner knows nothing of it", befalls: Trouble.None);
            if (outcome != Outcome.Refused && !IsOver && !withHands)
            {
                observer.Breach("a publish in mode enforce that leaves out a live MX was not refused.");
            }
        }

        AddLive();
        await PublishAsync("The policy is to list what is in DNS");
    }

    private async Task ReportsAsync()
    {
        wanted.Report = random.Pick(["mailto:tls@example.com", "mailto:reports@example.com", "https://reports.example.com/tls"]);
        await PublishAsync("Reports go elsewhere");
    }

    private async Task LogoAsync()
    {
        wanted.Logo = random.Below(20);
        wanted.Mark = null;
        await PublishAsync("A new logo");
    }

    private async Task MarkAsync()
    {
        var request = new MarkRequest { Domain = LifeLab.Domain, Kind = random.Pick([MarkKind.Vmc, MarkKind.Cmc]), Logo = Wanted.LogoFile(wanted.Logo!.Value) };
        wanted.Mark = Encoding.ASCII.GetBytes(lab.Sandbox.Marks.Issue(request));
        await PublishAsync("A new mark certificate");
    }

    private async Task PlanAsync()
    {
        if (!wanted.IsDirty && !observer.IsTainted)
        {
            await CheckPlanAsync();
        }
    }

    private void AddLive() => wanted.Live.ForEach(AddPattern);

    private void AddPattern(string host)
    {
        if (!wanted.Policy.Covers(host) && !wanted.Mx.Contains(host))
        {
            wanted.Mx.Add(random.Chance(0.15) ? "*." + host.Split('.', 2)[1] : host);
        }
    }
}
