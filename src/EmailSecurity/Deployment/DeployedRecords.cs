using EmailSecurity.Bimi;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;
using EmailSecurity.Text;

namespace EmailSecurity.Deployment;

/// <summary>The text records of a stack, as its hosted zone or DNS has them. Pure.</summary>
internal static class DeployedRecords
{
    /// <summary>The assertion record that leads to this stack, and its selector.</summary>
    public static (string Selector, BimiRecord? Record) Bimi(StackWish asked, ObservedStack observed, string bimiHost)
    {
        var suffix = "." + BimiRecord.ParentOf(asked.Domain);
        foreach (var set in observed.RecordSets.Values.SelectMany(s => s)
            .Where(s => s.Type == "TXT" && s.Name.EndsWith(suffix, StringComparison.Ordinal)).OrderBy(s => s.Name, StringComparer.Ordinal))
        {
            if (StackPlanner.RefersToUs(observed, set.Name, bimiHost)
                && BimiRecord.Select(set.Values.Select(TxtStrings.Unquote), asked.Domain).Value is BimiRecord record)
            {
                return (set.Name[..^suffix.Length], record);
            }
        }

        var texts = observed.TextsAt(BimiRecord.NameOf(asked.Domain, asked.BimiSelector));
        return (asked.BimiSelector, BimiRecord.Select(texts, asked.Domain, asked.BimiSelector).Value as BimiRecord);
    }
}
