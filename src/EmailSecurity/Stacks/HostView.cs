using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Text;

namespace EmailSecurity.Stacks;

/// <summary>How a host name points to the distribution.</summary>
public enum HostRoute
{
    /// <summary>It has neither CNAME nor addresses.</summary>
    None,
    /// <summary>By CNAME, direct or through others.</summary>
    Alias,
    /// <summary>By the distribution's own addresses: a flattened CNAME, an ALIAS.</summary>
    Addresses,
    /// <summary>By something that serves the stack's files under the name: a proxy.</summary>
    Content,
    /// <summary>It leads elsewhere.</summary>
    Elsewhere,
    /// <summary>DNS gave no answer.</summary>
    Unknown,
}

/// <summary>A file that the stack serves: what a fetch by the host's name must bring.</summary>
/// <param name="Url">Where.</param>
/// <param name="Content">The bytes.</param>
public sealed record ServedContent(Uri Url, ReadOnlyMemory<byte> Content);

/// <summary>What DNS answers about a host and about the distribution that it should point to.</summary>
internal sealed record HostAnswers(DnsAnswer Alias, DnsAnswer A, DnsAnswer Aaaa, DnsAnswer TargetA, DnsAnswer TargetAaaa);

/// <summary>A host of the stack as DNS, and where DNS does not settle it a fetch, shows it.</summary>
public sealed record HostView
{
    /// <summary>The host.</summary>
    public required string Host { get; init; }
    /// <summary>The distribution's domain name.</summary>
    public required string Target { get; init; }
    /// <summary>How it leads there.</summary>
    public required HostRoute Route { get; init; }
    /// <summary>What DNS has: the CNAME, or the addresses.</summary>
    public string Observed { get; init; } = "";
    /// <summary>What is worth knowing about it; empty for nothing.</summary>
    public string Note { get; init; } = "";

    /// <summary>True where senders that follow the name reach the distribution.</summary>
    public bool LeadsToTarget => Route is HostRoute.Alias or HostRoute.Addresses or HostRoute.Content;

    /// <summary>By DNS alone; null where only a fetch can show it. Pure.</summary>
    internal static HostView? FromDns(string host, string target, HostAnswers answers)
    {
        var view = new HostView { Host = host, Target = target, Route = HostRoute.Unknown, Observed = Seen(answers) };
        if (answers.Alias.Records.Any(r => RecordMeaning.SameName(r.Value, target)))
        {
            return view with { Route = HostRoute.Alias };
        }

        var chain = answers.A.CnameChain.Count > 0 ? answers.A.CnameChain : answers.Aaaa.CnameChain;
        if (chain.Any(n => RecordMeaning.SameName(n, target)))
        {
            var way = string.Join(", ", chain.TakeWhile(n => !RecordMeaning.SameName(n, target)));
            return view with { Route = HostRoute.Alias, Note = $"{host} points to the distribution through {way}." };
        }

        var addresses = Addresses(answers.A, answers.Aaaa);
        if (addresses.Intersect(Addresses(answers.TargetA, answers.TargetAaaa), StringComparer.Ordinal).Any())
        {
            return view with
            {
                Route = HostRoute.Addresses,
                Note = "DNS answers with the distribution's addresses, not with a CNAME. "
                    + $"That works where the DNS host follows {target} (a flattened CNAME or ALIAS record), not with addresses entered by hand.",
            };
        }

        if (addresses.Count > 0)
        {
            return null;
        }

        var failed = new[] { answers.Alias, answers.A, answers.Aaaa }.FirstOrDefault(a => a.Status is not (DnsStatus.NoError or DnsStatus.NxDomain));
        return failed is not null ? view with { Note = $"DNS gave no answer for {host}: {StackRecords.Failure(failed)}." }
            : answers.Alias.Records.Count == 0 ? view with { Route = HostRoute.None }
            : view with { Route = HostRoute.Elsewhere, Note = $"{host} points to {view.Observed}, which has no address." };
    }

    /// <summary>Where DNS points to other addresses: accepted where the name serves the very file, else explained. Pure.</summary>
    internal static HostView FromFetch(string host, string target, HostAnswers answers, ServedContent? content, FetchResult? fetched)
    {
        var view = new HostView { Host = host, Target = target, Route = HostRoute.Elsewhere, Observed = Seen(answers) };
        var resolves = $"{host} resolves to {Resolution(answers)}, not to {target}";
        if (content is not null && fetched is not null && Brings(fetched, content))
        {
            return view with { Route = HostRoute.Content, Note = $"{resolves}; {content.Url} serves the stack's own file, so a proxy points there." };
        }

        var brought = content is null || fetched is null ? "" : $" A fetch of {content.Url} returned {Describe(fetched)}.";
        var fix = $"Point {host} to {target} by a CNAME or ALIAS record, or let the proxy pass requests on to {target} with the host name {host}.";
        return view with { Note = $"{resolves}.{brought} {fix}" };
    }

    /// <summary>True where a fetch returned exactly this file.</summary>
    internal static bool Brings(FetchResult fetched, ServedContent content)
        => fetched is { Outcome: FetchOutcome.Response, StatusCode: 200 } && fetched.Body.Span.SequenceEqual(content.Content.Span);

    /// <summary>The policy that a fetch returned; null where it returned none that is valid.</summary>
    internal static MtaStsPolicy? PolicyIn(FetchResult fetched, string domain)
        => fetched is { Outcome: FetchOutcome.Response, StatusCode: 200 } ? MtaStsPolicy.Check(fetched.Body, domain).Value as MtaStsPolicy : null;

    /// <summary>What a fetch returned, in words.</summary>
    internal static string Describe(FetchResult fetched) => fetched switch
    {
        { Outcome: FetchOutcome.Response, StatusCode: 200 } => $"other content ({Count.Of(fetched.Body.Length, "byte")})",
        { Outcome: FetchOutcome.Response } => Invariant($"HTTP {fetched.StatusCode}"),
        _ => $"{fetched.Outcome}{(fetched.Detail.Length > 0 ? ": " + fetched.Detail.TrimEnd('.') : "")}",
    };

    private static HashSet<string> Addresses(params DnsAnswer[] answers)
        => answers.SelectMany(a => a.Records).Where(r => r.Type is DnsRecordType.A or DnsRecordType.AAAA)
            .Select(r => r.Value).ToHashSet(StringComparer.Ordinal);

    private static string Seen(HostAnswers answers)
        => answers.Alias.Records.Count > 0 ? string.Join(" | ", answers.Alias.Records.Select(r => r.Value.TrimEnd('.')))
            : string.Join(" | ", Addresses(answers.A, answers.Aaaa).Order(StringComparer.Ordinal).Take(8));

    private static string Resolution(HostAnswers answers)
    {
        var addresses = string.Join(", ", Addresses(answers.A, answers.Aaaa).Order(StringComparer.Ordinal).Take(4));
        return answers.Alias.Records.Count > 0 ? $"{answers.Alias.Records[0].Value.TrimEnd('.')} ({addresses})" : addresses;
    }
}
