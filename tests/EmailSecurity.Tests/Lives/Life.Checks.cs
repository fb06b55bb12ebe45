using System.Text;
using EmailSecurity.Planning;

namespace EmailSecurity.Tests.Lives;

/// <summary>What must hold after a command.</summary>
internal sealed partial class Life
{
    // The policy that the last publish that ended well announced, as the owner asked for it; null where that is not known.
    private SeenPolicy? announced;

    // Nothing that is not ours was changed or is gone.
    private void CheckOthers(bool isRemoval)
    {
        var now = AccountView.Of(lab.Sandbox);
        foreach (var (key, value) in others.ToArray())
        {
            if (!now.TryGetValue(key, out var present))
            {
                // A tag, a setting, an origin goes with the resource of ours that has it, once that is removed.
                if (isRemoval && IsWithin(key, now))
                {
                    others.Remove(key);
                }
                else if (key.StartsWith("bucket-tag ", StringComparison.Ordinal) && late.Contains(key))
                {
                    // S3 has no conditional PutBucketTagging: what comes between the look and the write is lost.
                    others.Remove(key);
                    Count("a tag set at the same moment was lost");
                }
                else if (!steppedIn)
                {
                    observer.Breach($"something that is not the stack's is gone: {key} ({value}).");
                }
            }
            else if (present != value && !steppedIn)
            {
                observer.Breach($"something that is not the stack's was changed: {key} was {value}, and is {present}.");
            }
        }
    }

    private static bool IsWithin(string key, SortedDictionary<string, string> now) => key.Split(' ') switch
    {
        ["bucket-tag" or "bucket", var name, ..] => !now.ContainsKey($"bucket {name} owner"),
        ["distribution-tag" or "distribution", var id, ..] => !now.ContainsKey($"distribution {id} Enabled"),
        ["certificate-tag", var arn, ..] => !now.ContainsKey($"certificate {arn}"),
        _ => false,
    };

    // Everything that was asked for is there, as anybody sees it.
    private void CheckPublished()
    {
        if (IsOver)
        {
            return;
        }

        using var dns = new DnsEye(lab.Sandbox.NameServer);
        using var web = new WebEye(lab.Sandbox.ConnectTo, () => lab.Sandbox.Emulation.TrustedRootPem, lab.Time);
        var served = web.Fetch($"https://mta-sts.{LifeLab.Domain}/.well-known/mta-sts.txt", shakesHands: true);
        if (SeenPolicy.IdIn(dns.Txt("_mta-sts." + LifeLab.Domain)) is null)
        {
            observer.Breach("the publish ended well, and DNS announces no policy.");
        }
        else if (served.Text is not { } text || SeenPolicy.Read(text) is not { } policy || !policy.IsSame(wanted.Policy))
        {
            observer.Breach($"the publish ended well, and the edge serves {served.Text?.ReplaceLineEndings(" | ") ?? served.Problem}, not {wanted.Policy}.");
        }

        if (wanted.Report is { } report && dns.Txt("_smtp._tls." + LifeLab.Domain) is var reports && reports?.Any(r => r.Contains(report, StringComparison.Ordinal)) != true)
        {
            observer.Breach($"the publish ended well, and reports do not go to {report}: {string.Join(" | ", reports ?? [])}.");
        }

        if (wanted.Logo is { } logo)
        {
            CheckLogo(dns, web, Wanted.LogoFile(logo));
        }
    }

    private void CheckLogo(DnsEye dns, WebEye web, byte[] logo)
    {
        string[] records = [.. (dns.Txt("default._bimi." + LifeLab.Domain) ?? []).Where(r => r.StartsWith("v=BIMI1", StringComparison.Ordinal))];
        if (records.Length != 1)
        {
            observer.Breach($"the publish ended well, and there is not one BIMI record: {string.Join(" | ", records)}.");
            return;
        }

        string Url(string tag) => records[0].Split(';').Select(f => f.Trim()).FirstOrDefault(f => f.StartsWith(tag, StringComparison.Ordinal))?[2..] ?? "";
        Check("l=", logo);
        Check("a=", wanted.Mark ?? []);

        void Check(string tag, byte[] file)
        {
            var url = Url(tag);
            if (url.Length == 0 ? file.Length > 0 : !web.Fetch(url, shakesHands: true).Body.AsSpan().SequenceEqual(file))
            {
                observer.Breach($"the publish ended well, and {tag}{url} does not lead to the file that was published.");
            }
        }
    }

    // Nothing of ours is left, and everything of others is.
    private void CheckGone()
    {
        if (IsOver)
        {
            return;
        }

        var now = Comparable(AccountView.Of(lab.Sandbox));
        var theirs = Comparable(others);
        if (!Same(theirs, now))
        {
            observer.Breach($"the removal is complete, and the account is not as it would be without it: {Difference(theirs, now)}.");
        }
    }

    private async Task CheckPlanAsync()
    {
        if (IsOver)
        {
            return;
        }

        var before = AccountView.Of(lab.Sandbox);
        var plan = await lab.PlanAsync(wanted.Wish(), new PublishOptions());
        story.Tell("The owner asks for the plan: " + (plan.IsEmpty ? "nothing to do." : string.Join("; ", plan.Changes.Select(c => $"{c.Action} {c.Resource} {c.Target}"))));
        if (!plan.IsEmpty)
        {
            observer.Breach("the last publish ended well, nothing happened since, and the plan is not empty: "
                + string.Join("; ", plan.Changes.Select(c => $"{c.Action} {c.Resource} {c.Target} ({c.Before} -> {c.After}): {c.Reason}")));
        }

        if (!Same(before, AccountView.Of(lab.Sandbox)))
        {
            observer.Breach($"asking for the plan changed something: {Difference(before, AccountView.Of(lab.Sandbox))}.");
        }
    }

    private static bool Same(SortedDictionary<string, string> left, SortedDictionary<string, string> right) => left.SequenceEqual(right);

    private static string Difference(SortedDictionary<string, string> before, SortedDictionary<string, string> after)
    {
        var text = new StringBuilder();
        foreach (var key in before.Keys.Union(after.Keys))
        {
            var (was, present) = (before.GetValueOrDefault(key), after.GetValueOrDefault(key));
            if (was != present)
            {
                text.Append(present is null ? $"gone: {key} ({was}); " : was is null ? $"there: {key} ({present}); " : $"{key}: {was} -> {present}; ");
            }
        }

        return text.ToString().TrimEnd(' ', ';');
    }
}
