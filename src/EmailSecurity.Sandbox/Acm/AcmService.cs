using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.Tls;

namespace EmailSecurity.Sandbox.Acm;

/// <summary>ACM (aws-json 1.1, target prefix <c>CertificateManager</c>).</summary>
public sealed partial class AcmService(AcmStore store, SandboxCa ca) : IAwsService
{
    private const string Prefix = "CertificateManager.";
    private const string ContentType = "application/x-amz-json-1.1";

    // ACM quotas: 10 names a certificate unless raised, 2,500 certificates, 50 tags.
    private const int MaxNames = 10;
    private const int MaxCertificates = 2500;
    private const int MaxTags = 50;
    private const int MaxPage = 1000;
    private const int MaxCommonName = 64;

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] KeyAlgorithms = ["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"];
    private static readonly string[] RequestableKeyAlgorithms = ["RSA_2048", "EC_prime256v1", "EC_secp384r1"];
    private static readonly string[] DefaultKeyTypes = ["RSA_1024", "RSA_2048"];
    private static readonly string[] Statuses = ["PENDING_VALIDATION", "ISSUED", "INACTIVE", "EXPIRED", "VALIDATION_TIMED_OUT", "REVOKED", "FAILED"];

    /// <inheritdoc/>
    public string Name => "acm";

    /// <inheritdoc/>
    public AwsOperation? Identify(AwsCall call)
    {
        var target = call.Headers.GetValueOrDefault("X-Amz-Target") ?? "";
        return (target.StartsWith(Prefix, StringComparison.Ordinal) ? target[Prefix.Length..] : "") switch
        {
            "RequestCertificate" => new("RequestCertificate", true),
            "DescribeCertificate" => new("DescribeCertificate", false),
            "GetCertificate" => new("GetCertificate", false),
            "ListCertificates" => new("ListCertificates", false),
            "DeleteCertificate" => new("DeleteCertificate", true),
            "AddTagsToCertificate" => new("AddTagsToCertificate", true),
            "RemoveTagsFromCertificate" => new("RemoveTagsFromCertificate", true),
            "ListTagsForCertificate" => new("ListTagsForCertificate", false),
            _ => null,
        };
    }

    /// <inheritdoc/>
    public AwsReply Error(AwsCall call, int status, string code, string message)
    {
        var body = new JsonObject { ["__type"] = code, ["message"] = message };
        return Reply(status, body) with { Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["x-amzn-ErrorType"] = code } };
    }

    /// <inheritdoc/>
    public Task<AwsReply> HandleAsync(AwsCall call, AwsOperation operation, CancellationToken cancellationToken)
    {
        try
        {
            var input = Parse(call.Body);
            lock (store.Gate)
            {
                return Task.FromResult(operation.Name switch
                {
                    "RequestCertificate" => Request(call, input),
                    "DescribeCertificate" => Describe(Find(call, input)),
                    "GetCertificate" => Get(Find(call, input)),
                    "ListCertificates" => List(call, input),
                    "DeleteCertificate" => Delete(Find(call, input)),
                    "AddTagsToCertificate" => AddTags(Find(call, input), input),
                    "RemoveTagsFromCertificate" => RemoveTags(Find(call, input), input),
                    "ListTagsForCertificate" => Reply(200, new JsonObject { ["Tags"] = TagsOf(Find(call, input)) }),
                    _ => Error(call, 400, "UnknownOperationException", operation.Name),
                });
            }
        }
        catch (AwsRuleException e)
        {
            return Task.FromResult(Error(call, e.Status, e.Code, e.Message));
        }
    }

    [GeneratedRegex(@"^(\*\.)?(((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9])\.)+((?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9])$", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex DomainPattern();

    [GeneratedRegex(@"^arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+$", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex ArnPattern();

    private static AwsReply Reply(int status, JsonObject body) => new(status, ContentType, Encoding.UTF8.GetBytes(body.ToJsonString(Json)));

    private static AwsReply Nothing() => new(200, ContentType, []);

    private static JsonObject Parse(byte[] body)
    {
        try
        {
            return (body.Length == 0 ? new JsonObject() : JsonNode.Parse(body) as JsonObject)
                ?? throw new AwsRuleException(400, "SerializationException", "The body is not a JSON object");
        }
        catch (JsonException e)
        {
            throw new AwsRuleException(400, "SerializationException", e.Message);
        }
    }

    private static AwsRuleException Validation(string message) => new(400, "ValidationException", "1 validation error detected: " + message);

    private static string? Text(JsonObject input, string member) =>
        input[member] is not { } node ? null
            : node is JsonValue value && value.TryGetValue<string>(out var text) ? text
            : throw new AwsRuleException(400, "SerializationException", $"{member} is not a string");

    private static string[]? Texts(JsonNode? node, string member)
    {
        if (node is null)
        {
            return null;
        }
        return node is JsonArray array && array.All(i => i is JsonValue v && v.TryGetValue<string>(out _))
            ? [.. array.Select(i => i!.GetValue<string>())]
            : throw new AwsRuleException(400, "SerializationException", $"{member} is not a list of strings");
    }

    private static double Epoch(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;

    private Certificate Find(AwsCall call, JsonObject input)
    {
        var arn = Text(input, "CertificateArn") ?? throw Validation("Value null at 'certificateArn' failed to satisfy constraint: Member must not be null");
        if (!ArnPattern().IsMatch(arn))
        {
            throw new AwsRuleException(400, "InvalidArnException", $"Invalid ARN: {arn}");
        }
        var certificate = store.Find(arn);
        return certificate is not null && certificate.Region == call.Region && certificate.AccountId == call.AccountId
            ? certificate
            : throw new AwsRuleException(400, "ResourceNotFoundException", $"Could not find certificate {arn} in account {call.AccountId}.");
    }

    private AwsReply Request(AwsCall call, JsonObject input)
    {
        var domain = (
            Text(input, "DomainName")
                ?? throw Validation("Value null at 'domainName' failed to satisfy constraint: Member must not be null")).ToLowerInvariant();
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
        var token = Text(input, "IdempotencyToken") ?? "";
        if (input["IdempotencyToken"] is not null && (token.Length is 0 or > 32 || !token.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')))
        {
            throw Validation($"Value '{token}' at 'idempotencyToken' failed to satisfy constraint: Member must satisfy regular expression pattern: \\w+");
        }
        var key = Text(input, "KeyAlgorithm") ?? "RSA_2048";
        if (!RequestableKeyAlgorithms.Contains(key, StringComparer.Ordinal))
        {
            throw Validation(
                $"Value '{key}' at 'keyAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: "
                    + $"[{string.Join(", ", RequestableKeyAlgorithms)}]");
        }
        var method = Text(input, "ValidationMethod") ?? "EMAIL";
        if (method is not ("DNS" or "EMAIL"))
        {
            throw Validation($"Value '{method}' at 'validationMethod' failed to satisfy constraint: Member must satisfy enum value set: [EMAIL, DNS]");
        }
        var tags = ReadTags(input, required: false);
        var existing = store.Of(call.AccountId, call.Region);
        if (existing.Count >= MaxCertificates)
        {
            throw new AwsRuleException(400, "LimitExceededException", $"Error: the quota of {MaxCertificates} certificates has been reached.");
        }
        var certificate = store.Request(call.AccountId, call.Region, names, method, key, token);
        MergeTags(certificate, tags);
        return Reply(200, new JsonObject { ["CertificateArn"] = certificate.Arn });
    }

    private AwsReply Describe(Certificate certificate)
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
        if (certificate.RenewedAt is { } renewed)
        {
            detail["RenewalSummary"] = new JsonObject
            {
                ["RenewalStatus"] = "SUCCESS",
                ["DomainValidationOptions"] = Validations(certificate),
                ["UpdatedAt"] = Epoch(renewed),
            };
        }
        return Reply(200, new JsonObject { ["Certificate"] = detail });
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

    private static JsonObject Named(string name, string? oid = null)
    {
        var json = new JsonObject { [nameof(Name)] = name };
        if (oid is not null)
        {
            json["OID"] = oid;
        }
        return json;
    }

    private AwsReply Get(Certificate certificate) => certificate.Issued is { } issued
        ? Reply(200, new JsonObject { ["Certificate"] = issued.ExportCertificatePem(), ["CertificateChain"] = ca.RootPem })
        : throw new AwsRuleException(400, "RequestInProgressException", $"Certificate {certificate.Arn} is in the {certificate.Status} state.");

    private AwsReply List(AwsCall call, JsonObject input)
    {
        var statuses = Texts(input["CertificateStatuses"], "CertificateStatuses");
        if (statuses?.FirstOrDefault(s => !Statuses.Contains(s, StringComparer.Ordinal)) is { } unknown)
        {
            throw Validation(
                $"Value '[{unknown}]' at 'certificateStatuses' failed to satisfy constraint: Member must satisfy enum value set: "
                    + $"[{string.Join(", ", Statuses)}]");
        }
        // Without keyTypes ACM lists RSA 1024 and 2048 only.
        var keyTypes = Texts((input["Includes"] as JsonObject)?["keyTypes"], "keyTypes") is { Length: > 0 } given ? given : DefaultKeyTypes;
        if (keyTypes.FirstOrDefault(s => !KeyAlgorithms.Contains(s, StringComparer.Ordinal)) is { } unknownKey)
        {
            throw Validation(
                $"Value '[{unknownKey}]' at 'includes.keyTypes' failed to satisfy constraint: Member must satisfy enum value set: "
                    + $"[{string.Join(", ", KeyAlgorithms)}]");
        }
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
            .Where(c =>
                c.Sequence > after
                    && (statuses is not { Length: > 0 } || statuses.Contains(c.Status, StringComparer.Ordinal))
                    && keyTypes.Contains(c.KeyAlgorithm, StringComparer.Ordinal))
            .Take(size + 1).ToArray();
        var reply = new JsonObject { ["CertificateSummaryList"] = new JsonArray([.. found.Take(size).Select(Summary)]) };
        if (found.Length > size)
        {
            reply["NextToken"] = found[size - 1].Sequence.ToString(CultureInfo.InvariantCulture);
        }
        return Reply(200, reply);
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

    private AwsReply Delete(Certificate certificate)
    {
        if (store.UsersOf(certificate.Arn).Count > 0)
        {
            throw new AwsRuleException(400, "ResourceInUseException", $"Certificate {certificate.Arn} in account {certificate.AccountId} is in use.");
        }
        store.Delete(certificate);
        return Nothing();
    }

    private static (string Key, string? Value)[] ReadTags(JsonObject input, bool required)
    {
        if (input["Tags"] is not JsonArray array)
        {
            return required ? throw Validation("Value null at 'tags' failed to satisfy constraint: Member must not be null") : [];
        }
        var tags = array.OfType<JsonObject>().Select(t => (Key: Text(t, "Key") ?? "", Value: Text(t, "Value"))).ToArray();
        return tags.All(t => t.Key.Length is > 0 and <= 128 && (t.Value?.Length ?? 0) <= 256 && !t.Key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
            ? tags
            : throw new AwsRuleException(400, "InvalidTagException", "One or more of the request parameters, a tag key or value, is not valid.");
    }

    private static void MergeTags(Certificate certificate, (string Key, string? Value)[] tags)
    {
        if (certificate.Tags.Keys.Union(tags.Select(t => t.Key), StringComparer.Ordinal).Count() > MaxTags)
        {
            throw new AwsRuleException(400, "TooManyTagsException", $"A certificate has at most {MaxTags} tags.");
        }
        foreach (var (key, value) in tags)
        {
            certificate.Tags[key] = value ?? "";
        }
    }

    private static AwsReply AddTags(Certificate certificate, JsonObject input)
    {
        MergeTags(certificate, ReadTags(input, required: true));
        return Nothing();
    }

    private static AwsReply RemoveTags(Certificate certificate, JsonObject input)
    {
        foreach (var (key, value) in ReadTags(input, required: true))
        {
            if (value is null || certificate.Tags.GetValueOrDefault(key) == value)
            {
                certificate.Tags.Remove(key);
            }
        }
        return Nothing();
    }

    private static JsonArray TagsOf(Certificate certificate) =>
        new([.. certificate.Tags.Select(t => new JsonObject { ["Key"] = t.Key, ["Value"] = t.Value })]);
}
