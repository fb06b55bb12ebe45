using System.Globalization;
using Amazon.CloudFront.Model;

namespace EmailSecurity.Aws.Distributions;

/// <summary>
/// How many distributions use each origin access control, as far as this session has seen. It only saves calls that would fail: CloudFront decides.
/// </summary>
internal sealed class OriginAccessControlUse
{
    // CloudFront quotas, "Distributions associated with a single origin access control".
    private const int MaxDistributions = 100;

    private readonly object gate = new();
    private Dictionary<string, int> counts = new(StringComparer.Ordinal);

    /// <summary>Takes over what a complete listing of the account's distributions showed.</summary>
    public void Replace(IEnumerable<DistributionSummary> all)
    {
        var seen = all.SelectMany(ControlsOf).GroupBy(id => id, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        lock (gate)
        {
            counts = seen;
        }
    }

    /// <summary>One distribution more.</summary>
    public void Add(string id)
    {
        lock (gate)
        {
            counts[id] = counts.GetValueOrDefault(id) + 1;
        }
    }

    /// <summary>CloudFront says that it is full.</summary>
    public void Fill(string id)
    {
        lock (gate)
        {
            counts[id] = MaxDistributions;
        }
    }

    /// <summary>Of the controls <c>name</c>, <c>name-2</c> ... the first that signs every read and has room; null for none.</summary>
    public string? FirstWithRoom(IEnumerable<OriginAccessControlSummary> controls, string name)
    {
        lock (gate)
        {
            return controls
                .Where(c => OriginAccessControls.Settings(c).SignsReads)
                .Select(c => (c.Id, Number: NumberOf(c.Name, name)))
                .Where(c => c.Number > 0 && counts.GetValueOrDefault(c.Id) < MaxDistributions)
                .OrderBy(c => c.Number)
                .Select(c => c.Id)
                .FirstOrDefault();
        }
    }

    // 1 for the name itself, n for name-n, 0 for another's.
    private static int NumberOf(string? candidate, string name)
    {
        if (candidate is null || !candidate.StartsWith(name, StringComparison.Ordinal))
        {
            return 0;
        }

        var rest = candidate.AsSpan(name.Length);
        if (rest.IsEmpty)
        {
            return 1;
        }

        return rest[0] == '-' && int.TryParse(rest[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 1 ? number : 0;
    }

    private static IEnumerable<string> ControlsOf(DistributionSummary summary) =>
        (summary.Origins?.Items ?? []).Select(o => o.OriginAccessControlId).Where(id => !string.IsNullOrEmpty(id)).Distinct(StringComparer.Ordinal);
}
