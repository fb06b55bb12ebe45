using EmailSecurity.Ports;

namespace EmailSecurity.Tests.Stacks;

/// <summary>DNS, HTTPS and SMTP as a test writes them; AWS is not there. Notes what was asked.</summary>
internal sealed class DnsScript : IEmailSecurityServices, IResolver, IFetcher, ISmtpProbe
{
    private readonly Dictionary<(string, DnsRecordType), DnsAnswer> answers = [];

    public List<string> Asked { get; } = [];

    public List<string> Probed { get; } = [];

    /// <summary>By URL; a request that goes straight to another host has that host in front.</summary>
    public Dictionary<string, FetchResult> Pages { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, SmtpOutcome> Servers { get; } = new(StringComparer.Ordinal);

    public string Region => "eu-central-1";

    public IAccount Account => null!;

    public IBuckets Buckets => null!;

    public IObjects Objects => null!;

    public IDistributions Distributions => null!;

    public ICertificates Certificates => null!;

    public IZones Zones => null!;

    public IResolver Resolver => this;

    public IFetcher Fetcher => this;

    public ISmtpProbe SmtpProbe => this;

    public static DnsAnswer Answer(DnsRecordType type, params string[] values)
        => new() { Status = DnsStatus.NoError, Records = [.. values.Select(v => new DnsRecord("", type, 300, v, type == DnsRecordType.MX ? 10 : 0))] };

    public DnsScript With(string name, DnsRecordType type, params string[] values) => With(name, type, Answer(type, values));

    public DnsScript With(string name, DnsRecordType type, DnsAnswer answer)
    {
        answers[(name, type)] = answer;
        return this;
    }

    public Task<DnsAnswer> QueryAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        lock (Asked)
        {
            Asked.Add($"{name} {type}");
        }

        var exists = answers.Keys.Any(k => k.Item1 == name);
        return Task.FromResult(answers.GetValueOrDefault((name, type)) ?? new DnsAnswer { Status = exists ? DnsStatus.NoError : DnsStatus.NxDomain });
    }

    public Task<FetchResult> FetchAsync(FetchRequest request, CancellationToken cancellationToken)
        => Task.FromResult(Pages.GetValueOrDefault((request.ConnectHost is { } host ? host + " " : "") + request.Url) ?? new FetchResult { Outcome = FetchOutcome.ConnectionRefused, Detail = "refused" });

    public Task<SmtpProbeResult> ProbeAsync(string host, int port, TimeSpan timeout, CancellationToken cancellationToken)
    {
        lock (Probed)
        {
            Probed.Add($"{host}:{port}");
        }

        return Task.FromResult(new SmtpProbeResult { Host = host, Outcome = Servers.GetValueOrDefault(host, SmtpOutcome.Blocked) });
    }

    public void Dispose()
    {
    }
}
