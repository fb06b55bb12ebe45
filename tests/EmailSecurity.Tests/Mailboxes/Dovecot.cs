using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using EmailSecurity.Ports;
using EmailSecurity.Tests.Net;
using EmailSecurity.Tests.Support;
using EmailSecurity.Tests.TlsReports;

namespace EmailSecurity.Tests.Mailboxes;

/// <summary>A real IMAP server on loopback: Debian's dovecot-imapd, with a Maildir for each user. Where there is none, its tests are skipped and say so.</summary>
public sealed partial class Dovecot : IAsyncLifetime
{
    public const string User = "reports@example.com";
    public const string Password = "correct horse ünïcode";

    // It takes a second; a busy machine may need many.
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    private readonly string folder = Directory.CreateTempSubdirectory("emailsecurity-dovecot-").FullName;
    private readonly string key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private Process? process;

    /// <summary>Why there is no server; empty where there is one.</summary>
    public string Missing { get; private set; } = "";

    public int TlsPort { get; private set; }

    public int ClearPort { get; private set; }

    /// <summary>PEM file of the root of the server's certificate, which is for localhost.</summary>
    public string Root => Path.Combine(folder, "root.pem");

    private string Mail => Path.Combine(folder, "mail", User, "Maildir");

    public async ValueTask InitializeAsync()
    {
        var program = (string[])["/usr/sbin/dovecot", "/usr/local/sbin/dovecot"];
        var found = Array.Find(program, File.Exists);
        if (found is null)
        {
            Missing = "dovecot-imapd is not installed (apt-get install dovecot-imapd)";
            return;
        }

        var (exit, version) = await ChildProcess.RunAsync(found, ["--version"]);
        if (exit != 0 || !version.StartsWith("2.3", StringComparison.Ordinal))
        {
            Missing = $"this dovecot ({version.Trim()}) is not 2.3, whose configuration the test writes";
            return;
        }

        (TlsPort, ClearPort) = FreePorts();
        await WriteAsync();
        process = Process.Start(new ProcessStartInfo(found, ["-F", "-c", Path.Combine(folder, "dovecot.conf")]) { UseShellExecute = false })!;
        using var limit = new CancellationTokenSource(StartLimit);
        while (!await ListensAsync(TlsPort) || !await ListensAsync(ClearPort))
        {
            Assert.False(process.HasExited || limit.IsCancellationRequested, "dovecot did not start: " + (File.Exists(Log) ? await File.ReadAllTextAsync(Log, CancellationToken.None) : "no log"));
            await Task.Delay(20, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(folder, recursive: true);
    }

    public void Need() => Assert.SkipUnless(Missing.Length == 0, Missing);

    public MailboxSettings Settings(string mailbox = "INBOX") => new()
    {
        Server = Invariant($"localhost:{TlsPort}"),
        UserName = User,
        Secret = Password,
        Folder = mailbox,
        TrustedRoot = Root,
    };

    /// <summary>Puts messages into a folder that is made new: each is there, and nobody has seen it.</summary>
    public void Fill(string mailbox, IEnumerable<byte[]> messages)
    {
        var place = Place(mailbox);
        foreach (var part in (string[])["cur", "new", "tmp"])
        {
            Directory.CreateDirectory(Path.Combine(place, part));
        }

        foreach (var (content, i) in messages.Select((m, i) => (m, i)))
        {
            File.WriteAllBytes(Path.Combine(place, i % 2 == 0 ? "cur" : "new", Invariant($"{1_770_000_000 + i}.M{i}.test{(i % 2 == 0 ? ":2," : "")}")), content);
        }

        GiveAway(place);
    }

    /// <summary>What a folder holds on disk: file names have the flags in them.</summary>
    public IReadOnlyList<string> Snapshot(string mailbox) =>
        [.. ((string[])["cur", "new"]).SelectMany(p => Directory.GetFiles(Path.Combine(Place(mailbox), p)).Select(f => p + "/" + Path.GetFileName(f))).Order(StringComparer.Ordinal)];

    /// <summary>Has the server number the messages of a folder anew: its list says another generation, and its index is gone.</summary>
    public void Renumber(string mailbox)
    {
        var list = Path.Combine(Place(mailbox), "dovecot-uidlist");
        File.WriteAllText(list, Generation().Replace(File.ReadAllText(list), m => Invariant($"V{uint.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture) + 1}"), 1));
        foreach (var file in Directory.GetFiles(Place(mailbox), "dovecot.index*"))
        {
            File.Delete(file);
        }
    }

    /// <summary>Waits until all who signed in have left: a session that ends writes down what it knows of its folder.</summary>
    public void AwaitLeft()
    {
        using var limit = new CancellationTokenSource(StartLimit);
        while (true)
        {
            using var reader = new StreamReader(new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            var text = reader.ReadToEnd();
            if (Regex.Count(text, ": Login: ") <= Regex.Count(text, @"imap\(\S+>: Info: (Disconnected|Logged out)"))
            {
                return;
            }

            Assert.False(limit.IsCancellationRequested, text);
            Thread.Sleep(10);
        }
    }

    /// <summary>Says when a message arrived.</summary>
    public void Touch(string mailbox, string file, DateTimeOffset arrived) => File.SetLastWriteTimeUtc(Path.Combine(Place(mailbox), file), arrived.UtcDateTime);

    /// <summary>An access token that the server believes.</summary>
    public string Token(string user = User)
    {
        static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var text = Encode("""{"alg":"HS256","typ":"JWT"}"""u8.ToArray()) + "." + Encode(System.Text.Encoding.UTF8.GetBytes(
            $$"""{"sub":"{{user}}","email":"{{user}}","iat":{{now}},"exp":{{now + 600}}}"""));
        return text + "." + Encode(HMACSHA256.HashData(Convert.FromBase64String(key), System.Text.Encoding.ASCII.GetBytes(text)));
    }

    /// <summary>What the server wrote down.</summary>
    public string Log => Path.Combine(folder, "dovecot.log");

    private string Place(string mailbox) => mailbox == "INBOX" ? Mail : Path.Combine(Mail, "." + mailbox.Replace('/', '.'));

    private static async Task<bool> ListensAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static (int, int) FreePorts()
    {
        using TcpListener one = new(System.Net.IPAddress.Loopback, 0), two = new(System.Net.IPAddress.Loopback, 0);
        one.Start();
        two.Start();
        return (((System.Net.IPEndPoint)one.LocalEndpoint).Port, ((System.Net.IPEndPoint)two.LocalEndpoint).Port);
    }

    [GeneratedRegex(@"\bV(\d+)")]
    private static partial Regex Generation();

    private async Task WriteAsync()
    {
        var authority = new TestAuthority();
        using var certificate = authority.Issue(["localhost"]);
        await File.WriteAllTextAsync(Root, authority.Certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(folder, "server.pem"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(folder, "server.key"), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(Path.Combine(folder, "passwd"), $"{User}:{{PLAIN}}{Password}::::::\n");
        var keys = Directory.CreateDirectory(Path.Combine(folder, "keys", "default", "HS256"));
        await File.WriteAllTextAsync(Path.Combine(keys.FullName, "default"), key);
        await File.WriteAllTextAsync(Path.Combine(folder, "oauth2.conf"), $"""
            introspection_mode = local
            local_validation_key_dict = fs:posix:prefix={folder}/keys/
            username_attribute = sub
            """);
        Directory.CreateDirectory(Path.Combine(folder, "run"));
        Directory.CreateDirectory(Mail);
        var owner = Environment.UserName;
        var mailOwner = IsRoot ? "mail" : owner;
        var login = IsRoot ? "dovenull" : owner;
        await File.WriteAllTextAsync(Path.Combine(folder, "dovecot.conf"), $$"""
            base_dir = {{folder}}/run
            log_path = {{Log}}
            protocols = imap
            listen = 127.0.0.1
            default_internal_user = {{(IsRoot ? "dovecot" : owner)}}
            default_login_user = {{login}}
            default_internal_group = {{(IsRoot ? "dovecot" : GroupOf(owner))}}
            first_valid_uid = 1
            ssl = required
            ssl_cert = <{{folder}}/server.pem
            ssl_key = <{{folder}}/server.key
            disable_plaintext_auth = yes
            auth_mechanisms = plain login xoauth2 oauthbearer
            auth_failure_delay = 0
            mail_max_userip_connections = 100
            mail_location = maildir:~/Maildir
            service anvil {
              chroot =
            }
            service imap-login {
              chroot =
              inet_listener imap {
                port = {{ClearPort}}
              }
              inet_listener imaps {
                port = {{TlsPort}}
                ssl = yes
              }
            }
            passdb {
              driver = oauth2
              mechanisms = xoauth2 oauthbearer
              args = {{folder}}/oauth2.conf
            }
            passdb {
              driver = passwd-file
              mechanisms = plain login
              args = {{folder}}/passwd
            }
            userdb {
              driver = static
              args = uid={{mailOwner}} gid={{GroupOf(mailOwner)}} home={{folder}}/mail/%u
            }
            namespace inbox {
              inbox = yes
              separator = /
            }
            """);
        if (IsRoot)
        {
            await ChildProcess.RunAsync("chmod", ["755", folder]);
        }

        GiveAway(Path.Combine(folder, "mail"));
    }

    // dovecot serves no mail as root.
    private static bool IsRoot => Environment.UserName == "root";

    private static string GroupOf(string user) => IsRoot ? user : ChildProcess.RunAsync("id", ["-gn", user]).GetAwaiter().GetResult().Output.Trim();

    private static void GiveAway(string place)
    {
        if (IsRoot)
        {
            var (exit, output) = ChildProcess.RunAsync("chown", ["-R", "mail:mail", place]).GetAwaiter().GetResult();
            Assert.True(exit == 0, output);
        }
    }
}

/// <summary>The messages of the tests.</summary>
internal static class Messages
{
    public static IEnumerable<byte[]> Of(int count) => Enumerable.Range(1, count).Select(i => RemoteReports.Message(Invariant($"r{i:0000}")));

    public static string[] Ids(int count) => [.. Enumerable.Range(1, count).Select(i => Invariant($"r{i:0000}"))];
}

/// <summary>The machine's clock, on which pauses of seconds are over at once: those before another connection.</summary>
internal sealed class QuickTime : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime < TimeSpan.FromSeconds(10) && dueTime > TimeSpan.Zero ? dueTime / 100 : dueTime, period);
}
