using EmailSecurity.Findings;
using EmailSecurity.Text;

namespace EmailSecurity.Dmarc;

/// <summary>
/// The DNS tree walk (RFC 9989 section 4.10) as a state machine without I/O: look up TXT at <see cref="NextName"/>, hand the values to
/// <see cref="Answer"/>, until <see cref="NextName"/> is null. At most <see cref="MaxQueries"/> lookups.
/// </summary>
/// <example>
/// <code>
/// var walk = new DmarcTreeWalk("mail.example.com");
/// while (walk.NextName is { } name) walk.Answer(await LookUpTxt(name));
/// </code>
/// </example>
public sealed class DmarcTreeWalk
{
    /// <summary>RFC 9989 section 4.10: at most eight queries a walk.</summary>
    public const int MaxQueries = 8;

    private readonly List<(string Domain, DmarcRecord Record)> found = [];
    private readonly List<TestResult> results = [];
    private string? next;

    /// <summary>Starts a walk.</summary>
    /// <param name="domain">The author domain.</param>
    /// <exception cref="EmailSecurityException">InvalidDomainName.</exception>
    public DmarcTreeWalk(string domain)
    {
        Domain = DomainName.Normalize(domain);
        next = Domain;
    }

    /// <summary>The author domain, where the walk starts.</summary>
    public string Domain { get; }

    /// <summary>The domain whose record is wanted next; null where the walk is done.</summary>
    public string? NextDomain => next;

    /// <summary>The name whose TXT records are wanted next, <c>_dmarc.</c> and the domain; null where the walk is done.</summary>
    public string? NextName => next is null ? null : $"{DmarcRecord.Label}.{next}";

    /// <summary>True where the walk is done.</summary>
    public bool IsDone => next is null;

    /// <summary>How each lookup so far came out, in order, the author domain's first.</summary>
    public IReadOnlyList<TestResult> Results => results;

    /// <summary>The author domain's own record; null where it has none.</summary>
    public DmarcRecord? AuthorRecord => found.Count > 0 && found[0].Domain == Domain ? found[0].Record : null;

    /// <summary>The organisational domain as far as the walk got (RFC 9989 section 4.10.2); the author domain where nothing was found.</summary>
    public string OrganisationalDomain { get; private set; } = "";

    /// <summary>The record at the organisational domain; null where it has none.</summary>
    public DmarcRecord? OrganisationalRecord => Find(OrganisationalDomain.Length == 0 ? Domain : OrganisationalDomain);

    /// <summary>The domain whose record applies (RFC 9989 section 4.10.1): the author domain, else the organisational domain, else the public suffix domain;
    /// null where none has one.</summary>
    public string? PolicyDomain
    {
        get
        {
            if (AuthorRecord is not null)
            {
                return Domain;
            }

            if (OrganisationalRecord is not null)
            {
                return OrganisationalDomain;
            }

            foreach (var (domain, record) in found)
            {
                if (record.Psd == DmarcPsd.Yes)
                {
                    return domain;
                }
            }
            return null;
        }
    }

    /// <summary>The record that applies; null where none does.</summary>
    public DmarcRecord? PolicyRecord => PolicyDomain is { } domain ? Find(domain) : null;

    /// <summary>Takes the TXT values found at <see cref="NextName"/>: empty for a name without any.</summary>
    /// <param name="txtValues">One element a TXT record, its strings joined.</param>
    /// <exception cref="InvalidOperationException">The walk is done.</exception>
    public void Answer(IEnumerable<string> txtValues)
    {
        var domain = next ?? throw new InvalidOperationException("The tree walk is done.");
        var result = DmarcRecord.Select(txtValues, domain);
        results.Add(result);
        var stop = false;
        if (result.Value is DmarcRecord record)
        {
            found.Add((domain, record));
            // Steps 2 and 7: psd=n stops anywhere, psd=y anywhere but at the start.
            stop = record.Psd == DmarcPsd.No || (record.Psd == DmarcPsd.Yes && domain != Domain);
        }
        next = stop || results.Count >= MaxQueries ? null : Parent(domain);
        OrganisationalDomain = SelectOrganisational();
    }

    /// <summary>Ends the walk early, as a receiver does at a DNS error: what was found so far counts.</summary>
    public void Stop() => next = null;

    // Steps 4, 5 and 8: one label less; from the start, of eight labels or more, down to seven.
    private string? Parent(string domain)
    {
        var labels = 1 + domain.AsSpan().Count('.');
        var drop = domain == Domain && labels >= MaxQueries ? labels - (MaxQueries - 1) : 1;
        if (drop >= labels)
        {
            return null;
        }

        var rest = domain;
        while (drop-- > 0)
        {
            rest = rest[(rest.IndexOf('.', StringComparison.Ordinal) + 1)..];
        }

        return rest;
    }

    // Section 4.10.2, from the longest name to the shortest.
    private string SelectOrganisational()
    {
        foreach (var (domain, record) in found)
        {
            if (record.Psd == DmarcPsd.No)
            {
                return domain;
            }
            // The domain one label below a public suffix, on the way to where the walk started.
            if (record.Psd == DmarcPsd.Yes && domain != Domain)
            {
                return OneBelow(domain);
            }
        }
        return found.Count > 0 ? found[^1].Domain : Domain;
    }

    private string OneBelow(string suffix)
    {
        var below = Domain.AsSpan(0, Domain.Length - suffix.Length - 1);
        var dot = below.LastIndexOf('.');
        return Domain[(dot + 1)..];
    }

    private DmarcRecord? Find(string domain)
    {
        foreach (var (name, record) in found)
        {
            if (name == domain)
            {
                return record;
            }
        }
        return null;
    }
}
