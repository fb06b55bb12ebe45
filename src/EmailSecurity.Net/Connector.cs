using System.Net;
using System.Net.Sockets;
using EmailSecurity.Live;
using EmailSecurity.Ports;

namespace EmailSecurity.Net;

/// <summary>Where a connection attempt ended.</summary>
internal enum ConnectFault { NameNotResolved, DnsFailure, NotGlobal, Refused, Unreachable, Reset }

/// <summary>No connection, and why.</summary>
internal sealed class ConnectException(ConnectFault fault, string message) : Exception(message)
{
    public ConnectFault Fault { get; } = fault;
}

/// <summary>
/// TCP to a host by name: addresses from the resolver given (the system's without one), tried in a staggered race (RFC 8305). A stranger's DNS names the
/// address, so only those that are globally reachable are tried.
/// </summary>
/// <param name="resolver">Looks names up; null for the system's resolver.</param>
/// <param name="allowPrivate">Addresses that are not globally reachable are tried too.</param>
/// <param name="time">Clock.</param>
internal sealed class Connector(IResolver? resolver, bool allowPrivate, TimeProvider time)
{
    // RFC 8305 section 5: the recommended delay between attempts; section 3: how long a late AAAA may hold up an A answer (here generous).
    private static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LateAnswerDelay = TimeSpan.FromMilliseconds(250);
    private const int MaxAddresses = 8;

    /// <summary>Connects.</summary>
    /// <param name="host">Host name or address.</param>
    /// <param name="port">TCP port.</param>
    /// <param name="isNamed">The user named this very target: whatever its address, it is meant.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ConnectException">No connection.</exception>
    public async Task<NetworkStream> ConnectAsync(string host, int port, bool isNamed, CancellationToken cancellationToken)
    {
        var addresses = await AddressesAsync(host, isNamed, cancellationToken).ConfigureAwait(false);
        var socket = await RaceAsync(addresses, host, port, cancellationToken).ConfigureAwait(false);
        return new NetworkStream(socket, ownsSocket: true);
    }

    // Every address that is tried has passed here. What may not be tried takes no place from what may.
    internal async Task<IPAddress[]> AddressesAsync(string host, bool isNamed, CancellationToken cancellationToken)
    {
        var any = allowPrivate || isNamed;
        var found = await ResolveAsync(host, a => any || GlobalReach.WhyNot(a) is null, cancellationToken).ConfigureAwait(false);
        return [.. (any ? found : Reachable(found)).Take(MaxAddresses)];
    }

    // Where some are reachable, the others are as good as not there.
    internal static IPAddress[] Reachable(IPAddress[] addresses)
    {
        IPAddress[] reachable = [.. addresses.Where(a => GlobalReach.WhyNot(a) is null)];
        return reachable.Length > 0
            ? reachable
            : throw new ConnectException(ConnectFault.NotGlobal, Reasons(addresses) + (addresses.Length > MaxAddresses ? ", ..." : "."));
    }

    private static string Reasons(IPAddress[] addresses) =>
        string.Join(", ", addresses.Take(MaxAddresses).Select(a => Invariant($"{a} ({GlobalReach.WhyNot(a)})")));

    private async Task<IPAddress[]> ResolveAsync(string host, Func<IPAddress, bool> isTried, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return [literal];
        }

        if (resolver is null)
        {
            return await ResolveBySystemAsync(host, cancellationToken).ConfigureAwait(false);
        }

        var v4 = resolver.QueryAsync(host, DnsRecordType.A, cancellationToken);
        var v6 = resolver.QueryAsync(host, DnsRecordType.AAAA, cancellationToken);
        var first = await v4.ConfigureAwait(false);
        DnsAnswer? second;
        try
        {
            // Without an IPv4 address to try, what there is comes with the other answer.
            second = Parse(first).Any(isTried)
                ? await v6.WaitAsync(LateAnswerDelay, time, cancellationToken).ConfigureAwait(false)
                : await v6.ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            second = null;
        }

        IPAddress[] sixes = [.. Parse(second)], fours = [.. Parse(first)];
        IPAddress[] mixed =
        [
            .. Enumerable.Range(0, Math.Max(sixes.Length, fours.Length)).SelectMany(i => sixes.Skip(i).Take(1).Concat(fours.Skip(i).Take(1))),
        ];
        if (mixed.Length > 0)
        {
            return mixed;
        }

        DnsAnswer[] both = [first, second!];
        if (Array.Find(both, a => a.Status is not (DnsStatus.NoError or DnsStatus.NxDomain)) is { } failed)
        {
            throw new ConnectException(ConnectFault.DnsFailure, failed.Detail);
        }

        throw new ConnectException(ConnectFault.NameNotResolved, Array.Exists(both, a => a.Status == DnsStatus.NxDomain)
            ? $"{host} does not exist (NXDOMAIN)."
            : $"{host} has neither an A nor an AAAA record.");
    }

    private static IEnumerable<IPAddress> Parse(DnsAnswer? answer) =>
        (answer?.Records ?? []).Select(r => IPAddress.TryParse(r.Value, out var a) ? a : null).OfType<IPAddress>();

    private static async Task<IPAddress[]> ResolveBySystemAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await System.Net.Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
            return addresses.Length > 0 ? addresses : throw new ConnectException(ConnectFault.NameNotResolved, $"{host} has no address.");
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData)
        {
            throw new ConnectException(ConnectFault.NameNotResolved, $"{host} does not exist or has no address.");
        }
        catch (SocketException e)
        {
            throw new ConnectException(ConnectFault.DnsFailure, $"{host} could not be looked up ({e.SocketErrorCode}).");
        }
    }

    private async Task<Socket> RaceAsync(IPAddress[] addresses, string host, int port, CancellationToken cancellationToken)
    {
        using var losers = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task<Socket>> running = [];
        List<Exception> failures = [];
        var next = 0;
        try
        {
            while (true)
            {
                if (next < addresses.Length)
                {
                    running.Add(ConnectAsync(new IPEndPoint(addresses[next++], port), losers.Token));
                }

                while (running.Count > 0)
                {
                    var any = Task.WhenAny(running);
                    if (next < addresses.Length)
                    {
                        // The next address gets its chance when this one fails, or takes too long.
                        using var delay = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                        var late = Task.Delay(AttemptDelay, time, delay.Token);
                        var isLate = await Task.WhenAny(any, late).ConfigureAwait(false) == late;
                        await delay.CancelAsync().ConfigureAwait(false);
                        cancellationToken.ThrowIfCancellationRequested();
                        if (isLate)
                        {
                            break;
                        }
                    }
                    var done = await any.ConfigureAwait(false);
                    running.Remove(done);
                    if (done.IsCompletedSuccessfully)
                    {
                        return await done.ConfigureAwait(false);
                    }

                    cancellationToken.ThrowIfCancellationRequested();
                    failures.Add(done.Exception!.InnerException!);
                    if (next < addresses.Length)
                    {
                        break;
                    }
                }
                if (running.Count == 0 && next == addresses.Length)
                {
                    throw Failure(failures, host, port);
                }
            }
        }
        finally
        {
            await losers.CancelAsync().ConfigureAwait(false);
            foreach (var loser in running)
            {
                _ = loser.ContinueWith(static t =>
                {
                    if (t.IsCompletedSuccessfully)
                    {
                        t.Result.Dispose();
                    }
                    else
                    {
                        _ = t.Exception;
                    }
                }, TaskScheduler.Default);
            }
        }
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint target, CancellationToken cancellationToken)
    {
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static ConnectException Failure(List<Exception> failures, string host, int port)
    {
        var errors = failures.ConvertAll(f => (f as SocketException)?.SocketErrorCode ?? SocketError.SocketError);
        var fault = errors.Contains(SocketError.ConnectionRefused) ? ConnectFault.Refused
            : errors.Exists(e => e is SocketError.ConnectionReset or SocketError.ConnectionAborted) ? ConnectFault.Reset
            : ConnectFault.Unreachable;
        return new ConnectException(fault, Invariant($"no connection to {host} port {port} ({string.Join(", ", errors.Distinct())})."));
    }
}
