using System.Diagnostics;
using System.Globalization;
using System.Text;
using EmailSecurity.Sandbox.Hosting;

namespace EmailSecurity.Sandbox.Running;

/// <summary>
/// Verifies the steps of a rehearsal from outside: by DNS, by HTTPS and by AWS's own call log. What the module says of itself does not count.
/// </summary>
public sealed class Rehearsal(SandboxServer sandbox, OutsideView view, string domain, byte[] logo, byte[] mark, CancellationToken cancellationToken)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly List<string> lines = [];
    private readonly HashSet<string> ids = new(StringComparer.Ordinal);

    /// <summary>The steps, in the order of the story.</summary>
    public static IReadOnlyList<string> Steps { get; } = ["planned", "deployed", "unchanged", "certified", "changed", "removing", "gone"];

    /// <summary>Steps verified so far.</summary>
    public IList<string> Seen { get; } = [];

    /// <summary>How long a change may take until DNS gives it out: up to a minute on AWS.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Checks that held.</summary>
    public int Passed { get; private set; }

    /// <summary>Checks that did not.</summary>
    public int Failed { get; private set; }

    /// <summary>Verifies a step, for the script: it runs on the engine's own thread, which has nothing else to do.</summary>
    /// <returns>One line for each check.</returns>
    public string[] Verify(string step) => VerifyAsync(step).GetAwaiter().GetResult();

    /// <summary>Verifies a step.</summary>
    public async Task<string[]> VerifyAsync(string step)
    {
        lines.Clear();
        Seen.Add(step);
        switch (step)
        {
            case "planned":
                Check("A plan changes nothing: no write call to AWS", Writes().Count == 0, $"{sandbox.GetCalls().Count} calls, all of them reads");
                break;
            case "deployed":
                await VerifyRecordAsync();
                await VerifyTxtAsync(
                    $"_smtp._tls.{domain}",
                    t => t.StartsWith("v=TLSRPTv1;", StringComparison.Ordinal) && t.Contains($"rua=mailto:tls-reports@{domain}", StringComparison.Ordinal));
                await VerifyPolicyAsync("testing");
                await VerifyLogoAsync();
                var plain = await view.FetchAsync($"http://mta-sts.{domain}/.well-known/mta-sts.txt", cancellationToken);
                Check("Plain HTTP is refused", plain.Status != 200, plain.Status == 0 ? plain.Detail : Invariant($"HTTP {plain.Status}"));
                break;
            case "unchanged":
                Check("Publishing again makes no write call to AWS", Writes().Count == 0, $"{sandbox.GetCalls().Count} calls, all of them reads");
                break;
            case "certified":
                await VerifyLogoAsync();
                await VerifyMarkAsync();
                break;
            case "changed":
                await VerifyRecordAsync();
                await VerifyPolicyAsync("enforce");
                VerifyOrder();
                break;
            case "removing":
                await VerifyRecordAsync();
                await VerifyPolicyAsync("none");
                break;
            case "gone":
                foreach (var name in new[] { $"_mta-sts.{domain}", $"_smtp._tls.{domain}", $"default._bimi.{domain}" })
                {
                    var left = await PatientlyAsync(() => view.TxtAsync(name, cancellationToken), t => t.Count == 0);
                    Check($"{name} is gone", left.Count == 0, left.Count == 0 ? "no record" : string.Join(" | ", left));
                }

                var host = await PatientlyAsync(() => view.AddressesAsync($"mta-sts.{domain}", cancellationToken), a => a.Count == 0);
                Check($"mta-sts.{domain} is gone", host.Count == 0, host.Count == 0 ? "no address" : string.Join(", ", host));
                var page = await view.FetchAsync($"https://mta-sts.{domain}/.well-known/mta-sts.txt", cancellationToken);
                Check("The edge no longer serves the policy", page.Status != 200, page.Status == 0 ? page.Detail : Invariant($"HTTP {page.Status}"));
                var mx = await view.MailServersAsync(domain, cancellationToken);
                Check("The domain's own records are untouched", mx.Count > 0, "MX " + string.Join(", ", mx));
                break;
            default:
                Check($"There is a step named '{step}'", false, "no such step");
                break;
        }

        // Each step's calls are looked at by themselves.
        sandbox.ClearCalls();
        return [.. lines];
    }

    private async Task VerifyRecordAsync()
    {
        var name = $"_mta-sts.{domain}";
        var (text, id) = await PatientlyAsync(() => ReadIdAsync(name), r => r.Id.Length > 0 && !ids.Contains(r.Id));

        Check($"DNS: {name} TXT", id.Length is >= 1 and <= 32 && id.All(char.IsAsciiLetterOrDigit), text);
        Check("Its id was never used before", ids.Add(id), id);
    }

    // A change that Route 53 has taken needs a moment, on AWS up to a minute, until its servers give it out.
    private async Task<T> PatientlyAsync<T>(Func<Task<T>> look, Predicate<T> good)
    {
        var start = Stopwatch.GetTimestamp();
        var seen = await look();
        while (!good(seen) && Stopwatch.GetElapsedTime(start) < Patience)
        {
            await Task.Delay(Pause, cancellationToken);
            seen = await look();
        }

        return seen;
    }

    // RFC 8461 section 3.1: exactly one record.
    private async Task<(string Text, string Id)> ReadIdAsync(string name)
    {
        var text = await view.TxtAsync(name, cancellationToken);
        var id = text.Count == 1 && text[0].StartsWith("v=STSv1;", StringComparison.Ordinal)
            ? text[0].Split(';').Select(f => f.Trim()).FirstOrDefault(f => f.StartsWith("id=", StringComparison.Ordinal))?[3..] ?? ""
            : "";
        return (string.Join(" | ", text), id);
    }

    private async Task VerifyTxtAsync(string name, Func<string, bool> good)
    {
        var text = await PatientlyAsync(() => view.TxtAsync(name, cancellationToken), t => t.Count == 1 && good(t[0]));
        Check($"DNS: {name} TXT", text.Count == 1 && good(text[0]), string.Join(" | ", text));
    }

    private async Task VerifyPolicyAsync(string mode)
    {
        var host = $"mta-sts.{domain}";
        var addresses = await view.AddressesAsync(host, cancellationToken);
        Check($"DNS: {host} A", addresses.Count > 0, string.Join(", ", addresses));
        var url = $"https://{host}/.well-known/mta-sts.txt";
        var page = await view.FetchAsync(url, cancellationToken);
        var text = Encoding.UTF8.GetString(page.Body).ReplaceLineEndings("\n");
        var answered = page.Status == 0 ? page.Detail : Invariant($"HTTP {page.Status}, {page.ContentType}, certificate valid for the name");
        Check($"HTTPS: {url}", page.Status == 200 && page.ContentType == "text/plain", answered);
        var isOfMode = text.StartsWith("version: STSv1\n", StringComparison.Ordinal) && text.Contains($"mode: {mode}\n", StringComparison.Ordinal);
        Check($"It is a policy of mode {mode}", isOfMode, text.Trim().Replace("\n", ", ", StringComparison.Ordinal));
        if (mode != "none")
        {
            var mx = await view.MailServersAsync(domain, cancellationToken);
            var namesAll = mx.Count > 0 && mx.All(m => text.Contains($"mx: {m}\n", StringComparison.Ordinal));
            Check("It names every mail server of the domain", namesAll, string.Join(", ", mx));
        }
    }

    private Task VerifyLogoAsync() => VerifyBimiFileAsync("l=", "image/svg+xml", "the logo", logo);

    private Task VerifyMarkAsync() => VerifyBimiFileAsync("a=", "application/pem-certificate-chain", "the mark certificate with its chain", mark);

    private async Task VerifyBimiFileAsync(string tag, string contentType, string what, byte[] expected)
    {
        var name = $"default._bimi.{domain}";
        var text = await PatientlyAsync(() => view.TxtAsync(name, cancellationToken), t => t.Count == 1);
        var url = text.Count == 1 && text[0].StartsWith("v=BIMI1;", StringComparison.Ordinal)
            ? text[0].Split(';').Select(f => f.Trim()).FirstOrDefault(f => f.StartsWith(tag, StringComparison.Ordinal))?[2..] ?? ""
            : "";
        Check($"DNS: {name} TXT", url.StartsWith("https://", StringComparison.Ordinal), string.Join(" | ", text));
        if (url.Length > 0)
        {
            var page = await view.FetchAsync(url, cancellationToken);
            var seen = page.Status == 0 ? page.Detail : Invariant($"HTTP {page.Status}, {page.ContentType}");
            Check($"HTTPS: {url}", page.Status == 200 && page.ContentType == contentType, seen);
            var length = string.Create(CultureInfo.InvariantCulture, $"{page.Body.Length} bytes");
            Check($"It is {what}, byte for byte", page.Body.AsSpan().SequenceEqual(expected), length);
        }
    }

    // RFC 8461 section 8.1: the new policy is served before the id changes.
    private void VerifyOrder()
    {
        var writes = Writes().Select(c => c.Operation).ToList();
        var put = writes.LastIndexOf("PutObject");
        var invalidation = writes.LastIndexOf("CreateInvalidation");
        var record = writes.IndexOf("ChangeResourceRecordSets");
        var isInOrder = put >= 0 && put < invalidation && invalidation < record;
        Check("The file was changed first, then the edge's cache, then the record", isInOrder, string.Join(" -> ", writes));
    }

    private List<LoggedCall> Writes() => [.. sandbox.GetCalls().Where(c => c.Write)];

    private void Check(string what, bool holds, string seen)
    {
        if (holds)
        {
            Passed++;
        }
        else
        {
            Failed++;
        }

        lines.Add($"  [{(holds ? "ok" : "FAILED")}] {what}{(seen.Length > 0 ? $": {seen}" : "")}");
    }
}
