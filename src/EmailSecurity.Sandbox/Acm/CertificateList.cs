using System.Globalization;
using System.Text.Json.Nodes;
using EmailSecurity.Sandbox.Contracts;
using static EmailSecurity.Sandbox.Acm.AcmJson;

namespace EmailSecurity.Sandbox.Acm;

/// <summary>ListCertificates.</summary>
internal sealed class CertificateList(AcmStore store)
{
    private const int MaxPage = 1000;

    private static readonly string[] KeyAlgorithms = ["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"];
    private static readonly string[] DefaultKeyTypes = ["RSA_1024", "RSA_2048"];
    private static readonly string[] Statuses = ["PENDING_VALIDATION", "ISSUED", "INACTIVE", "EXPIRED", "VALIDATION_TIMED_OUT", "REVOKED", "FAILED"];

    /// <summary>A page of the certificates that a call asks for.</summary>
    /// <exception cref="AwsRuleException">The first rule broken.</exception>
    public JsonObject Page(AwsCall call, JsonObject input)
    {
        var statuses = ReadStatuses(input);
        var keyTypes = ReadKeyTypes(input);
        var size = input["MaxItems"] is JsonValue max && max.TryGetValue<int>(out var items) ? items : 100;
        if (size is < 1 or > MaxPage)
        {
            throw Validation(Invariant($"Value '{size}' at 'maxItems' failed to satisfy constraint: Member must have value between 1 and {MaxPage}"));
        }
        long after = 0;
        if (Text(input, "NextToken") is { } token && !long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            throw new AwsRuleException(400, "InvalidArgsException", "The NextToken is not valid.");
        }
        var found = store.Of(call.AccountId, call.Region)
            .Where(c => c.Sequence > after)
            .Where(c => statuses is not { Length: > 0 } || statuses.Contains(c.Status, StringComparer.Ordinal))
            .Where(c => keyTypes.Contains(c.KeyAlgorithm, StringComparer.Ordinal))
            .Take(size + 1)
            .ToArray();
        var reply = new JsonObject { ["CertificateSummaryList"] = new JsonArray([.. found.Take(size).Select(Summary)]) };
        if (found.Length > size)
        {
            reply["NextToken"] = found[size - 1].Sequence.ToString(CultureInfo.InvariantCulture);
        }
        return reply;
    }

    private static string[]? ReadStatuses(JsonObject input)
    {
        var statuses = Texts(input["CertificateStatuses"], "CertificateStatuses");
        if (statuses?.FirstOrDefault(s => !Statuses.Contains(s, StringComparer.Ordinal)) is { } unknown)
        {
            throw Validation(
                $"Value '[{unknown}]' at 'certificateStatuses' failed to satisfy constraint: Member must satisfy enum value set: "
                    + $"[{string.Join(", ", Statuses)}]");
        }
        return statuses;
    }

    private static string[] ReadKeyTypes(JsonObject input)
    {
        // Without keyTypes ACM lists RSA 1024 and 2048 only.
        var keyTypes = Texts((input["Includes"] as JsonObject)?["keyTypes"], "keyTypes") is { Length: > 0 } given ? given : DefaultKeyTypes;
        if (keyTypes.FirstOrDefault(s => !KeyAlgorithms.Contains(s, StringComparer.Ordinal)) is { } unknownKey)
        {
            throw Validation(
                $"Value '[{unknownKey}]' at 'includes.keyTypes' failed to satisfy constraint: Member must satisfy enum value set: "
                    + $"[{string.Join(", ", KeyAlgorithms)}]");
        }
        return keyTypes;
    }

    private JsonNode Summary(Certificate certificate)
    {
        var users = store.UsersOf(certificate.Arn);
        var summary = new JsonObject
        {
            ["CertificateArn"] = certificate.Arn,
            ["DomainName"] = certificate.Names[0],
            ["SubjectAlternativeNameSummaries"] = new JsonArray([.. certificate.Names.Select(n => JsonValue.Create(n))]),
            ["HasAdditionalSubjectAlternativeNames"] = false,
            ["Status"] = certificate.Status,
            ["Type"] = "AMAZON_ISSUED",
            ["KeyAlgorithm"] = certificate.KeyAlgorithm.StartsWith("RSA", StringComparison.Ordinal)
                ? certificate.KeyAlgorithm.Replace('_', '-')
                : certificate.KeyAlgorithm,
            ["InUse"] = users.Count > 0,
            ["RenewalEligibility"] = certificate.Status == "ISSUED" && users.Count > 0 ? "ELIGIBLE" : "INELIGIBLE",
            ["CreatedAt"] = Epoch(certificate.CreatedAt),
        };
        if (certificate.Issued is { } issued)
        {
            summary["IssuedAt"] = Epoch(certificate.IssuedAt!.Value);
            summary["NotBefore"] = Epoch(new DateTimeOffset(issued.NotBefore.ToUniversalTime()));
            summary["NotAfter"] = Epoch(new DateTimeOffset(issued.NotAfter.ToUniversalTime()));
        }
        return summary;
    }
}
