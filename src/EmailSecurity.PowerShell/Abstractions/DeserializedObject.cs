using System.Collections;
using System.Globalization;
using System.Management.Automation;
using EmailSecurity.MtaSts;
using EmailSecurity.Stacks;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>
/// Restores stacks and policies from the property bags that serialization makes of them. A setting that did not survive is an error with its name:
/// without it, the command would quietly do something else.
/// </summary>
/// <remarks>EmailSecurity.types.ps1xml asks for the depth that keeps all of it, wherever the module is imported when the object is serialized.</remarks>
internal sealed class DeserializedObject
{
    private const string Prefix = "Deserialized.";
    private readonly PSObject? source;
    private readonly string path;
    private readonly List<string> lost;

    private DeserializedObject(PSObject? source, string path, List<string> lost) => (this.source, this.path, this.lost) = (source, path, lost);

    /// <summary>The object that was serialized; null where this is something else.</summary>
    /// <exception cref="EmailSecurityException">SettingsLost, with the names of what did not survive.</exception>
    public static object? Restore(PSObject source, Type type)
    {
        List<string> missing = [];
        var reader = new DeserializedObject(source, "", missing);
        object? restored = type == typeof(EmailSecurityStack) && Is<EmailSecurityStack>(source) ? reader.Stack()
            : type == typeof(EmailSecurityStack) && Is<StackWish>(source) ? (reader.Wish() is { } wish ? EmailSecurityStack.FromStackWish(wish) : null)
            : type == typeof(MtaStsPolicy) && Is<MtaStsPolicy>(source) ? reader.Policy()
            : null;
        return missing.Count == 0 ? restored : throw new EmailSecurityException("SettingsLost", ErrorKind.InvalidData,
            $"{reader.Text("Domain")}: serialization (Export-Clixml, a job or remoting) lost {string.Join(", ", missing.Distinct(StringComparer.Ordinal))}, " +
            "so the object is not used.",
            "Import EmailSecurity in the session that serializes it, or use -Depth 5; or create it again with New-EmailSecurityStack or New-MtaStsPolicy.");
    }

    private static bool Is<T>(PSObject? source) => source?.TypeNames.Contains(Prefix + typeof(T).FullName, StringComparer.Ordinal) == true;

    private EmailSecurityStack? Stack()
    {
        if (Object<StackWish>("Wish")?.Wish() is not { } wish)
        {
            return null;
        }

        var stack = EmailSecurityStack.FromStackWish(wish);
        // What was observed can be observed again: here nothing is an error.
        return Value("State") is PSObject state && Is<StackState>(state)
            ? stack with { State = new DeserializedObject(state, path, []).State(wish.Domain) }
            : stack;
    }

    private StackWish? Wish()
    {
        if (Text("Domain") is not { Length: > 0 } domain)
        {
            Lose("Domain");
            return null;
        }

        var wish = StackWish.For(domain) with
        {
            CertificateArn = Text("CertificateArn") ?? "",
            HostedZoneId = Text("HostedZoneId") ?? "",
            ReportUri = Words("ReportUri") ?? [],
            Tag = Table("Tag") ?? new SortedDictionary<string, string>(StringComparer.Ordinal),
            Policy = Nested(domain),
            Mode = Enumeration<MtaStsMode>("Mode"),
            MxHost = Words("MxHost") ?? [],
            MaxAge = Number("MaxAge"),
            Logo = Asset("Logo"),
            MarkCertificate = Asset("MarkCertificate"),
        };
        wish = Flag("IsDnsHostAsked") && Enumeration<DnsHost>("DnsHost") is { } host ? wish with { DnsHost = host } : wish;
        wish = Flag("IsBimiSubdomainAsked") && Text("BimiSubdomain") is { } subdomain ? wish with { BimiSubdomain = subdomain } : wish;
        wish = Flag("IsBimiSelectorAsked") && Text("BimiSelector") is { } selector ? wish with { BimiSelector = selector } : wish;
        wish = Flag("IsBucketSuffixAsked") && Text("BucketSuffix") is { } suffix ? wish with { BucketSuffix = suffix } : wish;
        return Flag("IsLogRetentionAsked") && Number("LogRetentionDays") is { } days ? wish with { LogRetentionDays = (int)days } : wish;
    }

    private StackState State(string domain) => new()
    {
        Status = Enumeration<StackStatus>("Status") ?? StackStatus.Described,
        DnsHost = Enumeration<DnsHost>("DnsHost"),
        BimiSubdomain = Text("BimiSubdomain"),
        BimiSelector = Text("BimiSelector"),
        LogRetentionDays = (int?)Number("LogRetentionDays"),
        Tag = Table("Tag"),
        ReportUri = Words("ReportUri"),
        Policy = Nested(domain),
        CertificateArn = Text("CertificateArn") ?? "",
        CertificateStatus = Text("CertificateStatus") ?? "",
        AccountId = Text("AccountId") ?? "",
        BucketRegion = Text("BucketRegion") ?? "",
        AssetBucket = Text("AssetBucket") ?? "",
        LogBucket = Text("LogBucket") ?? "",
        DistributionId = Text("DistributionId") ?? "",
        DistributionDomainName = Text("DistributionDomainName") ?? "",
        HostedZoneId = Text("HostedZoneId") ?? "",
        PolicyId = Text("PolicyId") ?? "",
        EnforceReason = Text("EnforceReason") ?? "",
        PolicyUrl = Text("PolicyUrl") ?? "",
        LogoUrl = Text("LogoUrl") ?? "",
        MarkCertificateUrl = Text("MarkCertificateUrl") ?? "",
        WaitingFor = Text("WaitingFor") ?? "",
    };

    private MtaStsPolicy? Policy()
    {
        var stack = Value("Stack") is { } given ? given as EmailSecurityStack ?? Object<EmailSecurityStack>("Stack")?.Stack() : null;
        return Parse(Text("Text"), Text("Domain") ?? "")?.With(stack: stack);
    }

    // Where the depth ends an object is its text, and a policy's is the policy.
    private MtaStsPolicy? Nested(string domain) => Value("Policy") switch
    {
        null => null,
        string text => Parse(text, domain),
        MtaStsPolicy whole => whole,
        PSObject bag when Is<MtaStsPolicy>(bag) => new DeserializedObject(bag, path + "Policy.", lost).Policy(),
        _ => Lose<MtaStsPolicy>("Policy"),
    };

    private MtaStsPolicy? Parse(string? text, string domain)
        => (text is null ? null : MtaStsPolicy.Check(text, domain).Value as MtaStsPolicy) ?? Lose<MtaStsPolicy>("Text");

    private StackAsset? Asset(string name) => Value(name) switch
    {
        null => null,
        StackAsset whole => whole,
        _ => Object<StackAsset>(name) is not { } asset ? null
            : asset.Value(nameof(StackAsset.Bytes)) is byte[] content ? new StackAsset(asset.Text("Name") ?? name, content) : Lose<StackAsset>(name),
    };

    private DeserializedObject? Object<T>(string name)
    {
        if (Value(name) is PSObject bag && Is<T>(bag))
        {
            return new DeserializedObject(bag, path + name + ".", lost);
        }

        Lose(name);
        return null;
    }

    private bool Flag(string name) => Value(name) is bool flag ? flag : Lose<object>(name) is not null;

    private string? Text(string name) => Value(name) switch
    {
        null => null,
        string text => text,
        PSObject { BaseObject: string text } => text,
        _ => Lose<string>(name),
    };

    private long? Number(string name) => Value(name) switch
    {
        null => null,
        int number => number,
        long number => number,
        string text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => LoseValue<long>(name),
    };

    private T? Enumeration<T>(string name)
        where T : struct, Enum
        => Value(name) is not { } value ? null
            : Enum.TryParse<T>((value is PSObject wrapped ? wrapped.BaseObject : value).ToString(), out var parsed) && Enum.IsDefined(parsed) ? parsed
            : LoseValue<T>(name);

    private IReadOnlyList<string>? Words(string name) => (Value(name) is PSObject wrapped ? wrapped.BaseObject : Value(name)) switch
    {
        null => null,
        not string and IEnumerable list => [.. list.Cast<object>().Select(i => i.ToString() ?? "")],
        _ => Lose<IReadOnlyList<string>>(name),
    };

    private SortedDictionary<string, string>? Table(string name)
    {
        switch (Value(name) is PSObject wrapped ? wrapped.BaseObject : Value(name))
        {
            case null:
                return null;
            case IDictionary table:
                var tags = new SortedDictionary<string, string>(StringComparer.Ordinal);
                foreach (DictionaryEntry entry in table)
                {
                    tags[entry.Key.ToString() ?? ""] = entry.Value?.ToString() ?? "";
                }

                return tags;
            default:
                return Lose<SortedDictionary<string, string>>(name);
        }
    }

    private object? Value(string name)
    {
        if (source?.Properties[name] is not { } property)
        {
            Lose(name);
            return null;
        }

        // A property bag keeps its wrapper, which has its type names; plain values are taken out of theirs.
        return property.Value is PSObject { BaseObject: not PSCustomObject } plain && plain.TypeNames.All(t => !t.StartsWith(Prefix, StringComparison.Ordinal))
            ? plain.BaseObject
            : property.Value;
    }

    private void Lose(string name) => lost.Add(path + name);

    private T? Lose<T>(string name)
        where T : class
    {
        Lose(name);
        return null;
    }

    private T? LoseValue<T>(string name)
        where T : struct
    {
        Lose(name);
        return null;
    }
}
