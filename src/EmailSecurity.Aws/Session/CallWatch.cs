using System.Net.Http.Headers;
using Amazon.Runtime;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws.Session;

/// <summary>Tells the user of a session about its calls: each call when it has ended (-Verbose), each attempt of it (-Debug). Never a secret.</summary>
internal sealed class CallWatch(ISessionHost? host, TimeProvider time)
{
    // Of the flow that makes the call: its attempts are seen further down, in the HTTP client that all calls share.
    private readonly AsyncLocal<WatchedCall?> current = new();

    /// <summary>The user; null where there is none.</summary>
    public ISessionHost? Host => host;

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>Makes a call that is watched.</summary>
    public async Task<T> RunAsync<T>(AwsCallName what, Func<Task<T>> call)
    {
        if (host is not { WatchesCalls: true })
        {
            return await call().ConfigureAwait(false);
        }

        var watched = current.Value = new WatchedCall();
        var start = time.GetTimestamp();
        string? failure = null;
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failure = e switch
            {
                OperationCanceledException => "canceled",
                AmazonServiceException { ErrorCode.Length: > 0 } s => s.ErrorCode,
                EmailSecurityException { InnerException: AmazonServiceException { ErrorCode.Length: > 0 } s } => s.ErrorCode,
                EmailSecurityException known => known.ErrorId,
                _ => "no answer",
            };
            throw;
        }
        finally
        {
            host.Ended(new EndedCall($"AWS {what}", watched.Outcome(failure), time.GetElapsedTime(start))
            {
                Attempts = Math.Max(watched.Attempts, 1),
                RequestId = watched.RequestId,
            });
        }
    }

    /// <summary>Notes the code of an answer that the caller takes for "there is none".</summary>
    public void Absent(string code)
    {
        if (current.Value is { } watched)
        {
            watched.Code = code;
        }
    }

    /// <summary>Notes an attempt.</summary>
    public void Attempted(HttpRequestMessage request, HttpResponseMessage? response, Exception? error, TimeSpan duration)
    {
        var id = RequestId(response?.Headers);
        if (current.Value is { } watched)
        {
            watched.Attempts++;
            watched.Status = response is null ? 0 : (int)response.StatusCode;
            watched.RequestId = id;
        }

        if (host is { WatchesDetails: true })
        {
            var answer = response is not null ? Invariant($"HTTP {(int)response.StatusCode}")
                : error is OperationCanceledException ? "no answer in time" : error?.Message;
            var extended = Header(response?.Headers, "x-amz-id-2");
            host.Detail(Invariant($"{request.Method} {Address(request.RequestUri)}: {answer}, {duration.TotalMilliseconds:0} ms")
                + (id.Length > 0 ? $", request ID {id}" : "") + (extended.Length > 0 ? $", extended {extended}" : ""));
        }
    }

    // A query that signs has the signature in it; what is signed in headers shows which part of a resource is meant.
    private static string Address(Uri? uri) => uri is null ? ""
        : uri.Query.Contains("X-Amz-", StringComparison.OrdinalIgnoreCase) ? uri.GetLeftPart(UriPartial.Path) : uri.AbsoluteUri;

    private static string RequestId(HttpResponseHeaders? headers) =>
        Header(headers, "x-amzn-requestid") is { Length: > 0 } id ? id : Header(headers, "x-amz-request-id");

    private static string Header(HttpResponseHeaders? headers, string name) =>
        headers is not null && headers.TryGetValues(name, out var values) ? string.Join(",", values) : "";

    private sealed class WatchedCall
    {
        public int Attempts { get; set; }

        public int Status { get; set; }

        public string RequestId { get; set; } = "";

        public string Code { get; set; } = "";

        public string Outcome(string? failure)
        {
            var code = failure ?? Code;
            return Status == 0 ? (code.Length > 0 ? code : "no call needed") : Invariant($"HTTP {Status}{(code.Length > 0 ? " " : "")}{code}");
        }
    }
}

/// <summary>Notes each attempt that goes over HTTP.</summary>
internal sealed class AttemptTracer(CallWatch watch) : DelegatingHandler
{
    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var start = watch.Time.GetTimestamp();
        try
        {
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            watch.Attempted(request, response, null, watch.Time.GetElapsedTime(start));
            return response;
        }
        catch (Exception e)
        {
            watch.Attempted(request, null, e, watch.Time.GetElapsedTime(start));
            throw;
        }
    }
}
