using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EmailSecurity.Sandbox.Accounts;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.Http;
using EmailSecurity.Sandbox.Signing;
using Microsoft.AspNetCore.Http.Features;

namespace EmailSecurity.Sandbox.Hosting;

/// <summary>The AWS endpoint: tells which service a request is for, checks its signature, applies denials and faults, hands it on, and logs it.</summary>
internal sealed class AwsFrontEnd(
    IReadOnlyList<IAwsService> services,
    SignatureVerifier verifier,
    SandboxAccount mainAccount,
    CallLog log,
    FaultPlan faults,
    DenialList denials,
    Func<AwsCall, AwsOperation, Task<bool>>? authorize,
    SandboxClock clock,
    TimeSpan timeoutHold,
    CancellationToken stopping)
{
    /// <summary>Larger bodies are refused: far above any policy, logo or change batch.</summary>
    public const long MostBodyBytes = 64 * 1024 * 1024;

    private readonly long started = Stopwatch.GetTimestamp();

    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var start = Stopwatch.GetTimestamp();
        var body = await RequestBody.ReadAsync(context.Request, MostBodyBytes - 1, context.RequestAborted);
        var request = ToRawRequest(context, body ?? []);
        var service = Route(request);
        var call = ToCall(request, service.Name, "", "", request.Body, new Dictionary<string, string>());
        var entry = new LoggedCall(service.Name, "Unknown", false, 0, null, (long)Stopwatch.GetElapsedTime(started, start).TotalMilliseconds, 0);
        void Log(int status, string? error) =>
            log.Add(entry with { Status = status, Error = error, DurationMs = (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds });
        async Task RefuseAsync(ServiceError error)
        {
            Log(error.Status, error.Code);
            await SendAsync(context, call, service.Error(call, error.Status, error.Code, error.Message));
        }

        if (body is null)
        {
            await RefuseAsync(
                new ServiceError(
                    service.Name == "s3" ? 400 : 413,
                    service.Name == "s3" ? "EntityTooLarge" : "RequestEntityTooLarge",
                    $"The sandbox takes bodies up to {MostBodyBytes} bytes."));
            return;
        }
        // Route 53 and CloudFront are global and signed for us-east-1 only.
        var verdict = verifier.Verify(request, service.Name, service.Name is "route53" or "cloudfront" ? "us-east-1" : null);
        if (verdict is SignatureResult.Bad bad)
        {
            if (service.Identify(call) is { } attempted)
            {
                entry = entry with { Operation = attempted.Name, Write = attempted.IsWrite };
            }
            await RefuseAsync(ServiceErrors.Signature(service.Name, bad));
            return;
        }
        var good = (SignatureResult.Good)verdict;
        var account = good.Credential.Account;
        call = ToCall(request, service.Name, good.Region, account.AccountId, good.Body, good.Trailers) with { AccessKey = good.Credential.AccessKey };
        if (service.Identify(call) is not { } operation)
        {
            await RefuseAsync(
                ServiceErrors.NotEmulated($"{service.Name} {call.Method} {request.RawPath}{(request.RawQuery.Length > 0 ? "?" + request.RawQuery : "")}"));
            return;
        }
        entry = entry with { Operation = operation.Name, Write = operation.IsWrite };
        var fault = faults.Next(service.Name, operation.Name);
        switch (fault)
        {
            case FaultKind.Throttle:
                await RefuseAsync(ServiceErrors.Throttle(service.Name));
                return;
            case FaultKind.Error500:
                await RefuseAsync(ServiceErrors.Internal(service.Name));
                return;
            case FaultKind.Reset:
                Log(0, "reset");
                await BrokenConnection.BreakAsync(context);
                return;
            case FaultKind.Timeout:
                await HoldAsync(context.RequestAborted);
                Log(0, "timeout");
                await BrokenConnection.BreakAsync(context);
                return;
            case FaultKind.BareError:
                call = call with { OlderErrorForm = true };
                break;
        }
        if (account == mainAccount && (denials.Denies(service.Name, operation.Name) || (authorize is not null && !await authorize(call, operation))))
        {
            await RefuseAsync(ServiceErrors.Denied(service.Name, operation.Name, good.Credential));
            return;
        }
        AwsReply reply;
        try
        {
            // Not the client's token: AWS finishes what it began when the client goes away.
            reply = await service.HandleAsync(call, operation, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            context.Abort();
            return;
        }
#pragma warning disable CA1031 // a fault of the sandbox itself must look like a fault of AWS, and be told on stderr
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync($"sandbox: {service.Name} {operation.Name} failed: {e}");
            await RefuseAsync(ServiceErrors.Internal(service.Name) with { Message = "The sandbox failed: " + e.Message });
            return;
        }
#pragma warning restore CA1031
        if (fault == FaultKind.LostResponse)
        {
            Log(0, "lostResponse");
            await BrokenConnection.BreakAsync(context);
            return;
        }
        Log(reply.Status, reply.Status >= 400 ? ErrorCode.Read(reply) : null);
        await SendAsync(context, call, reply);
    }

    private async Task HoldAsync(CancellationToken clientGone)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clientGone, stopping);
        await clock.DelayAsync(timeoutHold, either.Token).ContinueWith(
            static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Which service a request is for, by what only that service's requests look like. On AWS the host name tells.</summary>
    private IAwsService Route(RawRequest request)
    {
        var name = request.Header("x-amz-target").StartsWith("CertificateManager.", StringComparison.Ordinal) ? "acm"
            : request.RawPath.StartsWith("/2013-04-01/", StringComparison.Ordinal) ? "route53"
            : request.RawPath.StartsWith("/2020-05-31/", StringComparison.Ordinal) ? "cloudfront"
            : IsQueryProtocol(request) ? "sts"
            : "s3";
        return services.First(s => s.Name == name);
    }

    private static bool IsQueryProtocol(RawRequest request)
    {
        bool Asks(string parameter) => request.QueryParameters.Any(p => p.Name == parameter);
        return request.RawPath is "/" or "" && (request.Method == "POST" || Asks("Action")) && !Asks("delete");
    }

    private static RawRequest ToRawRequest(HttpContext context, byte[] body)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var headers = context.Request.Headers.ToDictionary(h => h.Key, h => string.Join(',', h.Value.AsEnumerable()), StringComparer.OrdinalIgnoreCase);
        return new RawRequest(context.Request.Method, question < 0 ? target : target[..question], question < 0 ? "" : target[(question + 1)..], headers, body);
    }

    private static AwsCall ToCall(
        RawRequest request, string service, string region, string accountId, byte[] body, IReadOnlyDictionary<string, string> trailers)
    {
        var query = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in request.QueryParameters)
        {
            query.TryAdd(name, value);
        }
        var headers = new Dictionary<string, string>(request.Headers, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in trailers)
        {
            headers[name] = value;
        }
        return new AwsCall
        {
            Service = service,
            Region = region,
            Method = request.Method,
            Path = UriCodec.Decode(request.RawPath.Length == 0 ? "/" : request.RawPath),
            Query = query,
            Headers = headers,
            Body = body,
            AccountId = accountId,
            RequestId = service == "s3" ? RandomNumberGenerator.GetString("0123456789ABCDEF", 16) : Guid.NewGuid().ToString(),
        };
    }

    private async Task SendAsync(HttpContext context, AwsCall call, AwsReply reply)
    {
        var response = context.Response;
        response.StatusCode = reply.Status;
        response.Headers.Date = clock.Now.ToString("R", CultureInfo.InvariantCulture);
        response.Headers["x-amzn-RequestId"] = call.RequestId;
        if (call.Service == "s3")
        {
            response.Headers["x-amz-request-id"] = call.RequestId;
            response.Headers["x-amz-id-2"] = Convert.ToBase64String(Encoding.UTF8.GetBytes("sandbox " + call.RequestId));
        }
        foreach (var (name, value) in reply.Headers)
        {
            response.Headers[name] = value;
        }
        if (reply.Status is 204 or 304)
        {
            return;
        }
        if (reply.ContentType.Length > 0)
        {
            response.ContentType = reply.ContentType;
        }
        response.ContentLength = reply.Body.Length;
        if (call.Method != "HEAD")
        {
            try
            {
                await response.Body.WriteAsync(reply.Body, context.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                // The client went away; what was done stays done.
            }
        }
    }
}
