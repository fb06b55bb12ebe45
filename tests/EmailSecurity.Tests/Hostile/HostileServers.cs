using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using EmailSecurity.Tests.Net;

namespace EmailSecurity.Tests.Hostile;

/// <summary>All hostile servers of a campaign: DNS, HTTPS and SMTP, each on one port of this machine. What is not a case's own part is good.</summary>
public sealed class HostileServers : IAsyncDisposable
{
    private readonly Dictionary<int, HostileCase> cases;
    private readonly TimeSpan webLimit;
    private readonly TimeSpan mailLimit;
    private readonly CancellationTokenSource stop = new();
    private readonly TcpListener web = new(IPAddress.Loopback, 0);
    private readonly TcpListener mail = new(IPAddress.Any, 0);
    private readonly HostileDns dns;
    private readonly Task[] loops;
    private Exception? broken;

    /// <summary>Starts the servers.</summary>
    /// <param name="cases">Whose servers.</param>
    /// <param name="webLimit">The client's time limit for a fetch, as it runs on this machine.</param>
    /// <param name="mailLimit">The same for a mail server.</param>
    public HostileServers(IEnumerable<HostileCase> cases, TimeSpan webLimit, TimeSpan mailLimit)
    {
        (this.cases, this.webLimit, this.mailLimit) = (cases.ToDictionary(c => c.Number), webLimit, mailLimit);
        web.Start(1024);
        mail.Start(1024);
        dns = new HostileDns(Find, stop.Token);
        loops = [Task.Run(() => AcceptAsync(web, WebAsync)), Task.Run(() => AcceptAsync(mail, MailAsync))];
    }

    public TestAuthority Root { get; } = new();

    public string NameServer => dns.Address;

    public string ConnectTo => web.LocalEndpoint.ToString()!;

    /// <summary>What went wrong with the servers themselves; null for nothing.</summary>
    public Exception? Broken => broken ?? dns.Broken;

    public int SmtpPort => ((IPEndPoint)mail.LocalEndpoint).Port;

    /// <summary>The longest connection of each kind of server, from the first octet to the last.</summary>
    public ConcurrentDictionary<HostileKind, (TimeSpan Length, string What)> Longest { get; } = [];

    /// <summary>Connections that a hostile server answered, by kind.</summary>
    public ConcurrentDictionary<HostileKind, int> Conversations { get; } = [];

    /// <summary>Questions that a hostile DNS server answered.</summary>
    public int Questions => dns.Attacks;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        web.Dispose();
        mail.Dispose();
        await dns.DisposeAsync();
        await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private HostileCase? Find(int number) => cases.GetValueOrDefault(number);

    private async Task AcceptAsync(TcpListener listener, Func<Socket, Task<(HostileCase?, bool)>> serve)
    {
        while (!stop.IsCancellationRequested)
        {
            var socket = await listener.AcceptSocketAsync(stop.Token);
            _ = Task.Run(async () =>
            {
                using (socket)
                {
                    var began = Stopwatch.GetTimestamp();
                    var (hostile, isItsPart) = await serve(socket);
                    if (isItsPart)
                    {
                        Note(hostile!, Stopwatch.GetElapsedTime(began));
                    }
                }
            });
        }
    }

    private void Note(HostileCase hostile, TimeSpan length)
    {
        Conversations.AddOrUpdate(hostile.Kind, 1, (_, count) => count + 1);
        var now = (length, hostile.ToString());
        Longest.AddOrUpdate(hostile.Kind, now, (_, before) => before.Length < length ? now : before);
    }

    private async Task<(HostileCase?, bool)> WebAsync(Socket socket)
    {
        HostileCase? hostile = null;
        var isItsPart = false;
        await EndedAsync(async () =>
        {
            await using var stream = new NetworkStream(socket);
            // Looked at and left there: the hello's first record is for TLS to read.
            var hello = new byte[2048];
            var length = await socket.ReceiveAsync(hello, SocketFlags.Peek, stop.Token);
            var name = length > 43 ? Conversation.ServerName(hello.AsSpan(0, length)) : "";
            hostile = Find(HostileCase.NumberOf(name));
            if (hostile is null)
            {
                return;
            }

            var label = hostile.Target switch { "Policy" => "mta-sts", "Logo" => "logo", _ => "reports" };
            isItsPart = hostile.Kind == HostileKind.Web && name.Split('.')[0] == label;
            var conversation = new Conversation(hostile, stream, Root, webLimit, stop.Token) { IsLogo = name.StartsWith("logo.", StringComparison.Ordinal) };
            var behaviour = isItsPart ? (WebBehaviour)hostile.Behaviour : null;
            await (behaviour?.Act(conversation) ?? WebBehaviours.HonestAsync(conversation));
            await EndAsync(socket);
        });
        return (hostile, isItsPart);
    }

    private async Task<(HostileCase?, bool)> MailAsync(Socket socket)
    {
        var hostile = Find(HostileCase.NumberOf(((IPEndPoint)socket.LocalEndPoint!).Address));
        var isItsPart = hostile is { Kind: HostileKind.Mail };
        await EndedAsync(async () =>
        {
            if (hostile is null)
            {
                return;
            }

            await using var stream = new NetworkStream(socket);
            var conversation = new Conversation(hostile, stream, Root, mailLimit, stop.Token);
            await MailBehaviours.ServeAsync(conversation, isItsPart ? (MailBehaviour)hostile.Behaviour : null);
            await EndAsync(socket);
        });
        return (hostile, isItsPart);
    }

    // No more is said; a close with octets unread would be a reset, and swallow what was said before.
    private async Task EndAsync(Socket socket)
    {
        socket.Shutdown(SocketShutdown.Send);
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer, stop.Token) > 0)
        {
            // the client's last words
        }
    }

    private async Task EndedAsync(Func<Task> conversation)
    {
        try
        {
            await conversation();
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException or OperationCanceledException or ObjectDisposedException)
        {
            // the client is gone, or the server is cut on purpose
        }
        catch (Exception e)
        {
            broken = e;
        }
    }
}
