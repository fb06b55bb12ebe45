using System.Diagnostics.CodeAnalysis;

namespace EmailSecurity.Sandbox.Signing;

/// <summary>An Authorization header of Signature Version 4, taken apart.</summary>
internal sealed record CredentialScope(string AccessKey, string Date, string Region, string Service, IReadOnlyList<string> SignedHeaders, string Signature)
{
    /// <summary>Name of the one algorithm taken.</summary>
    public const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>The scope as it is signed.</summary>
    public string Scope => $"{Date}/{Region}/{Service}/aws4_request";

    /// <summary>Reads the header; false with the reason where it breaks the form.</summary>
    public static bool TryParse(string header, [NotNullWhen(true)] out CredentialScope? scope, out string problem)
    {
        scope = null;
        if (!header.StartsWith(Algorithm + " ", StringComparison.Ordinal))
        {
            problem = "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.";
            return false;
        }
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in header[Algorithm.Length..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || !parts.TryAdd(part[..equals], part[(equals + 1)..]))
            {
                problem = $"Authorization header: '{part}' not a valid key=value pair.";
                return false;
            }
        }
        foreach (var needed in (string[])["Credential", "SignedHeaders", "Signature"])
        {
            if (!parts.ContainsKey(needed))
            {
                problem = $"Authorization header requires '{needed}' parameter.";
                return false;
            }
        }
        var credential = parts["Credential"].Split('/');
        if (credential.Length != 5 || credential[4] != "aws4_request" || credential.Any(c => c.Length == 0))
        {
            problem = "Credential must have exactly 5 slash-delimited elements: access key, date, region, service, aws4_request.";
            return false;
        }
        problem = "";
        scope = new CredentialScope(credential[0], credential[1], credential[2], credential[3], parts["SignedHeaders"].Split(';'), parts["Signature"]);
        return true;
    }
}
