using System.Globalization;
using System.Management.Automation;
using System.Net;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>Refuses at binding what is not <c>host:port</c>.</summary>
public sealed class ValidateHostPortAttribute : ValidateArgumentsAttribute
{
    /// <summary>True where the port may be left out.</summary>
    public bool PortOptional { get; set; }

    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is null)
        {
            return; // not given
        }

        var text = arguments as string ?? arguments.ToString() ?? "";
        if (!IsValid(text, PortOptional))
        {
            throw Errors.Refused($"'{text}' is not {(PortOptional ? "host or host:port" : "host:port")}: a DNS name or IP address (IPv6 in brackets)"
                + $"{(PortOptional ? "" : ", a colon")} and a port from 1 to 65535.");
        }
    }

    internal static bool IsValid(string text, bool portOptional)
    {
        if (portOptional && IPAddress.TryParse(text, out _))
        {
            return true;
        }

        var colon = text.LastIndexOf(':');
        var closing = text.LastIndexOf(']');
        var hasPort = colon > closing;
        var host = hasPort ? text[..colon] : text;
        if (hasPort)
        {
            if (!ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0)
            {
                return false;
            }
        }
        else if (!portOptional)
        {
            return false;
        }

        return host is ['[', .. var inner, ']'] ? IPAddress.TryParse(inner, out _) : Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4;
    }
}
