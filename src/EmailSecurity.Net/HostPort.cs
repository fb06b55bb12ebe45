using System.Globalization;
using System.Net;

namespace EmailSecurity.Net;

/// <summary>A <c>host[:port]</c> as users write it: a name, an IPv4 address, an IPv6 address in brackets when a port follows.</summary>
/// <param name="Host">Name or address, without brackets.</param>
/// <param name="Port">Port.</param>
internal sealed record HostPort(string Host, int Port)
{
    /// <summary>Parses a <c>host[:port]</c>.</summary>
    /// <exception cref="EmailSecurityException">The error id given, InvalidArgument.</exception>
    public static HostPort Parse(string text, int? defaultPort, string errorId, string what)
    {
        EmailSecurityException Invalid() => new(errorId, ErrorKind.InvalidArgument,
            $"'{text}' is not a valid {what}: it must be a host name or an IP address"
                + (defaultPort is { } usual ? Invariant($", a port after it if it is not {usual}") : " and a port") + ".",
            Invariant($"Write it like 192.0.2.53:{defaultPort ?? 8443}, [2001:db8::53]:{defaultPort ?? 8443} or name.example:{defaultPort ?? 8443}."));

        text = text.Trim();
        string host, port = "";
        if (text.StartsWith('['))
        {
            var end = text.IndexOf(']', StringComparison.Ordinal);
            if (end < 0)
            {
                throw Invalid();
            }

            host = text[1..end];
            if (!IPAddress.TryParse(host, out _))
            {
                throw Invalid();
            }

            if (end + 1 < text.Length)
            {
                if (text[end + 1] != ':' || end + 2 == text.Length)
                {
                    throw Invalid();
                }

                port = text[(end + 2)..];
            }
        }
        else if (text.Count(c => c == ':') > 1)
        {
            host = text;
            if (!IPAddress.TryParse(host, out _))
            {
                throw Invalid();
            }
        }
        else
        {
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            host = colon < 0 ? text : text[..colon];
            if (colon >= 0 && (port = text[(colon + 1)..]).Length == 0)
            {
                throw Invalid();
            }
        }
        host = host.TrimEnd('.');
        if (host.Length == 0 || Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            throw Invalid();
        }

        if (port.Length == 0)
        {
            return new HostPort(host, defaultPort ?? throw Invalid());
        }

        return int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 65535
            ? new HostPort(host, number)
            : throw Invalid();
    }
}
