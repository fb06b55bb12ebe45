using System.Reflection;
using EmailSecurity.Findings;

namespace EmailSecurity.Reports;

/// <summary>Every rule of the rule tables by its code: the static classes whose names end in Rules, their fields, and the families of rules in these.</summary>
internal static class RuleCatalog
{
    private const BindingFlags Fields = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
    private static readonly Lazy<Dictionary<string, Rule>> Rules = new(Read);

    /// <summary>The rule with a code; null where no table has it.</summary>
    public static Rule? Find(string code) => Rules.Value.GetValueOrDefault(code);

    /// <summary>Every code.</summary>
    public static IReadOnlyCollection<string> Codes => Rules.Value.Keys;

    private static Dictionary<string, Rule> Read()
    {
        var rules = new Dictionary<string, Rule>(StringComparer.Ordinal);
        var tables = typeof(RuleCatalog).Assembly.GetTypes()
            .Where(t => t is { IsAbstract: true, IsSealed: true } && t.Name.EndsWith("Rules", StringComparison.Ordinal));
        foreach (var rule in tables.SelectMany(t => t.GetFields(Fields)).SelectMany(f => In(f.GetValue(null))))
        {
            rules.TryAdd(rule.Code, rule);
        }

        return rules;
    }

    private static IEnumerable<Rule> In(object? value) => value switch
    {
        Rule rule => [rule],
        { } family when family.GetType().Name.EndsWith("Rules", StringComparison.Ordinal) => family.GetType().GetProperties()
            .Where(p => p.PropertyType == typeof(Rule)).Select(p => (Rule)p.GetValue(family)!),
        _ => [],
    };
}
