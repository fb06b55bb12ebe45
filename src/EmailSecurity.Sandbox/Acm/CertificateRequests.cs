using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EmailSecurity.Sandbox.Contracts;
using static EmailSecurity.Sandbox.Acm.AcmJson;

namespace EmailSecurity.Sandbox.Acm;

/// <summary>RequestCertificate and its rules.</summary>
internal sealed partial class CertificateRequests(AcmStore store)
{
    // ACM quotas: 10 names a certificate unless raised, 2,500 certificates.
    private const int MaxNames = 10;
    private const int MaxCertificates = 2500;
    private const int MaxCommonName = 64;

    private static readonly string[] RequestableKeyAlgorithms = ["RSA_2048", "EC_prime256v1", "EC_secp384r1"];

    /// <summary>Requests a certificate.</summary>
    /// <exception cref="AwsRuleException">The first rule broken.</exception>
    public Certificate Make(AwsCall call, JsonObject input)
    {
        var names = ReadNames(input);
        var token = ReadToken(input);
        var key = ReadKey(input);
        var method = ReadMethod(input);
        var tags = CertificateTags.Read(input, required: false);
        if (store.Of(call.AccountId, call.Region).Count >= MaxCertificates)
        {
            throw new AwsRuleException(400, "LimitExceededException", $"Error: the quota of {MaxCertificates} certificates has been reached.");
        }
        var certificate = store.Request(call.AccountId, call.Region, names, method, key, token);
        CertificateTags.Merge(certificate, tags);
        return certificate;
    }

    [GeneratedRegex(@"^(\*\.)?(((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9])\.)+((?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9])$", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex DomainPattern();

    private static string[] ReadNames(JsonObject input)
    {
        var given = Text(input, "DomainName") ?? throw Validation("Value null at 'domainName' failed to satisfy constraint: Member must not be null");
        var domain = given.ToLowerInvariant();
        // RFC 5280: the common name, which the domain name becomes, has at most 64 characters.
        if (domain.Length > MaxCommonName)
        {
            throw Validation(
                $"Value '{domain}' at 'domainName' failed to satisfy constraint: Member must have length less than or equal to {MaxCommonName}; a "
                    + "longer name can be a subject alternative name");
        }
        var others = (Texts(input["SubjectAlternativeNames"], "SubjectAlternativeNames") ?? []).Select(n => n.ToLowerInvariant());
        string[] names = [.. others.Prepend(domain).Distinct(StringComparer.Ordinal)];
        foreach (var name in names)
        {
            if (name.Length > 253 || !DomainPattern().IsMatch(name))
            {
                throw Validation($"Value '{name}' failed to satisfy constraint: Member must satisfy regular expression pattern: {DomainPattern()}");
            }
        }
        if (names.Length > MaxNames)
        {
            throw new AwsRuleException(
                400, "LimitExceededException", $"Error: The number of domain names, {names.Length}, is over the quota of {MaxNames} for a certificate.");
        }
        return names;
    }

    private static string ReadToken(JsonObject input)
    {
        var token = Text(input, "IdempotencyToken") ?? "";
        if (input["IdempotencyToken"] is not null && (token.Length is 0 or > 32 || !token.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')))
        {
            throw Validation($"Value '{token}' at 'idempotencyToken' failed to satisfy constraint: Member must satisfy regular expression pattern: \\w+");
        }
        return token;
    }

    private static string ReadKey(JsonObject input)
    {
        var key = Text(input, "KeyAlgorithm") ?? "RSA_2048";
        if (!RequestableKeyAlgorithms.Contains(key, StringComparer.Ordinal))
        {
            throw Validation(
                $"Value '{key}' at 'keyAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: "
                    + $"[{string.Join(", ", RequestableKeyAlgorithms)}]");
        }
        return key;
    }

    private static string ReadMethod(JsonObject input)
    {
        var method = Text(input, "ValidationMethod") ?? "EMAIL";
        if (method is not ("DNS" or "EMAIL"))
        {
            throw Validation($"Value '{method}' at 'validationMethod' failed to satisfy constraint: Member must satisfy enum value set: [EMAIL, DNS]");
        }
        return method;
    }
}
