using System.Net;
using System.Security.Cryptography;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.Dns;

namespace EmailSecurity.Sandbox.CloudFront;

/// <summary>An origin access control.</summary>
public sealed record OriginAccessControl(string Id, string AccountId, string ETag, XElement Config)
{
    private static readonly XNamespace Ns = CloudFrontService.Ns;

    /// <summary>Name, unique in the account.</summary>
    public string Name => Config.Element(Ns + "Name")?.Value ?? "";

    /// <summary><c>s3</c>, ...</summary>
    public string OriginType => Config.Element(Ns + "OriginAccessControlOriginType")?.Value ?? "";

    /// <summary><c>always</c>, <c>never</c> or <c>no-override</c>.</summary>
    public string SigningBehavior => Config.Element(Ns + "SigningBehavior")?.Value ?? "";
}

/// <summary>A move of an alternate domain name that viewers see between two moments.</summary>
public sealed record AliasMove(Distribution Source, Distribution Target, DateTimeOffset From, DateTimeOffset Until)
{
    private const int Turns = 6;

    /// <summary>
    /// Which of both answers a viewer at a time. While the change reaches the edge locations, one viewer meets one that has it, the next one that has not.
    /// </summary>
    public Distribution At(DateTimeOffset now) =>
        now >= Until || (now > From && (int)((now - From) / (Until - From) * Turns) % 2 == 1) ? Target : Source;
}

/// <summary>Distributions, origin access controls and identities of every account.</summary>
public sealed class CloudFrontStore(SandboxClock clock, DnsCatalog dns, Lock gate)
{
    /// <summary>From a change to Deployed.</summary>
    public static readonly TimeSpan DeployTime = TimeSpan.FromSeconds(240);

    /// <summary>From CreateInvalidation to Completed.</summary>
    public static readonly TimeSpan InvalidationTime = TimeSpan.FromSeconds(30);

    private const string Suffix = "cloudfront.net";
    private const string DnsSource = "cloudfront";
    private const string Capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    // The edge listens on 127.0.0.1 only; its IPv4-mapped address connects there from an IPv6 socket.
    private static readonly byte[] Ipv4 = IPAddress.Loopback.GetAddressBytes();
    private static readonly byte[] Ipv6 = IPAddress.Loopback.MapToIPv6().GetAddressBytes();

    private readonly Dictionary<string, Distribution> distributions = new(StringComparer.Ordinal);
    private long sequence;

    /// <summary>Held while anything here is read or changed; shared with ACM, as each asks the other.</summary>
    public Lock Gate => gate;

    /// <summary>Now.</summary>
    public DateTimeOffset Now => clock.Now;

    /// <summary>Every distribution. Under <see cref="Gate"/>.</summary>
    public IReadOnlyCollection<Distribution> All => distributions.Values;

    /// <summary>Origin access controls by id. Under <see cref="Gate"/>.</summary>
    public Dictionary<string, OriginAccessControl> Controls { get; } = new(StringComparer.Ordinal);

    /// <summary>Origin access identities by id. Under <see cref="Gate"/>.</summary>
    public Dictionary<string, OriginAccessIdentity> Identities { get; } = new(StringComparer.Ordinal);

    /// <summary>The last move of each alternate domain name. Under <see cref="Gate"/>.</summary>
    public Dictionary<string, AliasMove> Moves { get; } = new(StringComparer.Ordinal);

    /// <summary>Rises with every change of a distribution: for what the edge keeps at hand.</summary>
    public long Version { get; private set; }

    /// <summary>A fresh id with a prefix letter.</summary>
    public static string NewId(string prefix) => prefix + RandomNumberGenerator.GetString(Capitals, 13);

    /// <summary>True where a distribution has the <c>*.cloudfront.net</c> name (kept form).</summary>
    public bool HasDomainName(string name)
    {
        lock (Gate)
        {
            return distributions.Values.Any(d => d.DomainName == name);
        }
    }

    /// <summary>A distribution of an account. Under <see cref="Gate"/>.</summary>
    /// <exception cref="AwsRuleException">NoSuchDistribution.</exception>
    public Distribution Find(string id, string accountId) =>
        distributions.TryGetValue(id, out var found) && found.AccountId == accountId
            ? found
            : throw new AwsRuleException(404, "NoSuchDistribution", "The specified distribution does not exist.");

    /// <summary>ARNs of the distributions that use a certificate.</summary>
    public IReadOnlyList<string> UsersOf(string certificateArn)
    {
        lock (Gate)
        {
            return [.. distributions.Values.Where(d => d.Uses(certificateArn, Now)).Select(d => d.Arn)];
        }
    }

    /// <summary>Adds a distribution. Under <see cref="Gate"/>.</summary>
    public Distribution Add(string accountId, XElement config)
    {
        var now = Now;
        var distribution = new Distribution
        {
            Id = NewId("E"),
            AccountId = accountId,
            DomainName = "d" + RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 13) + "." + Suffix,
            Sequence = ++sequence,
            Config = config,
            ETag = NewId("E"),
            LastModified = now,
            DeployedAt = now + clock.Scaled(DeployTime),
            Edge = EdgeConfig.Read(config),
        };
        distributions[distribution.Id] = distribution;
        Changed();
        return distribution;
    }

    /// <summary>Replaces a configuration; the edge serves the old one until the new is deployed. Under <see cref="Gate"/>.</summary>
    public void Update(Distribution distribution, XElement config)
    {
        var now = Now;
        distribution.PreviousEdge = distribution.EdgeAt(now);
        distribution.Config = config;
        distribution.Edge = EdgeConfig.Read(config);
        distribution.ETag = NewId("E");
        distribution.LastModified = now;
        distribution.DeployedAt = now + clock.Scaled(DeployTime);
        Changed();
    }

    /// <summary>
    /// Moves an alternate domain name: at once for whoever asks CloudFront, edge location by edge location for viewers. Under <see cref="Gate"/>.
    /// </summary>
    public void Move(string alias, Distribution source, Distribution target)
    {
        Update(source, ConfigXml.WithAliases(source.Config, [.. source.Edge.Aliases.Where(a => a != alias)]));
        Update(target, ConfigXml.WithAliases(target.Config, [.. target.Edge.Aliases, alias]));
        Moves[alias] = new AliasMove(source, target, Now, target.DeployedAt);
    }

    /// <summary>True where DNS shows a TXT record with this text.</summary>
    public bool HasText(string name, string text) => dns.Resolve(name, DnsType.Txt).OfType(DnsType.Txt).SelectMany(s => s.Data)
        .Any(d => System.Text.Encoding.ASCII.GetString(d.AsSpan(1)) == text);

    /// <summary>Removes a distribution. Under <see cref="Gate"/>.</summary>
    public void Remove(Distribution distribution)
    {
        distributions.Remove(distribution.Id);
        Changed();
    }

    /// <summary>When an invalidation made now is complete.</summary>
    public DateTimeOffset InvalidationCompleteAt() => Now + clock.Scaled(InvalidationTime);

    private void Changed()
    {
        Version++;
        var sets = new List<DnsRecordSet>();
        foreach (var distribution in distributions.Values)
        {
            sets.Add(new DnsRecordSet(distribution.DomainName, DnsType.A, 60, [Ipv4]));
            if (distribution.Edge.IsIpv6Enabled)
            {
                sets.Add(new DnsRecordSet(distribution.DomainName, DnsType.Aaaa, 60, [Ipv6]));
            }
        }
        dns.Zones.Put(Suffix, DnsSource, rank: 0, [new ZoneVersion(DateTimeOffset.MinValue, new ZoneView(Suffix, sets))]);
    }
}
