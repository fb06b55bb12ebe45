using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.Tls;
using static EmailSecurity.Sandbox.Acm.AcmJson;

namespace EmailSecurity.Sandbox.Acm;

/// <summary>ACM (aws-json 1.1, target prefix <c>CertificateManager</c>).</summary>
public sealed partial class AcmService(AcmStore store, SandboxCa ca) : IAwsService
{
    private const string Prefix = "CertificateManager.";

    private readonly CertificateRequests requests = new(store);
    private readonly CertificateDetails details = new(store);
    private readonly CertificateList list = new(store);

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
                    "RequestCertificate" => Reply(200, new JsonObject { ["CertificateArn"] = requests.Make(call, input).Arn }),
                    "DescribeCertificate" => Reply(200, new JsonObject { ["Certificate"] = details.Detail(Find(call, input)) }),
                    "GetCertificate" => Get(Find(call, input)),
                    "ListCertificates" => Reply(200, list.Page(call, input)),
                    "DeleteCertificate" => Delete(Find(call, input)),
                    "AddTagsToCertificate" => CertificateTags.Add(Find(call, input), input),
                    "RemoveTagsFromCertificate" => CertificateTags.Remove(Find(call, input), input),
                    "ListTagsForCertificate" => Reply(200, new JsonObject { ["Tags"] = CertificateTags.Of(Find(call, input)) }),
                    _ => Error(call, 400, "UnknownOperationException", operation.Name),
                });
            }
        }
        catch (AwsRuleException e)
        {
            return Task.FromResult(Error(call, e.Status, e.Code, e.Message));
        }
    }

    [GeneratedRegex(@"^arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+$", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex ArnPattern();

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

    private AwsReply Get(Certificate certificate) => certificate.Issued is { } issued
        ? Reply(200, new JsonObject { ["Certificate"] = issued.ExportCertificatePem(), ["CertificateChain"] = ca.RootPem })
        : throw new AwsRuleException(400, "RequestInProgressException", $"Certificate {certificate.Arn} is in the {certificate.Status} state.");

    private AwsReply Delete(Certificate certificate)
    {
        if (store.UsersOf(certificate.Arn).Count > 0)
        {
            throw new AwsRuleException(400, "ResourceInUseException", $"Certificate {certificate.Arn} in account {certificate.AccountId} is in use.");
        }
        store.Delete(certificate);
        return Nothing();
    }
}
