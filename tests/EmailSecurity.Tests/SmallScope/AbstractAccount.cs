using System.Globalization;
using System.Text;
using EmailSecurity.Ports;
using EmailSecurity.Text;

namespace EmailSecurity.Tests.SmallScope;

/// <summary>
/// The module's ports over <see cref="AccountFacts"/>: what the observer reads is made from the facts, and what a step calls changes them. AWS and DNS answer
/// at once; what AWS takes time for is done when <see cref="Settle"/> says so.
/// </summary>
internal sealed partial class AbstractAccount : TimeProvider, IEmailSecurityServices, IAccount, IResolver, IFetcher, ISmtpProbe
{
    private static readonly CallerIdentity Caller = new(AccountFacts.Account, $"arn:aws:iam::{AccountFacts.Account}:user/ops", "aws");

    /// <summary>What is so now.</summary>
    public required AccountFacts Facts { get; set; }

    public string Region => AccountFacts.Region;

    public IAccount Account => this;

    public IBuckets Buckets => this;

    public IObjects Objects => null!;

    public IDistributions Distributions => this;

    public ICertificates Certificates => this;

    public IZones Zones => this;

    public IResolver Resolver => this;

    public IFetcher Fetcher => this;

    public ISmtpProbe SmtpProbe => this;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Facts.Now;

    public override long GetTimestamp() => Facts.Now.UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        => throw new NotSupportedException("Nothing in the small world waits for a timer.");

    public void Dispose()
    {
    }

    public Task<CallerIdentity> GetCallerIdentityAsync(CancellationToken cancellationToken) => Task.FromResult(Caller);

    public Task<DnsAnswer> QueryAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        IEnumerable<DnsRecord> records = type switch
        {
            DnsRecordType.MX => (Facts.Record(name, "MX")?.Values ?? [])
                .Select(v => new DnsRecord(name, type, 300, v.Split(' ')[1].TrimEnd('.'), Preference(v))),
            DnsRecordType.TXT => (Facts.Record(name, "TXT")?.Values ?? []).Select(v => new DnsRecord(name, type, 300, TxtStrings.Unquote(v))),
            DnsRecordType.CNAME => (Facts.Record(name, "CNAME")?.Values ?? []).Select(v => new DnsRecord(name, type, 300, v.TrimEnd('.'))),
            DnsRecordType.A when IsMailServer(name) => [new DnsRecord(name, type, 300, "203.0.113.25")],
            DnsRecordType.A or DnsRecordType.AAAA when Facts.Record(name, type.ToString()) is { AliasTarget: not null } =>
                [new DnsRecord(name, type, 60, type == DnsRecordType.A ? "203.0.113.80" : "2001:db8::80")],
            _ => [],
        };
        DnsRecord[] all = [.. records];
        var exists = all.Length > 0 || IsMailServer(name) || Facts.Records.Values.Any(r => r.Name == name);
        return Task.FromResult(new DnsAnswer { Status = exists ? DnsStatus.NoError : DnsStatus.NxDomain, Records = all });
    }

    // The edge location that answers the module has the newest there is; senders may meet another (AccountFacts.EdgeAnswers).
    public Task<FetchResult> FetchAsync(FetchRequest request, CancellationToken cancellationToken)
    {
        var isOwnName = request.Url.Host == Facts.Distribution?.DomainName; // under which a distribution answers whatever its other names are
        var reaches = isOwnName ? Facts.Distribution!.Settings.Enabled
            : Facts.IsServing && (request.ConnectHost is { } host ? host == Facts.Distribution!.DomainName : Facts.LeadsToUs);
        var text = reaches ? Facts.OriginText : null;
        return Task.FromResult(text is null
            ? new FetchResult { Outcome = reaches ? FetchOutcome.Response : FetchOutcome.NameNotResolved, StatusCode = reaches ? 403 : 0 }
            : new FetchResult { Outcome = FetchOutcome.Response, StatusCode = 200, ContentType = "text/plain", Body = Encoding.UTF8.GetBytes(text) });
    }

    public Task<SmtpProbeResult> ProbeAsync(string host, int port, TimeSpan timeout, CancellationToken cancellationToken)
        => Task.FromResult(new SmtpProbeResult { Outcome = SmtpOutcome.Secure, Host = host });

    /// <summary>AWS finishes what it is at.</summary>
    public static AccountFacts Settle(AccountFacts facts) => facts with
    {
        Stale = facts.Stale.Clear(),
        Distribution = facts.Distribution is { IsDeployed: false } dist ? dist with { IsDeployed = true } : facts.Distribution,
        Certificates = facts.Certificates.ConvertAll(c => c.Status == CertificateStatus.PendingValidation && IsValidated(facts, c)
            ? c with { Status = CertificateStatus.Issued, NotAfter = facts.Now.AddDays(198) } : c),
    };

    /// <summary>Time passes, AWS finishes what it is at, and senders look.</summary>
    public static AccountFacts Pass(AccountFacts facts, DateTimeOffset until)
    {
        facts = Settle(facts) with { Now = until };
        return (facts with { Certificates = facts.Certificates.ConvertAll(c => Aged(facts, c)) }).SendersLook();
    }

    // A certificate in use is renewed as long as its validation records are there; one that waits for them does so for 72 hours.
    private static CertificateFacts Aged(AccountFacts facts, CertificateFacts c) => c.Status switch
    {
        CertificateStatus.Issued when c.NotAfter <= facts.Now => IsUsed(facts, c) && IsValidated(facts, c)
            ? c with { NotAfter = facts.Now.AddDays(198) } : c with { Status = CertificateStatus.Expired },
        CertificateStatus.PendingValidation when facts.Now - c.RequestedAt > TimeSpan.FromDays(3) => c with { Status = CertificateStatus.ValidationTimedOut },
        _ => c,
    };

    private static bool IsValidated(AccountFacts facts, CertificateFacts certificate)
        => certificate.Validation.All(v => facts.Record(v.Name, "CNAME") is { } set && set.Values.SequenceEqual([v.Value]));

    private static bool IsUsed(AccountFacts facts, CertificateFacts c)
        => facts.Distribution?.Settings.CertificateArn == c.Arn || facts.Foreign?.Settings.CertificateArn == c.Arn;

    private static int Preference(string mx) => int.Parse(mx.Split(' ')[0], CultureInfo.InvariantCulture);

    private static bool IsMailServer(string name) => name.StartsWith("mx", StringComparison.Ordinal) && name.EndsWith("." + AccountFacts.Domain, StringComparison.Ordinal);
}
