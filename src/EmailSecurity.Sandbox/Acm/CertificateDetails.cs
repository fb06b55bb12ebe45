using System.Text.Json.Nodes;
using static EmailSecurity.Sandbox.Acm.AcmJson;

namespace EmailSecurity.Sandbox.Acm;

/// <summary>DescribeCertificate.</summary>
internal sealed class CertificateDetails(AcmStore store)
{
    /// <summary>What DescribeCertificate tells of a certificate.</summary>
    public JsonObject Detail(Certificate certificate)
    {
        certificate.Described++;
        var detail = new JsonObject
        {
            ["CertificateArn"] = certificate.Arn,
            ["DomainName"] = certificate.Names[0],
            ["SubjectAlternativeNames"] = new JsonArray([.. certificate.Names.Select(n => JsonValue.Create(n))]),
            ["DomainValidationOptions"] = Validations(certificate),
            ["Subject"] = $"CN={certificate.Names[0]}",
            ["Issuer"] = "Amazon",
            ["CreatedAt"] = Epoch(certificate.CreatedAt),
            ["Status"] = certificate.Status,
            ["KeyAlgorithm"] = certificate.KeyAlgorithm.Replace('_', '-') is var k && k.StartsWith("RSA", StringComparison.Ordinal)
                ? k
                : certificate.KeyAlgorithm,
            ["SignatureAlgorithm"] = "SHA256WITHECDSA",
            ["InUseBy"] = new JsonArray([.. store.UsersOf(certificate.Arn).Select(a => JsonValue.Create(a))]),
            ["Type"] = "AMAZON_ISSUED",
            ["RenewalEligibility"] = certificate.Status == "ISSUED" && store.UsersOf(certificate.Arn).Count > 0 ? "ELIGIBLE" : "INELIGIBLE",
            ["Options"] = new JsonObject { ["CertificateTransparencyLoggingPreference"] = "ENABLED", ["Export"] = "DISABLED" },
        };
        if (certificate.FailureReason.Length > 0)
        {
            detail["FailureReason"] = certificate.FailureReason;
        }
        if (certificate.Issued is { } issued)
        {
            detail["Serial"] = string.Join(':', issued.SerialNumber.ToLowerInvariant().Chunk(2).Select(p => new string(p)));
            detail["IssuedAt"] = Epoch(certificate.IssuedAt!.Value);
            detail["NotBefore"] = Epoch(new DateTimeOffset(issued.NotBefore.ToUniversalTime()));
            detail["NotAfter"] = Epoch(new DateTimeOffset(issued.NotAfter.ToUniversalTime()));
            detail["KeyUsages"] = new JsonArray(Named("DIGITAL_SIGNATURE"), Named("KEY_ENCIPHERMENT"));
            detail["ExtendedKeyUsages"] = new JsonArray(Named("TLS_WEB_SERVER_AUTHENTICATION", "1.3.6.1.5.5.7.3.1"));
        }
        if (store.RenewingSince(certificate) is { } since)
        {
            // User guide, "Check a certificate's renewal status": pending until every name is validated.
            var options = Validations(certificate);
            foreach (var option in options)
            {
                option!["ValidationStatus"] = store.IsShown(certificate, option["DomainName"]!.GetValue<string>()) ? "SUCCESS" : "PENDING_VALIDATION";
            }
            detail["RenewalSummary"] = new JsonObject
            {
                ["RenewalStatus"] = "PENDING_AUTO_RENEWAL",
                ["DomainValidationOptions"] = options,
                ["UpdatedAt"] = Epoch(since),
            };
        }
        else if (certificate.RenewedAt is { } renewed)
        {
            detail["RenewalSummary"] = new JsonObject
            {
                ["RenewalStatus"] = "SUCCESS",
                ["DomainValidationOptions"] = Validations(certificate),
                ["UpdatedAt"] = Epoch(renewed),
            };
        }
        return detail;
    }

    private JsonArray Validations(Certificate certificate)
    {
        var shown = certificate.ValidationMethod == "DNS" && store.RecordsAreShown(certificate);
        var options = new JsonArray();
        foreach (var name in certificate.Names)
        {
            var option = new JsonObject
            {
                ["DomainName"] = name,
                ["ValidationDomain"] = name,
                ["ValidationStatus"] = certificate.Status switch
                {
                    "ISSUED" or "EXPIRED" => "SUCCESS",
                    "FAILED" or "VALIDATION_TIMED_OUT" when !certificate.Validated.Contains(name) || certificate.FailureReason.Length > 0 => "FAILED",
                    _ => certificate.Validated.Contains(name) ? "SUCCESS" : "PENDING_VALIDATION",
                },
                ["ValidationMethod"] = certificate.ValidationMethod,
            };
            if (shown)
            {
                var record = AcmStore.RecordFor(certificate.AccountId, name);
                var json = Named(record.Name);
                json["Type"] = "CNAME";
                json["Value"] = record.Value;
                option["ResourceRecord"] = json;
            }
            options.Add(option);
        }
        return options;
    }
}
