using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EmailSecurity.Text;

namespace EmailSecurity.Stacks;

/// <summary>File formats that DNS hosts and tools read.</summary>
public enum DnsRecordFormat
{
    /// <summary>Master file fragment (RFC 1035 section 5).</summary>
    Bind,
    /// <summary>JSON array.</summary>
    Json,
    /// <summary>CSV with a header (RFC 4180).</summary>
    Csv,
    /// <summary>DNSControl's dnsconfig.js records.</summary>
    DnsControl,
    /// <summary>octoDNS zone YAML.</summary>
    OctoDns,
}

/// <summary>Writes records in the formats that DNS hosts and tools read. Pure.</summary>
public static class DnsRecordExport
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>File name extension of a format, with its dot.</summary>
    public static string Extension(DnsRecordFormat format) => format switch
    {
        DnsRecordFormat.Bind => ".zone",
        DnsRecordFormat.Json => ".json",
        DnsRecordFormat.Csv => ".csv",
        DnsRecordFormat.DnsControl => ".js",
        _ => ".yaml",
    };

    /// <summary>Writes the records; those whose value AWS has not named yet are left out, with a comment where the format has comments.</summary>
    /// <param name="domain">The zone.</param>
    /// <param name="records">The records.</param>
    /// <param name="format">The format.</param>
    public static string Write(string domain, IEnumerable<DnsRecordState> records, DnsRecordFormat format)
    {
        ArgumentNullException.ThrowIfNull(records);
        var all = records.DistinctBy(r => (r.Name, r.Type, r.Value)).ToArray();
        var known = all.Where(r => r.Value.Length > 0).ToArray();
        var unknown = all.Where(r => r.Value.Length == 0).ToArray();
        return format switch
        {
            DnsRecordFormat.Bind => Bind(domain, known, unknown),
            DnsRecordFormat.Json => JsonSerializer.Serialize(
                known.Select(r => new
                {
                    name = r.Name,
                    type = r.Type,
                    ttl = r.Ttl,
                    value = r.Value,
                    purpose = r.Purpose,
                    status = r.Status.ToString(),
                    alias = IsAlias(r) ? true : (bool?)null,
                }),
                Indented) + "\n",
            DnsRecordFormat.Csv => Csv(known),
            DnsRecordFormat.DnsControl => DnsControl(domain, known, unknown),
            DnsRecordFormat.OctoDns => OctoDns(domain, known, unknown),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Unknown format."),
        };
    }

    // Route 53's own kind of record: the addresses of another name. A CNAME in its place would not be what is published.
    private static bool IsAlias(DnsRecordState record) => record.Type is "A" or "AAAA" && !System.Net.IPAddress.TryParse(record.Value, out _);

    private static string Bind(string domain, DnsRecordState[] known, DnsRecordState[] unknown)
    {
        var text = new StringBuilder().Append($"; Records that {domain} needs for MTA-STS, TLS reporting and BIMI.\n$ORIGIN {domain}.\n");
        foreach (var r in known)
        {
            text.Append(CultureInfo.InvariantCulture, $"; {r.Purpose}\n");
            // A zone file has no aliases.
            text.Append(IsAlias(r)
                ? $"; {r.Name}. {r.Type} is an alias of {r.Value} in Route 53, which a zone file cannot hold. For another DNS host, export\n"
                    + $"; the stack of New-EmailSecurityStack {domain} -DnsHost External.\n"
                : Invariant($"{Relative(r.Name, domain)}\t{r.Ttl}\tIN\t{r.Type}\t{Rdata(r)}\n"));
        }

        return Later(text, unknown, ";").ToString();
    }

    private static string Csv(DnsRecordState[] known)
    {
        var text = new StringBuilder("Name,Type,Ttl,Value,Purpose,Status\r\n");
        foreach (var r in known)
        {
            string[] fields = [r.Name, r.Type, r.Ttl.ToString(CultureInfo.InvariantCulture), r.Value, r.Purpose, r.Status.ToString()];
            text.AppendJoin(',', fields.Select(CsvField)).Append("\r\n");
        }

        return text.ToString();
    }

    private static string DnsControl(string domain, DnsRecordState[] known, DnsRecordState[] unknown)
    {
        var text = new StringBuilder().Append($"D_EXTEND({Js(domain)},\n");
        foreach (var r in known)
        {
            var value = r.Type == "CNAME" || IsAlias(r) ? r.Value + "." : r.Value;
            text.Append(CultureInfo.InvariantCulture, $"    // {r.Purpose}\n    ");
            text.Append(IsAlias(r)
                ? $"R53_ALIAS({Js(Relative(r.Name, domain))}, {Js(r.Type)}, {Js(value)}, R53_ZONE({Js(StackNames.CloudFrontZoneId)})),\n"
                : Invariant($"{r.Type}({Js(Relative(r.Name, domain))}, {Js(value)}, TTL({r.Ttl})),\n"));
        }

        return Later(text, unknown, "    //").Append(");\n").ToString();
    }

    private static string OctoDns(string domain, DnsRecordState[] known, DnsRecordState[] unknown)
    {
        var text = new StringBuilder("---\n");
        foreach (var name in known
            .GroupBy(r => Relative(r.Name, domain), StringComparer.Ordinal)
            .OrderBy(g => g.Key == "@" ? "" : g.Key, NaturalOrder.Instance))
        {
            text.Append(CultureInfo.InvariantCulture, $"{Yaml(name.Key == "@" ? "" : name.Key)}:\n");
            var aliases = name.Where(IsAlias).ToArray();
            if (aliases.Length > 0)
            {
                text.Append("  - type: Route53Provider/ALIAS\n    values:\n");
            }

            foreach (var r in aliases)
            {
                text.Append(CultureInfo.InvariantCulture,
                    $"      - hosted-zone-id: {StackNames.CloudFrontZoneId}\n        name: {Yaml(r.Value + ".")}\n        type: {r.Type}\n");
            }

            foreach (var r in name.Except(aliases))
            {
                // octoDNS asks for an escaped semicolon in TXT values.
                var value = r.Type == "TXT" ? r.Value.Replace(";", "\\;", StringComparison.Ordinal) : r.Type == "CNAME" ? r.Value + "." : r.Value;
                text.Append(CultureInfo.InvariantCulture, $"  - type: {r.Type}\n    ttl: {r.Ttl}\n    value: {Yaml(value)}\n");
            }
        }

        return Later(text, unknown, "#").ToString();
    }

    private static StringBuilder Later(StringBuilder text, DnsRecordState[] unknown, string comment)
    {
        foreach (var r in unknown)
        {
            text.Append(CultureInfo.InvariantCulture, $"{comment} Not yet: {r.Name} {r.Type}: {r.Purpose}. Export again when AWS has named its value.\n");
        }

        return text;
    }

    private static string Rdata(DnsRecordState r) => r.Type switch
    {
        "TXT" => TxtStrings.Quote(r.Value),
        "CNAME" => r.Value + ".",
        _ => r.Value,
    };

    private static string Relative(string name, string domain)
        => name == domain ? "@"
            : name.EndsWith("." + domain, StringComparison.Ordinal) ? name[..^(domain.Length + 1)]
            : name + ".";

    // A leading =, +, - or @ is a formula to spreadsheets.
    private static string CsvField(string value)
    {
        var safe = value.Length > 0 && "=+-@".Contains(value[0], StringComparison.Ordinal) ? "'" + value : value;
        return safe.AsSpan().IndexOfAny(",\"\r\n") < 0 ? safe : "\"" + safe.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
    }

    private static string Js(string value) => JsonSerializer.Serialize(value, Indented);

    private static string Yaml(string value) => "'" + value.Replace("'", "''", StringComparison.Ordinal) + "'";
}
