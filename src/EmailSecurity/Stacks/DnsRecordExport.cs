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
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

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
        var all = records.Select(Portable).DistinctBy(r => (r.Name, r.Type, r.Value)).ToArray();
        var known = all.Where(r => r.Value.Length > 0).ToArray();
        var unknown = all.Where(r => r.Value.Length == 0).ToArray();
        return format switch
        {
            DnsRecordFormat.Bind => Bind(domain, known, unknown),
            DnsRecordFormat.Json => JsonSerializer.Serialize(
                known.Select(r => new { name = r.Name, type = r.Type, ttl = r.Ttl, value = r.Value, purpose = r.Purpose, status = r.Status.ToString() }),
                Indented) + "\n",
            DnsRecordFormat.Csv => Csv(known),
            DnsRecordFormat.DnsControl => DnsControl(domain, known, unknown),
            DnsRecordFormat.OctoDns => OctoDns(domain, known, unknown),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Unknown format."),
        };
    }

    // An alias is Route 53's own; every other format says it with a CNAME.
    private static DnsRecordState Portable(DnsRecordState record)
        => record.Type is "A" or "AAAA" && !System.Net.IPAddress.TryParse(record.Value, out _) ? record with { Type = "CNAME" } : record;

    private static string Bind(string domain, DnsRecordState[] known, DnsRecordState[] unknown)
    {
        var text = new StringBuilder().Append($"; Records that {domain} needs for MTA-STS, TLS reporting and BIMI.\n$ORIGIN {domain}.\n");
        foreach (var r in known)
        {
            text.Append(CultureInfo.InvariantCulture, $"; {r.Purpose}\n{Relative(r.Name, domain)}\t{r.Ttl}\tIN\t{r.Type}\t{Rdata(r)}\n");
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
            var value = r.Type == "CNAME" ? r.Value + "." : r.Value;
            text.Append(CultureInfo.InvariantCulture, $"    // {r.Purpose}\n    {r.Type}({Js(Relative(r.Name, domain))}, {Js(value)}, TTL({r.Ttl})),\n");
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
            foreach (var r in name)
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
