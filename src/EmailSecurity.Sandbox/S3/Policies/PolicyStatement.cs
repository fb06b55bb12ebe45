using System.Text.Json;
using EmailSecurity.Sandbox.S3.Documents;

namespace EmailSecurity.Sandbox.S3.Policies;

/// <summary>One statement.</summary>
internal sealed class PolicyStatement
{
    private static readonly string[] Fields = ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

    private readonly PolicyPrincipal principal;
    private readonly IReadOnlyList<string> actions;
    private readonly bool actionsInverted;
    private readonly IReadOnlyList<string> resources;
    private readonly bool resourcesInverted;
    private readonly IReadOnlyList<PolicyCondition> conditions;

    private PolicyStatement(
        string? sid,
        bool allows,
        PolicyPrincipal principal,
        IReadOnlyList<string> actions,
        bool actionsInverted,
        IReadOnlyList<string> resources,
        bool resourcesInverted,
        IReadOnlyList<PolicyCondition> conditions)
    {
        Sid = sid;
        Allows = allows;
        this.principal = principal;
        this.actions = actions;
        this.actionsInverted = actionsInverted;
        this.resources = resources;
        this.resourcesInverted = resourcesInverted;
        this.conditions = conditions;
    }

    /// <summary>Statement id.</summary>
    public string? Sid { get; }

    /// <summary>True for Allow.</summary>
    public bool Allows { get; }

    /// <summary>True where it lets in people nobody named.</summary>
    public bool IsPublic => Allows && principal.IsPublic && !conditions.Any(c => c.Restricts);

    /// <summary>Reads a statement of the policy of a bucket.</summary>
    public static PolicyStatement Parse(JsonElement element, string bucketArn, string partition, Func<string, bool> accountExists)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw S3Exception.MalformedPolicy("Invalid policy syntax.");
        }
        foreach (var property in element.EnumerateObject())
        {
            if (!Fields.Contains(property.Name))
            {
                throw S3Exception.MalformedPolicy("Unknown field " + property.Name);
            }
        }
        var allows = element.TryGetProperty("Effect", out var effect) && effect.ValueKind == JsonValueKind.String
            ? effect.GetString() switch { "Allow" => true, "Deny" => false, var other => throw S3Exception.MalformedPolicy("Invalid effect: " + other) }
            : throw S3Exception.MalformedPolicy("Missing required field Effect");
        var (who, whoInverted) = OneOf(element, "Principal", "NotPrincipal");
        var (what, whatInverted) = OneOf(element, "Action", "NotAction");
        var (on, onInverted) = OneOf(element, "Resource", "NotResource");
        var actions = PolicyJson.Strings(what);
        var resources = PolicyJson.Strings(on);
        foreach (var action in actions)
        {
            if (action != "*" && (!action.StartsWith("s3:", StringComparison.OrdinalIgnoreCase) || !(S3Actions.OnBucket(action) || S3Actions.OnObject(action))))
            {
                throw S3Exception.MalformedPolicy("Policy has invalid action");
            }
        }
        // A bucket policy may speak of its own bucket only.
        if (!resources.All(r => r == bucketArn || r.StartsWith(bucketArn + "/", StringComparison.Ordinal)))
        {
            throw S3Exception.MalformedPolicy("Policy has invalid resource");
        }
        if (!whatInverted && !onInverted && !actions.All(a => a == "*" || resources.Any(r => r == bucketArn ? S3Actions.OnBucket(a) : S3Actions.OnObject(a))))
        {
            throw S3Exception.MalformedPolicy("Action does not apply to any resource(s) in statement");
        }
        return new PolicyStatement(
            !element.TryGetProperty(nameof(Sid), out var sid) ? null
                : sid.ValueKind == JsonValueKind.String ? sid.GetString()
                : throw S3Exception.MalformedPolicy("Invalid policy syntax."),
            allows,
            PolicyPrincipal.Parse(who, whoInverted, partition, accountExists),
            actions,
            whatInverted,
            resources,
            onInverted,
            Conditions(element));
    }

    /// <summary>True where the statement speaks of the request.</summary>
    public bool Applies(PolicyRequest request) =>
        actionsInverted != actions.Any(a => Wildcard.Matches(a, request.Action, ignoreCase: true))
        && resourcesInverted != resources.Any(r => Wildcard.Matches(r, request.Resource))
        && principal.Matches(request.Caller)
        && conditions.All(c => c.IsMet(request.Keys));

    private static (JsonElement Element, bool Inverted) OneOf(JsonElement statement, string name, string inverse)
    {
        var direct = statement.TryGetProperty(name, out var element);
        var inverted = statement.TryGetProperty(inverse, out var other);
        return (direct, inverted) switch
        {
            (true, false) => (element, false),
            (false, true) => (other, true),
            (false, false) => throw S3Exception.MalformedPolicy("Missing required field " + name),
            _ => throw S3Exception.MalformedPolicy($"Statement must not have both {name} and {inverse}"),
        };
    }

    private static List<PolicyCondition> Conditions(JsonElement statement)
    {
        var conditions = new List<PolicyCondition>();
        if (!statement.TryGetProperty("Condition", out var element))
        {
            return conditions;
        }
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw S3Exception.MalformedPolicy("Invalid policy syntax.");
        }
        foreach (var operation in element.EnumerateObject())
        {
            if (operation.Value.ValueKind != JsonValueKind.Object)
            {
                throw S3Exception.MalformedPolicy("Invalid policy syntax.");
            }
            conditions.AddRange(
                operation.Value.EnumerateObject().Select(key => PolicyCondition.Create(operation.Name, key.Name, PolicyJson.Values(key.Value))));
        }
        return conditions;
    }
}
