using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.Text;

namespace EmailSecurity.Planning;

/// <summary>Decides which policy a publish serves, and refuses one that would lose mail.</summary>
public static class PolicyChooser
{
    /// <summary>Default max_age: a week (RFC 8461 section 3.2 recommends weeks or longer once all is well).</summary>
    public const long DefaultMaxAge = 604800;

    /// <summary>
    /// The policy given; else the announced one (<see cref="TakeBack.Basis"/>) with the wished changes; else, for a new domain, testing over the live MX
    /// records. One that comes back after another is spelled differently: its id is new to every sender.
    /// </summary>
    /// <exception cref="EmailSecurityException">MxNotFound, MxLookupFailed; rule breaks of <see cref="MtaStsPolicy.Create"/>.</exception>
    public static MtaStsPolicy Choose(StackWish stack, ObservedStack observed) => FreshPolicy.Of(Wanted(stack, observed), observed);

    private static MtaStsPolicy Wanted(StackWish stack, ObservedStack observed)
    {
        if (stack.Policy is { } given)
        {
            return given;
        }

        var last = TakeBack.Basis(observed);
        var mode = stack.Mode ?? last?.Mode ?? MtaStsMode.Testing;
        var maxAge = stack.MaxAge ?? last?.MaxAge ?? DefaultMaxAge;
        var mx = stack.MxHost.Count > 0 ? stack.MxHost
            : last is { Whole.MxHosts.Count: > 0 } ? last.Whole.MxHosts
            : last is { Whole: null } && observed.PredecessorPolicy is { MxHosts.Count: > 0 } theirs ? theirs.MxHosts
            : mode == MtaStsMode.None ? []
            : LiveMx(stack.Domain, observed.Mx);
        return last?.Whole is { } whole && whole.Mode == mode && whole.MaxAge == maxAge && whole.MxHosts.SequenceEqual(mx, StringComparer.OrdinalIgnoreCase)
            ? whole
            : MtaStsPolicy.Create(stack.Domain, mode, mx, maxAge);
    }

    /// <summary>True where choosing needs the live MX records.</summary>
    public static bool NeedsMx(StackWish stack, ObservedStack observed)
    {
        var last = TakeBack.Basis(observed);
        return (stack.Policy?.Mode ?? stack.Mode ?? last?.Mode) == MtaStsMode.Enforce
            || (stack.Policy is null && stack.MxHost.Count == 0 && last is not { Whole.MxHosts.Count: > 0 } && (stack.Mode ?? last?.Mode) != MtaStsMode.None);
    }

    /// <summary>True where DNS is known to announce an enforce policy.</summary>
    public static bool IsEnforceAnnounced(ObservedStack observed)
        => StackPlanner.PublishedPolicyId(observed) is { } id
            && (AnnouncedPolicy.Named(observed, id) is { Mode: MtaStsMode.Enforce } || observed.PredecessorPolicy is { Mode: MtaStsMode.Enforce });

    private const string PolicyAdvice = "Choose the policy; under mode testing, senders deliver in any case. For example, run: ";

    /// <summary>
    /// Refuses to guess: neither mode nor max_age fall because it was forgotten what they were. Returns a warning where somebody else's policy is replaced
    /// unseen.
    /// </summary>
    /// <exception cref="EmailSecurityException">PolicyNotKnown.</exception>
    public static IReadOnlyList<string> CheckKnown(StackWish stack, ObservedStack observed, bool adopt)
    {
        if (stack.Policy is not null || (stack.Mode is not null && stack.MaxAge is not null))
        {
            return [];
        }

        var last = AnnouncedPolicy.Of(observed);
        var published = StackPlanner.PublishedPolicyId(observed);
        var isOurs = StackOwnership.IsPolicyRecordOurs(observed)
            || StackPlanner.OwnedParts(observed).HasFlag(StackParts.MtaSts)
            || (adopt && PolicyEvidence.HasResources(observed));
        if (last is null && published is not null && isOurs)
        {
            throw new EmailSecurityException("PolicyNotKnown", ErrorKind.InvalidOperation,
                $"{MtaStsRecord.NameOf(stack.Domain)} announces policy {published}, but neither the asset bucket, nor the stack's tags, "
                    + $"nor {MtaStsPolicy.UrlOf(stack.Domain)} show its mode and max_age: senders may have an enforce policy cached. "
                    + "Nothing was changed.",
                Invariant($"{PolicyAdvice}Publish-MtaStsPolicy {stack.Domain} -Mode Testing -MaxAge {DefaultMaxAge}{(adopt ? " -Adopt" : "")}"))
            { Target = stack.Domain };
        }

        if (last is { IsSure: false, Mode: MtaStsMode.Enforce } && stack.Mode is null)
        {
            throw new EmailSecurityException("PolicyNotKnown", ErrorKind.InvalidOperation,
                $"A publish in mode enforce was begun for {stack.Domain}, but DNS announces no policy, and it is unknown whether it ever did. "
                    + "Nothing was changed.",
                $"{PolicyAdvice}Publish-MtaStsPolicy {stack.Domain} -Mode Testing{(adopt ? " -Adopt" : "")}")
            { Target = stack.Domain };
        }

        return observed.PredecessorPolicy is not null ? [] : last is null && published is not null
            ? [$"The policy {published} that {MtaStsRecord.NameOf(stack.Domain)} announces could not be fetched, so its mode is unknown. "
                + $"A policy in mode {(stack.Mode ?? MtaStsMode.Testing).ToString().ToLowerInvariant()} replaces it."]
            : [];
    }

    /// <summary>
    /// Refuses an enforce policy that does not cover every live MX: senders that honour MTA-STS would not deliver to those (RFC 8461 section 5). Returns
    /// warnings for the other modes.
    /// </summary>
    /// <exception cref="EmailSecurityException">PolicyDoesNotCoverMx, MxLookupFailed.</exception>
    public static IReadOnlyList<string> CheckCoverage(MtaStsPolicy policy, ObservedStack observed, bool allowUncovered)
    {
        if (observed.Mx is not { } answer || policy.Mode == MtaStsMode.None)
        {
            return [];
        }

        if (answer.Status is not (DnsStatus.NoError or DnsStatus.NxDomain))
        {
            if (policy.Mode == MtaStsMode.Enforce && !allowUncovered)
            {
                throw new EmailSecurityException("MxLookupFailed", ErrorKind.Unavailable,
                    $"The MX records of {observed.Domain} could not be looked up "
                        + $"({answer.Status}{(answer.Detail.Length > 0 ? ": " + answer.Detail : "")}), "
                        + "so it is unknown whether the enforce policy covers them.",
                    "Run the same command again when DNS answers. If you know that the policy lists every mail server, add -AllowUncoveredMx.");
            }

            return [$"The MX records of {observed.Domain} could not be looked up ({answer.Status}); whether the policy covers them was not checked."];
        }

        // RFC 7505: a single MX of "." says that the domain takes no mail.
        var hosts = answer.Records.Select(r => r.Value.TrimEnd('.')).Where(h => h.Length > 0).ToArray();
        if (hosts.Length == 0)
        {
            return policy.Mode == MtaStsMode.Enforce
                ? [$"{observed.Domain} has no MX records now, so the enforce policy could not be compared with them."]
                : [];
        }

        var uncovered = hosts.Where(h => !policy.Matches(h)).ToArray();
        if (uncovered.Length == 0)
        {
            return [];
        }

        if (policy.Mode == MtaStsMode.Enforce && !allowUncovered)
        {
            throw new EmailSecurityException("PolicyDoesNotCoverMx", ErrorKind.InvalidData,
                $"The enforce policy does not cover these live MX hosts of {observed.Domain}: {string.Join(", ", uncovered)}. "
                    + "Senders that support MTA-STS would not deliver mail to them (RFC 8461 section 5).",
                $"Run: Publish-MtaStsPolicy {observed.Domain} -Mode Enforce -MxHost {string.Join(", ", policy.MxHosts.Concat(uncovered))}. "
                    + "Or use -Mode Testing, or add -AllowUncoveredMx if the MX will be removed soon.")
            { Target = uncovered[0] };
        }

        return [Uncovered(policy, observed.Domain, hosts, uncovered)];
    }

    // What is missed, what the policy has instead, and the command that makes it whole.
    private static string Uncovered(MtaStsPolicy policy, string domain, string[] hosts, string[] uncovered)
    {
        var missed = uncovered.Length == hosts.Length ? "any live MX host" : "these live MX hosts";
        string[] unused = [.. policy.MxHosts.Where(p => !hosts.Any(h => MtaStsPolicy.PatternMatches(p, h)))];
        var instead = unused.Length > 0 ? $" No MX matches {string.Join(", ", unused)} anymore." : "";
        return $"The policy (mode {policy.Mode.ToString().ToLowerInvariant()}) does not cover {missed} of {domain}: {string.Join(", ", uncovered)}.{instead}"
            + $" To publish a policy that lists the live MX hosts, run: New-MtaStsPolicy {domain} -Mode {policy.Mode} "
            + Invariant($"-MaxAge {policy.MaxAge} | Publish-MtaStsPolicy");
    }

    /// <summary>Warns where senders would hardly cache the policy: RFC 8461 section 3.2 recommends weeks or longer, and section 10.2 why.</summary>
    public static IReadOnlyList<string> CheckMaxAge(MtaStsPolicy policy) => policy.Mode == MtaStsMode.None || policy.MaxAge >= MtaStsPolicy.ShortMaxAge
        ? []
        : [Invariant($"The policy of {policy.Domain} has a max_age of {Count.Of(policy.MaxAge, "second")}, less than a day: senders hardly cache it, ") +
            "so an attacker who blocks the policy or DNS for that long " +
            "turns the protection off. RFC 8461 section 3.2 recommends weeks: -MaxAge 604800."];

    /// <summary>The live MX hosts, best first, as mx patterns.</summary>
    /// <exception cref="EmailSecurityException">MxLookupFailed, DomainNotFound, MxNotFound.</exception>
    public static IReadOnlyList<string> LiveMx(string domain, DnsAnswer? answer)
    {
        if (answer is null || answer.Status is not (DnsStatus.NoError or DnsStatus.NxDomain))
        {
            throw new EmailSecurityException("MxLookupFailed", ErrorKind.Unavailable,
                $"The MX records of {domain} could not be looked up ({answer?.Status.ToString() ?? "not asked"}), and no mx hosts were specified.",
                $"Run the same command again when DNS answers, or name the mail servers. Run: Publish-MtaStsPolicy {domain} -MxHost <host>");
        }

        if (answer.Status == DnsStatus.NxDomain)
        {
            throw new EmailSecurityException("DomainNotFound", ErrorKind.NotFound,
                $"{domain} does not exist in DNS (NXDOMAIN), so it has no mail servers.",
                $"Check the spelling, or register the domain first. To prepare it all the same, run: Publish-MtaStsPolicy {domain} -MxHost <host>")
            { Target = domain };
        }

        var hosts = answer.Records
            .OrderBy(r => r.Preference).ThenBy(r => r.Value, StringComparer.Ordinal)
            .Select(r => r.Value.TrimEnd('.').ToLowerInvariant())
            .Where(h => h.Length > 0)
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        return hosts.Length > 0
            ? hosts
            : throw new EmailSecurityException("MxNotFound", ErrorKind.NotFound,
                $"{domain} has no MX records, and no mx hosts were specified; a policy in mode enforce or testing needs at least one (RFC 8461 section 3.2).",
                $"Publish the MX records first, or name the mail servers. Run: Publish-MtaStsPolicy {domain} -MxHost <host>");
    }
}
