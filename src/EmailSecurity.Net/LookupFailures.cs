using System.Net;
using System.Net.Sockets;
using EmailSecurity.Ports;

namespace EmailSecurity.Net;

/// <summary>What a lookup that got no answer says of it.</summary>
internal static class LookupFailures
{
    /// <summary>Status and words for an exception.</summary>
    public static (DnsStatus Status, string Detail) Explain(Exception error, bool outOfTime, HashSet<IPEndPoint> asked) => error switch
    {
        NoNameServerException => (DnsStatus.Unreachable, error.Message),
        OperationCanceledException or SocketException { SocketErrorCode: SocketError.TimedOut } => (DnsStatus.Timeout, NoAnswer(asked)),
        SocketException socket => (DnsStatus.Unreachable, $"the name server{Names(asked)} cannot be reached ({socket.SocketErrorCode})."),
        IOException { InnerException: SocketException socket } =>
            (DnsStatus.Unreachable, $"the name server{Names(asked)} closed the connection ({socket.SocketErrorCode})."),
        DnsFormatException or IOException => (DnsStatus.Malformed, $"the answer cannot be read: {error.Message.TrimEnd('.')}."),
        _ when outOfTime => (DnsStatus.Timeout, NoAnswer(asked)),
        _ => (DnsStatus.OtherError, error.Message),
    };

    private static string NoAnswer(HashSet<IPEndPoint> asked) => asked.Count == 0 ? "no answer in time." : $"no answer in time from{Names(asked)}.";

    private static string Names(HashSet<IPEndPoint> servers) => servers.Count == 0 ? "" : " " + string.Join(" and ", servers);
}
