using System.Text;
using EmailSecurity.Sandbox.Running;

namespace EmailSecurity.Tests.Kills;

/// <summary>
/// Looks as senders do, again and again, from before a command is killed until it has ended: RFC 8461 section 8.1. An id that the command publishes is never in
/// DNS while the edge serves another text than its own; the id from before never, while it serves none.
/// </summary>
internal sealed class KillObserver(OutsideView outside, string domain, KillCommand command)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private readonly List<string> wrong = [];
    /// <summary>What was wrong at some moment.</summary>
    public IReadOnlyList<string> Wrong => wrong;

    /// <summary>The id in DNS before the command; empty for none.</summary>
    public string Before { get; private set; } = "";

    /// <summary>How often it has looked.</summary>
    public int Looks { get; private set; }

    /// <summary>Remembers what is announced before the command.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken) => Before = await IdAsync(cancellationToken);

    /// <summary>Looks until it is told to stop.</summary>
    public async Task WatchAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stop);
                await Task.Delay(Pause, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>One look.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        Looks++;
        var (id, text) = await SeeAsync(cancellationToken);
        if (IsGood(id, text))
        {
            return;
        }

        // Between the two questions something may have changed: only what is still so is wrong.
        (var again, text) = await SeeAsync(cancellationToken);
        if (again == id && !IsGood(id, text))
        {
            wrong.Add($"DNS names id {id}{(id == Before ? " (from before)" : "")}, and the edge serves: {(text.Length > 0 ? text.ReplaceLineEndings(" ") : "nothing")}");
        }
    }

    /// <summary>The id in DNS, where there is exactly one record; else empty.</summary>
    public async Task<string> IdAsync(CancellationToken cancellationToken)
    {
        var texts = await outside.TxtAsync("_mta-sts." + domain, cancellationToken);
        return texts.Count == 1 ? texts[0].Split(';').Select(f => f.Trim()).FirstOrDefault(f => f.StartsWith("id=", StringComparison.Ordinal))?[3..] ?? "" : "";
    }

    /// <summary>What the edge serves; empty for nothing.</summary>
    public async Task<string> TextAsync(CancellationToken cancellationToken)
    {
        var page = await outside.FetchAsync($"https://mta-sts.{domain}/.well-known/mta-sts.txt", cancellationToken);
        return page.Status == 200 ? Encoding.UTF8.GetString(page.Body) : "";
    }

    private async Task<(string Id, string Text)> SeeAsync(CancellationToken cancellationToken)
    {
        var id = await IdAsync(cancellationToken);
        return (id, id.Length > 0 && !IsHandMade(id) ? await TextAsync(cancellationToken) : "");
    }

    // A new id stands for the new text; the id from before for its own or the next, which is uploaded first (RFC 8461 section 8.1).
    private bool IsGood(string id, string text)
        => id.Length == 0 || IsHandMade(id) || (id == Before ? text.Length > 0 : text.Contains(command.Says, StringComparison.Ordinal));

    private bool IsHandMade(string id) => command.Start == KillStart.HandMade && id == Before;
}
