using System.Reflection;
using EmailSecurity.Findings;

namespace EmailSecurity.Tests.Support;

/// <summary>Every rule of the core's rule tables, the static classes whose names end in Rules: their fields, and the rules of the families there.</summary>
internal static class RuleTables
{
    private const BindingFlags Fields = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>The rules, each with the class that it stands in.</summary>
    public static IReadOnlyList<(Type Table, Rule Rule)> All { get; } =
    [
        .. typeof(Finding).Assembly.GetTypes().Where(t => t is { IsAbstract: true, IsSealed: true } && t.Name.EndsWith("Rules", StringComparison.Ordinal))
            .SelectMany(t => t.GetFields(Fields).SelectMany(f => Rules(f.GetValue(null)).Select(r => (t, r)))),
    ];

    /// <summary>Every code that a finding can have.</summary>
    public static IReadOnlyCollection<string> Codes { get; } = new SortedSet<string>(All.Select(r => r.Rule.Code), StringComparer.Ordinal);

    private static IEnumerable<Rule> Rules(object? value) => value switch
    {
        Rule rule => [rule],
        { } family when family.GetType().Name.EndsWith("Rules", StringComparison.Ordinal) =>
            family.GetType().GetProperties().Where(p => p.PropertyType == typeof(Rule)).Select(p => (Rule)p.GetValue(family)!),
        _ => [],
    };
}
