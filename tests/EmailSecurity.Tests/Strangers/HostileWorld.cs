using System.Text;
using CsCheck;
using EmailSecurity.Ports;

namespace EmailSecurity.Tests.Strangers;

/// <summary>DNS, web and mail as a stranger may answer: now and then right, and every text of it may hold anything.</summary>
internal sealed class HostileWorld(Gen<string> hostile, uint seed, DnsStatus[] statuses, FetchOutcome[] fetches, SmtpOutcome[] mails) : IResolver, IFetcher, ISmtpProbe
{
    private readonly Random random = new((int)seed);
    private readonly string[] texts = Texts(hostile, seed);

    public Task<DnsAnswer> QueryAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        lock (random)
        {
            if (random.Next(4) == 0)
            {
                return Task.FromResult(new DnsAnswer { Status = statuses[random.Next(statuses.Length)], Detail = Text(), CnameChain = [Text()] });
            }

            DnsRecord[] records = [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => new DnsRecord(random.Next(5) == 0 ? Text() : name, type, 300, Value(name, type)))];
            return Task.FromResult(new DnsAnswer { Status = DnsStatus.NoError, Records = records, CnameChain = random.Next(3) == 0 ? [Text()] : [] });
        }
    }

    public Task<FetchResult> FetchAsync(FetchRequest request, CancellationToken cancellationToken)
    {
        lock (random)
        {
            var isWhole = random.Next(3) > 0;
            int[] codes = [200, 200, 301, 403, 404, 429, 503, 521];
            return Task.FromResult(new FetchResult
            {
                Outcome = isWhole ? FetchOutcome.Response : fetches[random.Next(fetches.Length)],
                StatusCode = codes[random.Next(codes.Length)],
                ContentType = random.Next(3) == 0 ? Text() : request.Url.AbsolutePath.EndsWith(".svg", StringComparison.Ordinal) ? "image/svg+xml" : "text/plain",
                ContentEncoding = random.Next(5) == 0 ? Text() : "",
                RedirectLocation = Text(),
                Challenge = random.Next(5) == 0 ? Text() : "",
                Detail = random.Next(2) == 0 ? $"{request.Url.Host}: {Text()}" : Text(),
                CertificateNames = [Text(), request.Url.Host],
                CertificateNotAfter = DateTimeOffset.UtcNow.AddDays(random.Next(-3, 90)),
                TlsVersion = "1.3",
                Body = Encoding.UTF8.GetBytes(random.Next(3) == 0 ? Text() : $"version: STSv1\nmode: enforce\nmx: {Text()}\nmx: mx1.example.com\nmax_age: 86400\n{Text()}: {Text()}\n"),
            });
        }
    }

    public Task<SmtpProbeResult> ProbeAsync(string host, int port, TimeSpan timeout, CancellationToken cancellationToken)
    {
        lock (random)
        {
            return Task.FromResult(new SmtpProbeResult
            {
                Outcome = mails[random.Next(mails.Length)],
                Host = host,
                Detail = $"{host}: {Text()}",
                CertificateNames = [Text()],
                TlsVersion = random.Next(2) == 0 ? "1.2" : "",
                CertificateNotAfter = DateTimeOffset.UtcNow.AddDays(random.Next(-3, 90)),
            });
        }
    }

    private string Value(string name, DnsRecordType type) => type switch
    {
        DnsRecordType.MX => random.Next(2) == 0 ? $"10 {Text()}" : "10 mx1.example.com",
        DnsRecordType.A => random.Next(3) == 0 ? Text() : "192.0.2.1",
        DnsRecordType.CAA => $"0 issue \"{Text()}\"",
        DnsRecordType.TXT when random.Next(4) == 0 => Text(),
        DnsRecordType.TXT when name.StartsWith("_mta-sts", StringComparison.Ordinal) => $"v=STSv1; id=1; {Text()}",
        DnsRecordType.TXT when name.StartsWith("_smtp", StringComparison.Ordinal) => $"v=TLSRPTv1; rua=mailto:a@{Text()},https://reports.example.com/{Text()}",
        DnsRecordType.TXT when name.StartsWith("_dmarc", StringComparison.Ordinal) => $"v=DMARC1; p=reject; {Text()}={Text()}",
        DnsRecordType.TXT => $"v=BIMI1; l=https://logo.example.com/l.svg; a=https://mark.example.com/{Text()}.pem",
        _ => Text(),
    };

    private string Text() => texts[random.Next(texts.Length)];

    private static string[] Texts(Gen<string> hostile, uint seed)
    {
        var source = new PCG(seed);
        return [.. Enumerable.Range(0, 32).Select(_ => hostile.Generate(source, null, out var _))];
    }
}
