using System.Diagnostics;
using EmailSecurity.Sandbox.Accounts;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.Http;
using EmailSecurity.Sandbox.Signing;

namespace EmailSecurity.Sandbox.Hosting;

/// <summary>The AWS endpoint: tells which service a request is for, checks its signature, applies denials and faults, hands it on, and logs it.</summary>
internal sealed class AwsFrontEnd(
    IReadOnlyList<IAwsService> services,
    SignatureVerifier verifier,
    SandboxAccount mainAccount,
    CallControls controls,
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
        var arrived = Stopwatch.GetTimestamp();
        var body = await RequestBody.ReadAsync(context.Request, MostBodyBytes - 1, context.RequestAborted);
        var request = AwsRequest.ToRawRequest(context, body ?? []);
        var service = Route(request);
        var unsigned = AwsRequest.ToCall(request, service.Name, "", "", request.Body, new Dictionary<string, string>());
        var exchange = new Exchange(context, service, unsigned, controls.Log, clock, started, arrived);
        if (body is null)
        {
            await exchange.RefuseAsync(ServiceErrors.TooLarge(service.Name, MostBodyBytes));
            return;
        }
        // Route 53 and CloudFront are global and signed for us-east-1 only.
        var verdict = verifier.Verify(request, service.Name, service.Name is "route53" or "cloudfront" ? "us-east-1" : null);
        if (verdict is not SignatureResult.Good good)
        {
            exchange.Identify();
            await exchange.RefuseAsync(ServiceErrors.Signature(service.Name, (SignatureResult.Bad)verdict));
            return;
        }
        var caller = good.Credential;
        exchange.Call = AwsRequest.ToCall(request, service.Name, good.Region, caller.Account.AccountId, good.Body, good.Trailers) with
        {
            AccessKey = caller.AccessKey,
        };
        if (exchange.Identify() is not { } operation)
        {
            var query = request.RawQuery.Length > 0 ? "?" + request.RawQuery : "";
            await exchange.RefuseAsync(ServiceErrors.NotEmulated($"{service.Name} {request.Method} {request.RawPath}{query}"));
            return;
        }
        var fault = controls.Faults.Next(service.Name, operation.Name);
        if (await FailAsync(exchange, fault))
        {
            return;
        }
        if (caller.Account == mainAccount && await controls.DenyAsync(exchange.Call, operation))
        {
            await exchange.RefuseAsync(ServiceErrors.Denied(service.Name, operation.Name, caller));
            return;
        }
        await CarryOutAsync(exchange, operation, isAnswerLost: fault == FaultKind.LostResponse);
    }

    // True where the fault ended the exchange.
    private async Task<bool> FailAsync(Exchange exchange, FaultKind? fault)
    {
        switch (fault)
        {
            case FaultKind.Throttle:
                await exchange.RefuseAsync(ServiceErrors.Throttle(exchange.Service.Name));
                return true;
            case FaultKind.Error500:
                await exchange.RefuseAsync(ServiceErrors.Internal(exchange.Service.Name));
                return true;
            case FaultKind.Reset:
                await exchange.BreakAsync("reset");
                return true;
            case FaultKind.Timeout:
                await HoldAsync(exchange.Context.RequestAborted);
                await exchange.BreakAsync("timeout");
                return true;
            case FaultKind.BareError:
                exchange.Call = exchange.Call with { OlderErrorForm = true };
                return false;
            default:
                return false;
        }
    }

    private async Task CarryOutAsync(Exchange exchange, AwsOperation operation, bool isAnswerLost)
    {
        AwsReply? reply = null;
        try
        {
            // Not the client's token: AWS finishes what it began when the client goes away.
            async Task HandleAsync() => reply = await exchange.Service.HandleAsync(exchange.Call, operation, stopping);
            await (controls.Around?.Invoke(exchange.Service.Name, operation, HandleAsync) ?? HandleAsync());
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            exchange.Context.Abort();
            return;
        }
#pragma warning disable CA1031 // a fault of the sandbox itself must look like a fault of AWS, and be told on stderr
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync($"sandbox: {exchange.Service.Name} {operation.Name} failed: {e}");
            await exchange.RefuseAsync(ServiceErrors.Internal(exchange.Service.Name) with { Message = "The sandbox failed: " + e.Message });
            return;
        }
#pragma warning restore CA1031
        if (isAnswerLost)
        {
            await exchange.BreakAsync("lostResponse");
            return;
        }
        await exchange.AnswerAsync(reply!);
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
}
