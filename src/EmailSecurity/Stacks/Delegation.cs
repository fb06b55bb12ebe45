namespace EmailSecurity.Stacks;

/// <summary>
/// An NS record set below the apex of a hosted zone: it gives its name, and all below, to other name servers (RFC 1034 section 4.2.1).
/// What Route 53 has there is never seen in DNS.
/// </summary>
/// <param name="Owner">Where it stands.</param>
/// <param name="Zone">The hosted zone.</param>
/// <param name="NameServers">Who answers instead.</param>
public sealed record Delegation(string Owner, string Zone, IReadOnlyList<string> NameServers)
{
    /// <summary>The delegation that takes a name out of its hosted zone; null for none. Of several the one nearest the apex, which counts.</summary>
    public static Delegation? Of(ObservedStack observed, string name)
    {
        ArgumentNullException.ThrowIfNull(observed);
        ArgumentNullException.ThrowIfNull(name);
        if (observed.ZoneOf(name) is not { } zone)
        {
            return null;
        }

        Delegation? found = null;
        foreach (var owner in OwnersBelow(zone.Name, name))
        {
            var sets = observed.RecordSets.TryGetValue(zone.Id, out var read) ? read.Concat(observed.DelegationsInDns) : observed.DelegationsInDns;
            if (sets.FirstOrDefault(s => s.Type == "NS" && RecordMeaning.SameName(s.Name, owner)) is { } set)
            {
                found = new Delegation(owner, zone.Name, [.. set.Values.Select(v => v.TrimEnd('.'))]);
            }
        }

        return found;
    }

    /// <summary>The first of these names that is delegated away, as the reason why a part is left out; null for none.</summary>
    /// <param name="observed">What was read.</param>
    /// <param name="part">The part, in words.</param>
    /// <param name="names">The part's names.</param>
    public static EmailSecurityException? Refusal(ObservedStack observed, string part, IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        foreach (var name in names)
        {
            if (Of(observed, name) is { } away)
            {
                return new EmailSecurityException("NameDelegatedAway", ErrorKind.Exists,
                    $"The hosted zone {away.Zone} has an NS record at {away.Owner}, which delegates it to {string.Join(", ", away.NameServers)}: "
                        + $"DNS never shows what Route 53 has at {name}. The {part} part was left out.",
                    $"Delete the NS record at {away.Owner} in the hosted zone {away.Zone}, then run the same command again. "
                        + "Or, to publish the records where they are hosted, "
                        + $"run: New-EmailSecurityStack {observed.Domain} -DnsHost External | Publish-EmailSecurityStack")
                { Target = away.Owner };
            }
        }

        return null;
    }

    /// <summary>A name and its parents, as far as they lie below a zone's apex; the name first.</summary>
    internal static IEnumerable<string> OwnersBelow(string zone, string name)
    {
        var owner = name;
        while (owner.EndsWith("." + zone, StringComparison.OrdinalIgnoreCase))
        {
            yield return owner;
            owner = owner[(owner.IndexOf('.', StringComparison.Ordinal) + 1)..];
        }
    }
}
