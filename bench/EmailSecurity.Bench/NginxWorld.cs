using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DnsClient;
using EmailSecurity.Sandbox.Edge;
using EmailSecurity.Sandbox.Tls;

/// <summary>
/// The live bench's domains on servers of the trade: one zone at nsd, and one nginx server for each host, with a certificate of its own.
/// For loopback only. Everything is in a folder of its own, which goes with it.
/// </summary>
internal sealed class NginxWorld : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("live-bench-");
    private readonly SandboxCa authority = new(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
    private readonly StringBuilder hosts = new();
    private readonly StringBuilder zone = new("$ORIGIN .\n$TTL 300\nexample. SOA ns.example. admin.example. 1 3600 600 86400 300\nexample. NS ns.example.\nns.example. A 127.0.0.1\n");
    private readonly List<Process> servers = [];

    /// <summary>True where both servers are installed.</summary>
    public static bool IsInstalled => Find("nsd") is not null && Find("nginx") is not null;

    public string NameServer { get; } = "127.0.0.1:" + FreePort();

    public string ConnectTo { get; } = "127.0.0.1:" + FreePort();

    public string TrustedRoot => Path.Combine(folder.FullName, "root.pem");

    public void PutDomain(LiveDomain domain)
    {
        foreach (var record in domain.Zone())
        {
            foreach (var value in record.Values)
            {
                zone.Append(CultureInfo.InvariantCulture, $"{record.Name}. {record.Type} {value}\n");
            }
        }

        domain.PutSites(PutSite);
    }

    private void PutSite(string host, SiteDefinition definition)
    {
        var site = folder.CreateSubdirectory(host);
        zone.Append(CultureInfo.InvariantCulture, $"{host}. A 127.0.0.1\n");
        var now = DateTimeOffset.UtcNow;
        var spec = new CertificateSpec
        {
            Names = definition.Certificate.Names is { Count: > 0 } names ? names : [host],
            NotBefore = definition.Certificate.NotBefore ?? now.AddDays(-1),
            NotAfter = definition.Certificate.NotAfter ?? now.AddDays(90),
            IsTrusted = definition.Certificate.Trusted,
        };
        using (var certificate = authority.Issue(spec))
        {
            var chain = new StringBuilder(certificate.ExportCertificatePem()).Append('\n');
            foreach (var issuer in authority.Context(certificate).IntermediateCertificates)
            {
                chain.Append(issuer.ExportCertificatePem()).Append('\n');
            }

            File.WriteAllText(Path.Combine(site.FullName, "chain.pem"), chain.ToString());
            using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(certificate)!;
            File.WriteAllText(Path.Combine(folder.FullName, "key.pem"), key.ExportPkcs8PrivateKeyPem()); // one key for all leaves
        }

        hosts.Append(CultureInfo.InvariantCulture, $"server {{ listen {ConnectTo} ssl; server_name {host}; root {site.FullName}/www; ssl_certificate {site.FullName}/chain.pem; ssl_certificate_key {folder.FullName}/key.pem;");
        foreach (var (path, response) in definition.Http)
        {
            if (response.Status is >= 300 and < 400)
            {
                hosts.Append(CultureInfo.InvariantCulture, $" location = {path} {{ return {response.Status} {response.Headers["Location"]}; }}");
                continue;
            }

            var file = Path.Combine(site.FullName, "www", path.TrimStart('/'));
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, response.Body);
        }

        hosts.Append(" }\n");
    }

    /// <summary>Starts both servers and waits until they answer.</summary>
    public async Task StartAsync(LiveDomain some)
    {
        var at = folder.FullName;
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(at, folder.UnixFileMode | UnixFileMode.OtherRead | UnixFileMode.OtherExecute); // nginx started by root serves as nobody
        }

        await File.WriteAllTextAsync(TrustedRoot, authority.RootPem);
        await File.WriteAllTextAsync(Path.Combine(at, "example.zone"), zone.ToString());
        await File.WriteAllTextAsync(Path.Combine(at, "nsd.conf"), $"""
            server:
              ip-address: {NameServer.Replace(':', '@')}
              server-count: 1
              username: ""
              zonesdir: "{at}"
              database: ""
              pidfile: "{at}/nsd.pid"
              logfile: "{at}/nsd.log"
              xfrdfile: "{at}/xfrd.state"
              zonelistfile: "{at}/zone.list"
              xfrdir: "{at}"
              rrl-ratelimit: 0
            remote-control:
              control-enable: no
            zone:
              name: "example."
              zonefile: "example.zone"

            """);
        await File.WriteAllTextAsync(Path.Combine(at, "nginx.conf"), $$"""
            worker_processes 2; worker_rlimit_nofile 20000; daemon off; pid {{at}}/nginx.pid; error_log {{at}}/nginx.log crit;
            events { worker_connections 8192; }
            http {
              access_log off; server_names_hash_max_size 65536; server_names_hash_bucket_size 128; types { text/plain txt; image/svg+xml svg; }
              client_body_temp_path {{at}}/t1; proxy_temp_path {{at}}/t2; fastcgi_temp_path {{at}}/t3; uwsgi_temp_path {{at}}/t4; scgi_temp_path {{at}}/t5;
              ssl_protocols TLSv1.2 TLSv1.3; keepalive_timeout 10s;
              {{hosts}}
            }

            """);
        servers.Add(Process.Start(new ProcessStartInfo(Find("nsd")!, ["-d", "-c", Path.Combine(at, "nsd.conf")]) { RedirectStandardError = true, RedirectStandardOutput = true })!);
        servers.Add(Process.Start(new ProcessStartInfo(Find("nginx")!, ["-p", at, "-e", at + "/nginx.log", "-c", Path.Combine(at, "nginx.conf")]) { RedirectStandardError = true, RedirectStandardOutput = true })!);

        using var limit = new CancellationTokenSource(StartLimit);
        var dns = new LookupClient(new LookupClientOptions(IPEndPoint.Parse(NameServer)) { UseCache = false, ThrowDnsErrors = false, Timeout = TimeSpan.FromSeconds(1), Retries = 0 });
        await UntilAsync(async () => (await dns.QueryAsync(some.Name, QueryType.MX, cancellationToken: limit.Token)).Answers.Count > 0, limit.Token);
        await UntilAsync(async () =>
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPEndPoint.Parse(ConnectTo), limit.Token);
            return true;
        }, limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in servers)
        {
            if (!server.HasExited)
            {
                server.Kill(entireProcessTree: true);
            }

            await server.WaitForExitAsync();
            server.Dispose();
        }

        authority.Dispose();
        folder.Delete(recursive: true);
    }

    private async Task UntilAsync(Func<Task<bool>> isReady, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (servers.Find(s => s.HasExited) is { } dead)
            {
                throw new InvalidOperationException($"{Path.GetFileName(dead.StartInfo.FileName)} ended: {await dead.StandardError.ReadToEndAsync(cancellationToken)}");
            }

            try
            {
                if (await isReady())
                {
                    return;
                }
            }
            catch (Exception e) when (e is SocketException or DnsResponseException)
            {
                // Not yet.
            }

            await Task.Delay(50, cancellationToken);
        }
    }

    private static string? Find(string name) => new[] { "/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin" }.Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
