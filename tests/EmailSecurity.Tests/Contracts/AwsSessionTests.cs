using System.Net;
using Amazon.Runtime;
using EmailSecurity.Aws.Session;
using EmailSecurity.Ports;
using EmailSecurity.Tests.Net;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Contracts;

/// <summary>Patience, cancellation and the translation of what the SDK throws.</summary>
public class AwsSessionTests
{
    private const string Throttled = "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error><RequestId>r</RequestId></ErrorResponse>";

    private static readonly AwsClientOptions Quick = AwsWorld.Options with { MaxBackoff = TimeSpan.FromMilliseconds(1) };

    // An end that comes at once, on a machine that may be busy; far below the time limits of what is cancelled.
    private static readonly TimeSpan AtOnce = TimeSpan.FromMinutes(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hung_response_is_abandoned_and_tried_again()
    {
        await using var aws = await StubAws.StartAsync((context, call) => call == 1 ? StubAws.HangAsync(context) : StubAws.AnswerAsync(context, 200, StubAws.Caller));
        using var services = Open(aws.Url, Quick with { RequestTimeout = TimeSpan.FromSeconds(2) });
        Assert.Equal("123456789012", (await services.Account.GetCallerIdentityAsync(Token)).AccountId);
        Assert.True(aws.Calls >= 2);
    }

    [Theory]
    [InlineData("error500")]
    [InlineData("html503")]
    [InlineData("throttle")]
    [InlineData("reset")]
    public async Task Faults_are_retried(string kind)
    {
        await using var aws = await StubAws.StartAsync((context, call) =>
        {
            if (call > 3)
            {
                return StubAws.AnswerAsync(context, 200, StubAws.Caller);
            }

            switch (kind)
            {
                case "reset":
                    context.Abort();
                    return Task.CompletedTask;
                case "html503":
                    return StubAws.AnswerAsync(context, 503, "<html><body>Service Unavailable", "text/html");
                case "throttle":
                    return StubAws.AnswerAsync(context, 400, Throttled);
                default:
                    return StubAws.AnswerAsync(context, 500, "");
            }
        });
        using var services = Open(aws.Url);
        Assert.Equal("123456789012", (await services.Account.GetCallerIdentityAsync(Token)).AccountId);
        Assert.Equal(4, aws.Calls);
    }

    [Theory]
    [InlineData("error500", "AwsUnavailable", ErrorKind.Unavailable)]
    [InlineData("throttle", "Throttled", ErrorKind.LimitsExceeded)]
    public async Task Retries_are_bounded(string kind, string errorId, ErrorKind errorKind)
    {
        await using var aws = await StubAws.StartAsync((context, _) => kind == "throttle" ? StubAws.AnswerAsync(context, 400, Throttled) : StubAws.AnswerAsync(context, 500, ""));
        using var services = Open(aws.Url, Quick with { MaxErrorRetry = 3 });
        var e = await AwsWorld.FailsAsync(errorId, () => services.Account.GetCallerIdentityAsync(Token));
        Assert.Equal(errorKind, e.Kind);
        Assert.Contains("STS GetCallerIdentity", e.Message, StringComparison.Ordinal);
        Assert.NotEmpty(e.Fix);
        Assert.Equal(4, aws.Calls);
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("")]
    [InlineData("<html><body>Sign in to the hotel's network</body></html>")]
    [InlineData("<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>x</Arn><Account>1</Account></GetCallerIdentityResult></GetCallerIdentityResponse>")]
    public async Task An_answer_that_is_none_is_AwsUnexpectedResponse(string body)
    {
        await using var aws = await StubAws.StartAsync((context, _) => StubAws.AnswerAsync(context, 200, body));
        using var services = Open(aws.Url);
        var e = await AwsWorld.FailsAsync("AwsUnexpectedResponse", () => services.Account.GetCallerIdentityAsync(Token));
        Assert.Equal(ErrorKind.InvalidData, e.Kind);
    }

    [Fact]
    public async Task An_endpoint_where_nobody_listens_is_AwsUnavailable()
    {
        using var closed = ClosedPort.Tcp();
        using var services = Open("http://" + closed.Address);
        var e = await AwsWorld.FailsAsync("AwsUnavailable", () => services.Account.GetCallerIdentityAsync(Token));
        Assert.Equal(ErrorKind.Unavailable, e.Kind);
    }

    [Fact]
    public async Task Cancelling_ends_a_hung_call_at_once()
    {
        var asked = new TaskCompletionSource();
        await using var aws = await StubAws.StartAsync((context, _) =>
        {
            asked.TrySetResult();
            return StubAws.HangAsync(context);
        });
        using var services = Open(aws.Url, Quick with { RequestTimeout = TimeSpan.FromMinutes(30) });
        using var cancel = new CancellationTokenSource();
        var call = services.Account.GetCallerIdentityAsync(cancel.Token);
        await asked.Task;
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(AtOnce, Token));
    }

    [Fact]
    public async Task Cancelling_does_not_wait_for_a_backoff()
    {
        var failed = new TaskCompletionSource();
        await using var aws = await StubAws.StartAsync((context, call) =>
        {
            if (call == 3)
            {
                failed.TrySetResult();
            }

            return StubAws.AnswerAsync(context, 500, "");
        });
        using var services = Open(aws.Url, Quick with { MaxBackoff = TimeSpan.FromSeconds(20), MaxErrorRetry = 10 });
        using var cancel = new CancellationTokenSource();
        var call = services.Account.GetCallerIdentityAsync(cancel.Token);
        await failed.Task;
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(AtOnce, Token));
    }

    [Fact]
    public async Task Cancelling_does_not_wait_for_credentials()
    {
        var source = new Slow();
        using var services = new ServicesFactory(Quick).Create(new ConnectionSettings { Credential = source, EndpointUrl = "http://127.0.0.1:1" }, TimeProvider.System);
        using var cancel = new CancellationTokenSource();
        var call = services.Account.GetCallerIdentityAsync(cancel.Token);
        await source.Asked.Task;
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(AtOnce, Token));
        source.Release.Set();
    }

    [Theory]
    [InlineData("AccessDenied", 403, "AccessDenied", ErrorKind.PermissionDenied)]
    [InlineData("AccessDeniedException", 400, "AccessDenied", ErrorKind.PermissionDenied)]
    [InlineData("SomethingNew", 403, "AccessDenied", ErrorKind.PermissionDenied)]
    [InlineData("InvalidClientTokenId", 403, "CredentialsInvalid", ErrorKind.Authentication)]
    [InlineData("SignatureDoesNotMatch", 403, "CredentialsInvalid", ErrorKind.Authentication)]
    [InlineData("UnrecognizedClientException", 400, "CredentialsInvalid", ErrorKind.Authentication)]
    [InlineData("ExpiredToken", 400, "CredentialsExpired", ErrorKind.Authentication)]
    [InlineData("RequestTimeTooSkewed", 403, "ClockSkewed", ErrorKind.Authentication)]
    [InlineData("Throttling", 400, "Throttled", ErrorKind.LimitsExceeded)]
    [InlineData("PriorRequestNotComplete", 400, "Throttled", ErrorKind.LimitsExceeded)]
    [InlineData("SlowDown", 503, "Throttled", ErrorKind.LimitsExceeded)]
    [InlineData("Anything", 429, "Throttled", ErrorKind.LimitsExceeded)]
    [InlineData("LimitExceededException", 400, "LimitExceeded", ErrorKind.LimitsExceeded)]
    [InlineData("TooManyDistributions", 400, "LimitExceeded", ErrorKind.LimitsExceeded)]
    [InlineData("TooManyHostedZones", 400, "LimitExceeded", ErrorKind.LimitsExceeded)]
    [InlineData("NoSuchHostedZone", 404, "HostedZoneNotFound", ErrorKind.NotFound)]
    [InlineData("InvalidChangeBatch", 400, "RecordChangeRefused", ErrorKind.InvalidOperation)]
    [InlineData("BucketAlreadyExists", 409, "BucketNameTaken", ErrorKind.Exists)]
    [InlineData("CNAMEAlreadyExists", 409, "AliasTaken", ErrorKind.Exists)]
    [InlineData("InvalidViewerCertificate", 400, "CertificateNotUsable", ErrorKind.InvalidOperation)]
    [InlineData("InternalError", 500, "AwsUnavailable", ErrorKind.Unavailable)]
    [InlineData(null, 502, "AwsUnavailable", ErrorKind.Unavailable)]
    [InlineData("MalformedXML", 400, "AwsRequestRefused", ErrorKind.InvalidOperation)]
    public void Codes_have_stable_ids(string? code, int status, string errorId, ErrorKind kind)
    {
        var e = AwsErrors.Translate(new AmazonServiceException("what AWS says.", ErrorType.Sender, code, "r", (HttpStatusCode)status), new AwsCallName("s3", "PutObject", "bucket/key"), "profile 'ops'");
        Assert.Equal((errorId, kind, "bucket/key"), (e.ErrorId, e.Kind, e.Target));
        Assert.StartsWith("S3 PutObject (bucket/key) ", e.Message, StringComparison.Ordinal);
        Assert.Contains("what AWS says", e.Message, StringComparison.Ordinal);
        Assert.NotEmpty(e.Fix);
        if (errorId == "AccessDenied")
        {
            Assert.Contains("s3:PutObject", e.Message, StringComparison.Ordinal);
        }

        if (kind == ErrorKind.Authentication && errorId.StartsWith("Credentials", StringComparison.Ordinal))
        {
            Assert.Contains("profile 'ops'", e.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(typeof(TimeoutException), "AwsUnavailable", ErrorKind.Timeout)]
    [InlineData(typeof(TaskCanceledException), "AwsUnavailable", ErrorKind.Timeout)]
    [InlineData(typeof(HttpRequestException), "AwsUnavailable", ErrorKind.Unavailable)]
    [InlineData(typeof(IOException), "AwsUnavailable", ErrorKind.Unavailable)]
    [InlineData(typeof(System.Xml.XmlException), "AwsUnexpectedResponse", ErrorKind.InvalidData)]
    [InlineData(typeof(AmazonClientException), "AwsUnexpectedResponse", ErrorKind.InvalidData)]
    public void Failures_below_the_service_have_stable_ids(Type type, string errorId, ErrorKind kind)
    {
        var error = type == typeof(AmazonClientException) ? new AmazonClientException("x") : (Exception)Activator.CreateInstance(type)!;
        var e = AwsErrors.Translate(error, new AwsCallName("route53", "GetChange"), "");
        Assert.Equal((errorId, kind), (e.ErrorId, e.Kind));
        Assert.Contains("Route 53 GetChange", e.Message, StringComparison.Ordinal);
    }

    private static IEmailSecurityServices Open(string url, AwsClientOptions? options = null) =>
        new ServicesFactory(options ?? Quick).Create(new ConnectionSettings { AccessKey = "AK", SecretKey = "secret", EndpointUrl = url }, TimeProvider.System);

    public sealed record Keys(string AccessKey, string SecretKey, string Token);

    public sealed class Slow
    {
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ManualResetEventSlim Release { get; } = new();

        public Keys GetCredentials()
        {
            Asked.TrySetResult();
            Release.Wait(TimeSpan.FromMinutes(30));
            return new Keys("AK", "s", "");
        }
    }
}
