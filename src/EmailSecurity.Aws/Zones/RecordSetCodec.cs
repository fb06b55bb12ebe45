using System.Text;
using Amazon.Route53;
using Amazon.Route53.Model;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws.Zones;

/// <summary>Record sets between Route 53's form (final dots, octal escapes) and the port's.</summary>
internal static class RecordSetCodec
{
    /// <summary>A name without final dot, lower case, escapes decoded: <c>\052.example.com.</c> is <c>*.example.com</c>.</summary>
    public static string DecodeName(string? name)
    {
        var text = (name ?? "").ToLowerInvariant();
        if (text.Contains('\\', StringComparison.Ordinal))
        {
            var decoded = new StringBuilder(text.Length);
            for (var i = 0; i < text.Length; i++)
            {
                if (text[i] == '\\' && i + 3 < text.Length && IsOctal(text.AsSpan(i + 1, 3), out var code))
                {
                    decoded.Append(char.ToLowerInvariant((char)code));
                    i += 3;
                }
                else
                {
                    decoded.Append(text[i]);
                }
            }

            text = decoded.ToString();
        }

        return text.EndsWith('.') ? text[..^1] : text;
    }

    /// <summary>The form that Route 53 sorts names by: labels reversed, with a final dot. A domain and all below it share its key as a prefix.</summary>
    public static string SortKey(string name)
    {
        var labels = name.Split('.');
        Array.Reverse(labels);
        return string.Join('.', labels) + ".";
    }

    /// <summary>To the port's form. A CNAME's target loses its final dot: Route 53 stores it as it was entered, and both mean the same.</summary>
    public static RecordSet ToPort(ResourceRecordSet set) => new()
    {
        Name = DecodeName(set.Name),
        Type = set.Type.Value,
        Ttl = set.AliasTarget is null ? set.TTL : null,
        Values = [.. (set.ResourceRecords ?? []).Select(r => set.Type.Value == "CNAME" ? r.Value.TrimEnd('.') : r.Value)],
        AliasTarget = set.AliasTarget is { } alias ? DecodeName(alias.DNSName) : null,
        AliasZoneId = set.AliasTarget?.HostedZoneId,
        EvaluateTargetHealth = set.AliasTarget?.EvaluateTargetHealth == true,
        SetIdentifier = string.IsNullOrEmpty(set.SetIdentifier) ? null : set.SetIdentifier,
    };

    /// <summary>To Route 53's form.</summary>
    public static ResourceRecordSet FromPort(RecordSet set)
    {
        var result = new ResourceRecordSet { Name = set.Name, Type = RRType.FindValue(set.Type), SetIdentifier = set.SetIdentifier };
        if (set.AliasTarget is { } target)
        {
            result.AliasTarget = new AliasTarget { DNSName = target, HostedZoneId = set.AliasZoneId, EvaluateTargetHealth = set.EvaluateTargetHealth };
        }
        else
        {
            result.TTL = set.Ttl;
            result.ResourceRecords = [.. set.Values.Select(v => new ResourceRecord { Value = v })];
        }

        return result;
    }

    private static bool IsOctal(ReadOnlySpan<char> digits, out int code)
    {
        code = 0;
        foreach (var c in digits)
        {
            if (c is < '0' or > '7')
            {
                return false;
            }

            code = (code * 8) + (c - '0');
        }

        return code <= 255;
    }
}
