using System.Globalization;
using System.Net;
using EmailSecurity.Sandbox.S3.Documents;

namespace EmailSecurity.Sandbox.S3.Policies;

/// <summary>One condition: an operator, a key and the values it is held against.</summary>
internal sealed class PolicyCondition
{
    private static readonly string[] Operators =
    [
        "StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike",
        "Bool", "IpAddress", "NotIpAddress", "ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike", "Null",
    ];

    // No policy that the module writes, or that it is tested against, has one. What is not emulated is refused, never guessed.
    private static readonly string[] NotEmulated =
    [
        "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals",
        "DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals",
    ];

    private readonly string qualifier;
    private readonly bool ifExists;
    private readonly string name;
    private readonly string key;
    private readonly IReadOnlyList<string> values;

    private PolicyCondition(string qualifier, bool ifExists, string name, string key, IReadOnlyList<string> values)
    {
        this.qualifier = qualifier;
        this.ifExists = ifExists;
        this.name = name;
        this.key = key;
        this.values = values;
    }

    /// <summary>True where it narrows "everybody" to a fixed set, in S3's sense of public.</summary>
    public bool Restricts => ConditionKeys.IsRestricting(key) && !ifExists && qualifier.Length == 0 && name switch
    {
        "IpAddress" => values.All(v => PrefixLength(v) > (v.Contains(':', StringComparison.Ordinal) ? 32 : 8)),
        "StringEquals" or "StringEqualsIgnoreCase" or "StringLike" or "ArnEquals" or "ArnLike" => values.All(
            v => !v.Contains('*', StringComparison.Ordinal) && !v.Contains('?', StringComparison.Ordinal) && !v.Contains("${", StringComparison.Ordinal)),
        _ => false,
    };

    /// <summary>Makes a condition.</summary>
    /// <exception cref="S3Exception">MalformedPolicy: an operator or a key that does not exist. NotImplemented: an operator that is not emulated.</exception>
    public static PolicyCondition Create(string operatorText, string key, IReadOnlyList<string> values)
    {
        var name = operatorText;
        var qualifier = "";
        foreach (var prefix in (string[])["ForAnyValue:", "ForAllValues:"])
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                (qualifier, name) = (prefix, name[prefix.Length..]);
            }
        }
        var ifExists = name.EndsWith("IfExists", StringComparison.Ordinal) && name != "NullIfExists";
        if (ifExists)
        {
            name = name[..^"IfExists".Length];
        }
        if (NotEmulated.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            throw S3Exception.NotImplemented("the policy condition operator " + operatorText);
        }
        var known = Array.Find(Operators, o => o.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw S3Exception.MalformedPolicy($"Invalid Condition type : {operatorText}");
        if (!ConditionKeys.IsKnown(key))
        {
            throw S3Exception.MalformedPolicy("Policy has an invalid condition key");
        }
        if (known is "IpAddress" or "NotIpAddress" && !values.All(v => PrefixLength(v) >= 0))
        {
            throw S3Exception.MalformedPolicy("Value of condition " + key + " is not an IP address or range");
        }
        return new PolicyCondition(qualifier, ifExists, known, key, values);
    }

    /// <summary>True where the request meets it.</summary>
    public bool IsMet(IReadOnlyDictionary<string, IReadOnlyList<string>> keys)
    {
        var present = keys.TryGetValue(key, out var actual) && actual.Count > 0;
        if (name == "Null")
        {
            return values.Any(v => v.Equals(present ? "false" : "true", StringComparison.OrdinalIgnoreCase));
        }
        var negative = name.Contains("Not", StringComparison.Ordinal);
        if (!present)
        {
            // IAM: an absent key meets IfExists, ForAllValues and the negative operators.
            return ifExists || qualifier == "ForAllValues:" || (negative && qualifier.Length == 0);
        }
        bool Holds(string value) => negative ? values.All(v => !Positive(value, v)) : values.Any(v => Positive(value, v));
        return qualifier == "ForAllValues:" ? actual!.All(Holds) : actual!.Any(Holds);
    }

    /// <summary>The operator without its negation.</summary>
    private bool Positive(string actual, string wanted) => name switch
    {
        "StringEquals" or "StringNotEquals" => actual == wanted,
        "StringEqualsIgnoreCase" or "StringNotEqualsIgnoreCase" => actual.Equals(wanted, StringComparison.OrdinalIgnoreCase),
        "StringLike" or "StringNotLike" => Wildcard.Matches(wanted, actual),
        "ArnEquals" or "ArnLike" or "ArnNotEquals" or "ArnNotLike" => ArnMatches(wanted, actual),
        "Bool" => actual.Equals(wanted, StringComparison.OrdinalIgnoreCase),
        _ => IPAddress.TryParse(actual, out var ip) && IPNetwork.TryParse(RangeOf(wanted), out var network) && network.Contains(ip),
    };

    // An address alone is a range of one.
    private static string RangeOf(string text) => text.Contains('/', StringComparison.Ordinal) ? text
        : text.Contains(':', StringComparison.Ordinal) ? text + "/128" : text + "/32";

    /// <summary>ARNs are compared part by part: a wildcard does not reach over a colon, but in the last part.</summary>
    private static bool ArnMatches(string pattern, string arn)
    {
        var left = pattern.Split(':', 6);
        var right = arn.Split(':', 6);
        return left.Length == 6 && right.Length == 6 && left.Zip(right).All(p => Wildcard.Matches(p.First, p.Second));
    }

    private static int PrefixLength(string range)
    {
        var slash = range.IndexOf('/', StringComparison.Ordinal);
        var address = slash < 0 ? range : range[..slash];
        if (!IPAddress.TryParse(address, out var ip))
        {
            return -1;
        }
        var most = ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? 128 : 32;
        return slash < 0 ? most
            : int.TryParse(range[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= most ? length
            : -1;
    }
}
