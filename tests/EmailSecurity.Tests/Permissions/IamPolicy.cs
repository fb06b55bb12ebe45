using System.Text.Json;
using System.Text.RegularExpressions;

namespace EmailSecurity.Tests.Permissions;

/// <summary>What IAM decides on: an action on a resource, and the context keys that AWS gives with it.</summary>
/// <param name="Action">IAM action: <c>s3:PutObject</c>.</param>
/// <param name="Resource">ARN; <c>*</c> for an action that has none.</param>
/// <param name="Context">Condition keys and their values; a key that AWS does not give is not there.</param>
public sealed record IamRequest(string Action, string Resource, IReadOnlyDictionary<string, string[]> Context);

/// <summary>An identity policy, judged as "Policy evaluation logic" of the IAM user guide has it: no statement allows, no access; one denies, no access.</summary>
public sealed partial class IamPolicy(JsonElement policy)
{
    private readonly JsonElement[] statements = [.. policy.GetProperty("Statement").EnumerateArray()];

    public static IamPolicy Read(string file) => new(JsonDocument.Parse(File.ReadAllText(file)).RootElement);

    /// <summary>Both policies attached to one identity.</summary>
    public IamPolicy With(IamPolicy other) => new(JsonSerializer.SerializeToElement(new Dictionary<string, JsonElement[]> { ["Statement"] = [.. statements, .. other.statements] }));

    /// <summary>The statements.</summary>
    public IReadOnlyList<JsonElement> Statements => statements;

    /// <summary>Every action that is allowed somewhere, as it is written.</summary>
    public IReadOnlyList<string> Actions => [.. statements.Where(s => s.GetProperty("Effect").GetString() == "Allow").SelectMany(s => Values(s.GetProperty("Action"))).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The Sid of the one statement that allows this, without which it is refused; null where several allow it, or none.</summary>
    public string? OnlyAllowing(IamRequest request) =>
        statements.Where(s => s.GetProperty("Effect").GetString() == "Allow" && Matches(s, request)).Take(2).ToArray() is [var only] ? only.GetProperty("Sid").GetString() : null;

    public bool Allows(IamRequest request)
    {
        var matching = statements.Where(s => Matches(s, request)).Select(s => s.GetProperty("Effect").GetString()).ToArray();
        return matching.Contains("Allow", StringComparer.Ordinal) && !matching.Contains("Deny", StringComparer.Ordinal);
    }

    private static bool Matches(JsonElement statement, IamRequest request) =>
        Values(statement.GetProperty("Action")).Any(a => IsLike(a, request.Action, ignoreCase: true))
        && Values(statement.GetProperty("Resource")).Any(r => MatchesArn(r, request))
        && (!statement.TryGetProperty("Condition", out var conditions) || conditions.EnumerateObject().All(c => Holds(c, request)));

    // All operators and all keys of a block have to hold; of the values of one key, one is enough.
    private static bool Holds(JsonProperty condition, IamRequest request)
    {
        var name = condition.Name;
        var forAll = name.StartsWith("ForAllValues:", StringComparison.Ordinal);
        var ifExists = name.EndsWith("IfExists", StringComparison.Ordinal);
        var op = name.Replace("ForAllValues:", "", StringComparison.Ordinal).Replace("IfExists", "", StringComparison.Ordinal);
        return condition.Value.EnumerateObject().All(key =>
        {
            var given = request.Context.GetValueOrDefault(key.Name);
            if (op == "Null")
            {
                return key.Value.GetString() == (given is null ? "true" : "false");
            }

            if (given is null)
            {
                return ifExists || forAll; // "ForAllValues returns true if there are no keys in the request"
            }

            bool One(string value) => op switch
            {
                "StringEquals" => Values(key.Value).Any(w => Equal(w, value, request)),
                "StringLike" => Values(key.Value).Any(w => Pattern(w, request).IsMatch(value)),
                _ => throw new NotSupportedException($"The operator {op} is not judged here."),
            };
            return forAll ? given.All(One) : given.Length == 1 && One(given[0]);
        });
    }

    // "You can't use a variable to replace parts of the ARN before the fifth colon, such as the service or account": there it is text, which no ARN has.
    private static bool MatchesArn(string resource, IamRequest request)
    {
        var parts = resource.Split(':', 6);
        var head = parts.Length == 6 ? string.Join(':', parts[..5]) + ":" : resource;
        return !(parts.Length == 6 && head.Contains("${", StringComparison.Ordinal)) && Pattern(resource, request).IsMatch(request.Resource);
    }

    private static bool Equal(string wanted, string value, IamRequest request) =>
        Variable().Replace(wanted, m => ValueOf(m.Groups[1].Value, request)) == value;

    // * and ? are wildcards where the policy's own text has them; in the value of a variable, and as ${*} and ${?}, they are characters.
    private static Regex Pattern(string text, IamRequest request)
    {
        var pattern = Token().Replace(text, m => m.Value switch
        {
            "*" => ".*",
            "?" => ".",
            _ when m.Groups[1].Success => Regex.Escape(ValueOf(m.Groups[1].Value, request)),
            _ => Regex.Escape(m.Value),
        });
        return new Regex("^" + pattern + "$", RegexOptions.Singleline);
    }

    private static string ValueOf(string variable, IamRequest request) => variable switch
    {
        "*" or "?" or "$" => variable,
        _ => request.Context.GetValueOrDefault(variable) is [var value] ? value : throw new InvalidOperationException($"${{{variable}}} has no value for {request.Action}."),
    };

    private static bool IsLike(string pattern, string value, bool ignoreCase) => Regex.IsMatch(
        value, "^" + Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal) + "$",
        RegexOptions.Singleline | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None));

    internal static IEnumerable<string> Values(JsonElement value) => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(v => v.GetString()!) : [value.GetString()!];

    [GeneratedRegex(@"\$\{([^}]+)\}")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\$\{([^}]+)\}|[*?]|[^*?$]+|\$")]
    private static partial Regex Token();
}
