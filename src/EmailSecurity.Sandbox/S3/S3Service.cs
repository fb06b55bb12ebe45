using System.Xml.Linq;
using EmailSecurity.Sandbox.Aws;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.S3.Documents;

namespace EmailSecurity.Sandbox.S3;

/// <summary>S3, as strict as AWS on what the module uses, and 501 on what is not emulated.</summary>
internal sealed class S3Service(S3State state) : IAwsService
{
    /// <inheritdoc/>
    public string Name => "s3";

    /// <inheritdoc/>
    public AwsOperation? Identify(AwsCall call) =>
        S3Operation.Of(call, S3Address.Of(call)) is { } operation ? new AwsOperation(operation.Name, operation.IsWrite) : null;

    /// <inheritdoc/>
    public Task<AwsReply> HandleAsync(AwsCall call, AwsOperation operation, CancellationToken cancellationToken)
    {
        try
        {
            lock (state.Gate)
            {
                return Task.FromResult(Handle(call));
            }
        }
        catch (S3Exception e)
        {
            return Task.FromResult(ErrorReply(call, e));
        }
    }

    /// <inheritdoc/>
    public AwsReply Error(AwsCall call, int status, string code, string message) => ErrorReply(call, new S3Exception(status, code, message));

    private AwsReply Handle(AwsCall call)
    {
        var address = S3Address.Of(call);
        var operation = S3Operation.Of(call, address)!;
        var account = state.Accounts.FindAccount(call.AccountId) ?? throw S3Exception.AccessDenied();
        var context = new S3Context(state, call, account, address.Bucket, address.Key);
        if (operation.Name is not ("ListBuckets" or "CreateBucket"))
        {
            if (!BucketNames.IsValid(address.Bucket))
            {
                throw new S3Exception(400, "InvalidBucketName", "The specified bucket is not valid.")
                {
                    Details = [new XElement("BucketName", address.Bucket)],
                };
            }
            if (!state.Buckets.TryGetValue(address.Bucket, out var bucket))
            {
                throw new S3Exception(404, "NoSuchBucket", "The specified bucket does not exist") { Details = [new XElement("BucketName", address.Bucket)] };
            }
            CheckRegion(call, operation, bucket);
            if (call.Headers.GetValueOrDefault("x-amz-expected-bucket-owner") is { } expected && expected != bucket.Owner.AccountId)
            {
                throw S3Exception.AccessDenied();
            }
            if (operation.Name != "DeleteObjects") // judged object by object
            {
                var versioned = call.Query.ContainsKey("versionId") && operation.Action is ("GetObject" or "DeleteObject");
                Authorization.Demand(context, versioned ? operation.Action + "Version" : operation.Action, address.Key);
            }
        }
        if (operation.NeedsChecksum)
        {
            BodyChecksums.Check(call, required: true);
        }
        return operation.Handler(context);
    }

    /// <summary>A bucket answers in its own region only; the error tells which that is.</summary>
    private static void CheckRegion(AwsCall call, S3Operation operation, Bucket bucket)
    {
        if (call.Region == bucket.Region || (operation.Name == "GetBucketLocation" && call.Region == "us-east-1"))
        {
            return;
        }
        var headers = new Dictionary<string, string> { ["x-amz-bucket-region"] = bucket.Region };
        throw call.Region == "us-east-1"
            ? new S3Exception(
                400, "AuthorizationHeaderMalformed", $"The authorization header is malformed; the region '{call.Region}' is wrong; expecting '{bucket.Region}'")
            {
                Details = [new XElement("Region", bucket.Region)],
                Headers = headers,
            }
            : new S3Exception(
                301,
                "PermanentRedirect",
                "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.")
            {
                Details = [new XElement("Endpoint", $"s3.{bucket.Region}.amazonaws.com"), new XElement("Bucket", bucket.Name)],
                Headers = headers,
            };
    }

    private static AwsReply ErrorReply(AwsCall call, S3Exception e) => new(
        e.Status,
        "application/xml",
        // S3 answers HEAD without a body, so that the status is all a client learns.
        call.Method == "HEAD"
            ? []
            : AwsXml.Document(
                new XElement(
                    "Error",
                    new XElement("Code", e.Code),
                    new XElement("Message", e.Message),
                    e.Details,
                    new XElement("Resource", call.Path),
                    new XElement("RequestId", call.RequestId),
                    new XElement("HostId", "sandbox"))))
    {
        Headers = e.Headers,
    };
}
