using EmailSecurity.Findings;
using EmailSecurity.Live;
using EmailSecurity.Ports;
using EmailSecurity.Sandbox.Dns;
using EmailSecurity.Sandbox.Edge;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Tests.Engine;
using EmailSecurity.Tests.Net;
using EmailSecurity.Tests.Support;
using TestResult = EmailSecurity.Findings.TestResult;

namespace EmailSecurity.Tests.Live;

/// <summary>One sandbox for a class; each test has a domain of its own in it, right in every respect but the one that the test breaks.</summary>
public sealed class LiveWorld : IAsyncLifetime
{
    public const string Policy = "version: STSv1\r\nmode: enforce\r\nmx: mx1.@\r\nmax_age: 604800\r\n";

    private static readonly HashSet<string> Markers = [.. Enum.GetNames<DnsFault>().Select(n => n.ToUpperInvariant()), "SECURE"];

    private readonly ServicesFactory factory = new();
    private SandboxServer? sandbox;
    private IEmailSecurityServices? edge;
    private IEmailSecurityServices? direct;
    private EngineSession? engine;
    private string roots = "";
    private int domains;

    public SandboxServer Sandbox => sandbox!;

    /// <summary>Everything by HTTPS goes to the sandbox's edge.</summary>
    public IEmailSecurityServices Edge => edge!;

    /// <summary>HTTPS goes where DNS says.</summary>
    public IEmailSecurityServices Direct => direct!;

    /// <summary>The commands, in an engine that the class shares.</summary>
    public EngineSession Engine => engine ??= EngineSession.Open(Sandbox);

    /// <summary>Root of certificates that a test serves itself; trusted beside the sandbox's.</summary>
    public TestAuthority Root { get; } = new();

    /// <summary>PEM file of the roots that are trusted: the sandbox's and <see cref="Root"/>.</summary>
    public string Roots => roots;

    private Emulation Emulation => Sandbox.Emulation;

    public async ValueTask InitializeAsync()
    {
        sandbox = await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken);
        roots = Path.GetTempFileName();
        await File.WriteAllTextAsync(roots, $"{await File.ReadAllTextAsync(Sandbox.TrustedRoot)}\n{Root.Certificate.ExportCertificatePem()}\n");
        edge = Connect(Sandbox.ConnectTo);
        direct = Connect(null);
    }

    public async ValueTask DisposeAsync()
    {
        if (engine is not null)
        {
            await engine.DisposeAsync();
        }

        edge?.Dispose();
        direct?.Dispose();
        if (sandbox is not null)
        {
            await sandbox.DisposeAsync();
        }

        File.Delete(roots);
    }

    public IEmailSecurityServices Connect(string? connectTo, bool allowPrivateNetwork = true) => factory.Create(
        new ConnectionSettings { NameServer = Sandbox.NameServer, TrustedRoot = roots, ConnectTo = connectTo, AllowPrivateNetwork = allowPrivateNetwork },
        TimeProvider.System);

    public LiveChecks Checks(LiveOptions? options = null, IEmailSecurityServices? services = null, IResolver? resolver = null)
    {
        var with = services ?? Edge;
        return new LiveChecks(resolver ?? with.Resolver, with.Fetcher, with.SmtpProbe, TimeProvider.System, options ?? new LiveOptions());
    }

    /// <summary>A domain with everything; <c>@</c> in names and values stands for it. A record set given replaces the usual one at its name (without values: takes it away); a marker comes before what is there.</summary>
    public string Put(params (string Name, string Type, string[] Values)[] changes)
    {
        var domain = $"d{Interlocked.Increment(ref domains)}.example";
        (string Name, string Type, string[] Values)[] usual =
        [
            ("@", "MX", ["10 mx1.@."]),
            ("mx1.@", "A", ["127.0.0.1"]),
            ("_mta-sts.@", "TXT", ["\"v=STSv1; id=1;\""]),
            ("_smtp._tls.@", "TXT", ["\"v=TLSRPTv1; rua=mailto:tls@@,https://reports.@/v1\""]),
            ("_dmarc.@", "TXT", ["\"v=DMARC1; p=reject\""]),
            ("default._bimi.@", "TXT", ["\"v=BIMI1; l=https://logo.@/logo.svg; a=https://mark.@/mark.pem\""]),
        ];
        (string Name, string Type, string[] Values)[] all = [.. changes, .. usual.Where(u => !changes.Any(c => c.Name == u.Name && !Markers.Contains(c.Type)))];
        Emulation.PutThirdPartyZone(domain, [.. all.Where(r => r.Values is not [""]).Select(r => new ZoneRecord(At(r.Name, domain), r.Type, 60, [.. r.Values.Select(v => At(v, domain))]))]);
        Site(domain, "mta-sts", "/.well-known/mta-sts.txt", new SiteResponse { Body = At(Policy, domain), Headers = Type("text/plain") });
        return domain;
    }

    /// <summary>A zone with just these records.</summary>
    public void Zone(string zone, params (string Name, string Type, string[] Values)[] records) => Emulation.PutThirdPartyZone(zone, [.. records.Select(r => new ZoneRecord(r.Name, r.Type, 60, r.Values))]);

    /// <summary>A site below a domain with one file.</summary>
    public void Site(string domain, string label, string path, SiteResponse answer, Func<SiteDefinition, SiteDefinition>? change = null)
    {
        var site = new SiteDefinition { Http = new Dictionary<string, SiteResponse>(StringComparer.Ordinal) { [path] = answer } };
        Emulation.PutSite($"{label}.{domain}", change is null ? site : change(site));
    }

    /// <summary>The presentation form of a TXT value, in strings of 255 octets; what is no printable ASCII, and the sign that stands for the domain, by its octets (RFC 1035 section 5.1: \DDD, in decimal).</summary>
    public static string Txt(string value) => string.Join(' ', System.Text.Encoding.UTF8.GetBytes(value).Chunk(255).DefaultIfEmpty([]).Select(c => "\"" + string.Concat(c.Select(b => b is >= 0x20 and < 0x7f and not (byte)'"' and not (byte)'\\' and not (byte)'@' ? ((char)b).ToString() : "\\" + b.ToString("D3", System.Globalization.CultureInfo.InvariantCulture))) + "\""));

    /// <summary>Another policy text; <c>@</c> stands for the domain.</summary>
    public void PolicyText(string domain, string text) => Site(domain, "mta-sts", "/.well-known/mta-sts.txt", new SiteResponse { Body = At(text, domain), Headers = Type("text/plain") });

    public static IReadOnlyDictionary<string, string> Type(string value) => new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Content-Type"] = value };

    /// <summary>The one finding of this code, which has all that a finding must have.</summary>
    public static Finding Has(TestResult result, string code, FindingSeverity severity)
    {
        var finding = Assert.Single(result.Findings, f => f.Code == code);
        Assert.True(severity == finding.Severity, finding.ToString());
        Assert.NotEqual("", finding.Standard);
        Assert.NotEqual("", finding.Section);
        Assert.NotEqual("", finding.Message);
        Assert.NotNull(finding.Location);
        if (severity != FindingSeverity.Information)
        {
            Assert.NotEqual("", finding.Fix);
        }

        if (severity == FindingSeverity.Error)
        {
            Assert.True(Consequence.All.Any(c => finding.Message.Contains(c, StringComparison.Ordinal)), $"What comes of it is not said: {finding.Message}");
        }

        return finding;
    }

    // Doubled where a mail address needs the sign itself.
    private static string At(string text, string domain) => text.Replace("@@", "\u0001" + domain, StringComparison.Ordinal).Replace("@", domain, StringComparison.Ordinal).Replace('\u0001', '@');
}
