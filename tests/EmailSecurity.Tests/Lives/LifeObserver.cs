namespace EmailSecurity.Tests.Lives;

/// <summary>Who made the change that the observer looks at.</summary>
internal enum Cause
{
    /// <summary>A call of the module's.</summary>
    Module,

    /// <summary>The owner of the domain, outside the module: MX records.</summary>
    Owner,

    /// <summary>Somebody else in the account.</summary>
    OtherHand,

    /// <summary>Nobody: time passed.</summary>
    Time,
}

/// <summary>
/// Stands outside and looks at the domain with DNS and HTTPS alone, after every AWS call and every jump of time. It knows nothing of the module's code: it has
/// its own resolver, reader and model of senders. What it demands:
/// (1) DNS names no id whose text the edge does not serve (RFC 8461 section 8.1). The first text seen under an id belongs to it for ever, and no other id has
/// that text. While DNS names an id, the edge serves its text, or one that a command asked for after that id was named and that comes before its own id.
/// (2) No enforce policy that a sender may hold leaves out a live MX, but where the owner chose it (-AllowUncoveredMx, or an MX that nobody told the module of).
/// (3) While a sender may hold a policy other than none, the policy is there: host name, certificate, file. But with -Force.
/// </summary>
/// <remarks>
/// Where others put their hands on the account, what they break is not the module's fault: a breach that begins with their own edit is only noted, and so
/// is one that begins as time passes after such an edit, until the next publish ends well (an edit may take effect later: caches, deployments). A breach that
/// begins with a call of the module's is always one, whatever others did before; but where they took the policy's host away while the same command ran, the
/// command could not know it. No text is bound to an id while an edit of theirs is not repaired.
/// </remarks>
internal sealed class LifeObserver(DnsEye dns, WebEye web, TimeProvider time, Story story, string domain) : IDisposable
{
    private static readonly TimeSpan HandshakeAgain = TimeSpan.FromHours(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, string> textOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> idOf = new(StringComparer.Ordinal);
    private readonly List<(int Command, SeenPolicy Policy)> coming = [];
    private readonly HashSet<string> known = new(StringComparer.Ordinal);
    private readonly HashSet<string> breaches = new(StringComparer.Ordinal);
    private readonly HashSet<(string Text, string Host)> chosen = [];
    private readonly HashSet<string> untold = new(StringComparer.Ordinal);
    private DateTimeOffset shaken;
    private string? named;
    private int command;
    private bool isAnyTextComing;
    private bool allowsUncovered;
    private bool isHandInCommand;
    private bool isClosed;

    /// <summary>What senders may hold.</summary>
    public Senders Senders { get; } = new();

    /// <summary>The first breach; null for none.</summary>
    public string? Violation { get; private set; }

    /// <summary>True from an edit of somebody else's until a publish has ended well.</summary>
    public bool IsTainted { get; set; }

    /// <summary>How often it looked.</summary>
    public long Looks { get; private set; }

    /// <summary>The id that DNS names; null for none.</summary>
    public string? NamedId => named;

    /// <summary>A command begins.</summary>
    /// <param name="asked">The policy that it was asked to serve; null where it keeps what is there.</param>
    /// <param name="mayServeAny">True where what it keeps is not known to the story: others changed something.</param>
    /// <param name="allowsUncoveredMx">-AllowUncoveredMx.</param>
    public void CommandBegins(SeenPolicy? asked, bool mayServeAny = false, bool allowsUncoveredMx = false)
    {
        lock (gate)
        {
            command++;
            isHandInCommand = false;
            allowsUncovered = allowsUncoveredMx;
            isAnyTextComing |= mayServeAny;
            if (asked is not null)
            {
                coming.Add((command, asked));
            }
        }
    }

    /// <summary>A publish ended well: whatever others did is repaired, and the module knows of every MX.</summary>
    public void PublishedWell()
    {
        lock (gate)
        {
            IsTainted = false;
            isAnyTextComing = false;
            untold.Clear();
        }
    }

    /// <summary>The owner adds a mail server of which the module was not told, or against its word.</summary>
    public void NotTold(string host) => untold.Add(host);

    /// <summary>True during a removal with -Force: the owner takes the risk, and nothing is demanded of what senders hold then.</summary>
    public bool IsRiskTaken { get; set; }

    /// <summary>Says that something is not as it must be.</summary>
    public void Breach(string what)
    {
        if (Violation is null)
        {
            Violation = what;
            story.Tell("BREACH: " + what);
        }
    }

    /// <summary>Looks.</summary>
    /// <param name="cause">Who changed something.</param>
    /// <param name="what">What happened.</param>
    /// <param name="shakesHands">True where the certificate may be another now.</param>
    public void Look(Cause cause, string what, bool shakesHands)
    {
        lock (gate)
        {
            if (isClosed)
            {
                return; // the last jump of time may still be looked at as the life ends
            }

            Looks++;
            isHandInCommand |= cause == Cause.OtherHand;
            var now = time.GetUtcNow();
            shakesHands |= now - shaken >= HandshakeAgain;
            shaken = shakesHands ? now : shaken;
            var id = SeenPolicy.IdIn(dns.Txt("_mta-sts." + domain));
            var host = "mta-sts." + domain;
            var fetched = dns.HasAddress(host) ? web.Fetch($"https://{host}/.well-known/mta-sts.txt", shakesHands) : new Fetched(null, "the host name has no address");
            var policy = fetched.Text is { } text ? SeenPolicy.Read(text) : null;
            var found = new Dictionary<string, string>(StringComparer.Ordinal);
            CheckId(id, policy is null ? null : fetched.Text, policy, fetched.Problem, found);
            if (id is not null && policy is not null)
            {
                Senders.Fetch(fetched.Text!, policy, now, IsTainted && !coming.Exists(c => c.Policy.IsSame(policy)));
            }

            if (IsRiskTaken)
            {
                Senders.Forget();
            }

            CheckMailServers(dns.Mx(domain) ?? [], now, found, cause);
            if (policy is null && Senders.Latest(now) is { } held)
            {
                found["gone"] = $"the policy cannot be fetched ({fetched.Problem}), while senders may hold {held.Policy} until {held.Until:u}";
            }

            Judge(found, cause, what);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            isClosed = true;
            dns.Dispose();
            web.Dispose();
        }
    }

    private void CheckId(string? id, string? text, SeenPolicy? policy, string problem, Dictionary<string, string> found)
    {
        if (id != named)
        {
            named = id;
            coming.RemoveAll(c => c.Command != command);
        }

        if (id is null)
        {
            return;
        }

        if (text is null || policy is null)
        {
            found["unserved " + id] = $"DNS names id {id}, and the edge serves no policy ({(problem.Length > 0 ? problem : "not a policy")})";
        }
        else if (textOf.TryGetValue(id, out var bound))
        {
            if (text != bound && !isAnyTextComing && !coming.Exists(c => c.Policy.IsSame(policy)))
            {
                found["other text " + id] = $"DNS names id {id} of {SeenPolicy.Read(bound)}, and the edge serves {policy}, which no command asked for since";
            }
        }
        else if (idOf.TryGetValue(text, out var other) && !(known.Contains(id) && coming.Exists(c => c.Policy.IsSame(policy))))
        {
            found["old text " + id] = $"DNS names the new id {id}, and the edge still serves {policy}, whose id is {other}";
        }
        else if (known.Contains(id) && coming.Exists(c => c.Policy.IsSame(policy)))
        {
            // Named while others kept the edge from serving its text: whether this is that text or the next one, nobody can tell.
        }
        else if (!idOf.ContainsKey(text) && (!IsTainted || coming.Exists(c => c.Command == command && c.Policy.IsSame(policy))))
        {
            (textOf[id], idOf[text]) = (text, id);
        }

        known.Add(id);
    }

    private void CheckMailServers(IReadOnlyList<string> hosts, DateTimeOffset now, Dictionary<string, string> found, Cause cause)
    {
        foreach (var (text, held) in Senders.Held(now).Where(h => h.Held.Policy.Mode == "enforce" && !h.Held.IsOthers))
        {
            foreach (var host in hosts.Where(h => !held.Policy.Covers(h)))
            {
                // A policy that senders get while the owner allows it, or a mail server that nobody told of.
                if (untold.Contains(host) || (allowsUncovered && cause == Cause.Module && coming.Exists(c => c.Policy.IsSame(held.Policy))))
                {
                    chosen.Add((text, host));
                }

                if (!chosen.Contains((text, host)))
                {
                    found[$"uncovered {text} {host}"] = $"senders may hold {held.Policy} until {held.Until:u}, which leaves out the live MX {host}";
                }
            }
        }
    }

    private void Judge(Dictionary<string, string> found, Cause cause, string what)
    {
        foreach (var (key, text) in found.Where(f => !breaches.Contains(f.Key)))
        {
            var isAboutServing = key == "gone" || key.StartsWith("unserved ", StringComparison.Ordinal);
            if (cause == Cause.OtherHand || (cause == Cause.Time && IsTainted) || (isAboutServing && isHandInCommand))
            {
                story.Tell("     (the observer notes, because of others' hands: " + text + ")");
                if (key.StartsWith("uncovered ", StringComparison.Ordinal))
                {
                    var parts = key["uncovered ".Length..];
                    chosen.Add((parts[..parts.LastIndexOf(' ')], parts[(parts.LastIndexOf(' ') + 1)..]));
                }
            }
            else
            {
                Breach($"after {what}: {text}.");
            }
        }

        breaches.Clear();
        breaches.UnionWith(found.Keys);
    }
}
