using System.Diagnostics;
using System.Globalization;
using System.Text;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.Http;

namespace EmailSecurity.Sandbox.Hosting;

/// <summary>One request to the AWS endpoint and its one answer, which is logged and sent.</summary>
/// <param name="context">The request.</param>
/// <param name="service">The service it is for.</param>
/// <param name="call">The call, its signature not yet checked.</param>
/// <param name="log">Where it is logged.</param>
/// <param name="clock">The services' clock.</param>
/// <param name="serverStarted">Timestamp that the log counts from.</param>
/// <param name="started">Timestamp of the request's arrival.</param>
internal sealed class Exchange(
    HttpContext context, IAwsService service, AwsCall call, CallLog log, SandboxClock clock, long serverStarted, long started)
{
    /// <summary>The request.</summary>
    public HttpContext Context => context;

    /// <summary>The service it is for.</summary>
    public IAwsService Service => service;

    /// <summary>The call.</summary>
    public AwsCall Call { get; set; } = call;

    /// <summary>What the call is; null where that is not known.</summary>
    public AwsOperation? Operation { get; private set; }

    /// <summary>Finds out what the call is; null for what is not emulated.</summary>
    public AwsOperation? Identify() => Operation = service.Identify(Call);

    /// <summary>Sends the service's reply.</summary>
    public Task AnswerAsync(AwsReply reply)
    {
        Log(reply.Status, reply.Status >= 400 ? ErrorCode.Read(reply) : null);
        return SendAsync(reply);
    }

    /// <summary>Sends an error of the host's, in the service's shape.</summary>
    public Task RefuseAsync(ServiceError error)
    {
        Log(error.Status, error.Code);
        return SendAsync(service.Error(Call, error.Status, error.Code, error.Message));
    }

    /// <summary>Breaks the connection.</summary>
    /// <param name="reason">What the log says.</param>
    public Task BreakAsync(string reason)
    {
        Log(0, reason);
        return BrokenConnection.BreakAsync(context);
    }

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;

    private void Log(int status, string? error) => log.Add(new LoggedCall(
        service.Name,
        Operation?.Name ?? "Unknown",
        Operation?.IsWrite ?? false,
        status,
        error,
        Milliseconds(Stopwatch.GetElapsedTime(serverStarted, started)),
        Milliseconds(Stopwatch.GetElapsedTime(started))));

    private async Task SendAsync(AwsReply reply)
    {
        var response = context.Response;
        response.StatusCode = reply.Status;
        response.Headers.Date = clock.Now.ToString("R", CultureInfo.InvariantCulture);
        response.Headers["x-amzn-RequestId"] = Call.RequestId;
        if (Call.Service == "s3")
        {
            response.Headers["x-amz-request-id"] = Call.RequestId;
            response.Headers["x-amz-id-2"] = Convert.ToBase64String(Encoding.UTF8.GetBytes("sandbox " + Call.RequestId));
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
        if (Call.Method != "HEAD")
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
