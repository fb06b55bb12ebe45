using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Lives;

/// <summary>
/// Another person's calls to the sandbox's AWS: they obey AWS's rules, but no fault, log or observer of the module's calls touches them, and they take no time.
/// </summary>
internal sealed class DirectAws(SandboxServer sandbox, VirtualTime time)
{
    public static readonly XNamespace CloudFront = "http://cloudfront.amazonaws.com/doc/2020-05-31/";
    public static readonly XNamespace Route53 = "https://route53.amazonaws.com/doc/2013-04-01/";
    public static readonly XNamespace S3 = "http://s3.amazonaws.com/doc/2006-03-01/";
    private long requests;

    /// <summary>Makes a call; the body is XML or JSON.</summary>
    public async Task<AwsAnswer> CallAsync(
        string service, string method, string path, string body = "", string region = "us-east-1", params (string Name, string Value)[] headers)
    {
        var parts = path.Split('?', 2);
        var query = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in parts.Length > 1 ? parts[1].Split('&') : [])
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            query[at < 0 ? pair : pair[..at]] = at < 0 ? "" : Uri.UnescapeDataString(pair[(at + 1)..]);
        }

        var content = Encoding.UTF8.GetBytes(body);
        var all = headers.ToDictionary(h => h.Name, h => h.Value, StringComparer.OrdinalIgnoreCase);
        if (service == "s3" && method != "GET")
        {
            all["x-amz-checksum-sha256"] = Convert.ToBase64String(SHA256.HashData(content));
        }

        var call = new AwsCall
        {
            Service = service,
            Region = region,
            Method = method,
            Path = parts[0],
            Query = query,
            Headers = all,
            Body = content,
            AccountId = sandbox.AccountId,
            AccessKey = sandbox.AccessKey,
            RequestId = Invariant($"other-{++requests}"),
        };
        var handler = sandbox.Emulation.Services.Single(s => s.Name == service);
        var operation = handler.Identify(call) ?? throw new InvalidOperationException($"{service} {method} {path} is not emulated.");
        if (IsWithinCommand)
        {
            return Answer(await handler.HandleAsync(call, operation, CancellationToken.None));
        }

        using var run = time.Run();
        using var busy = time.Busy(); // what Route 53 takes for a change passes, and no more
        return Answer(await handler.HandleAsync(call, operation, CancellationToken.None));
    }

    /// <summary>True while a command of the module's runs, and with it the clock.</summary>
    public bool IsWithinCommand { get; set; }

    /// <summary>Makes a call of ACM's.</summary>
    public Task<AwsAnswer> AcmAsync(string operation, string json) => CallAsync("acm", "POST", "/", json, headers: ("X-Amz-Target", "CertificateManager." + operation));

    private static AwsAnswer Answer(AwsReply reply) => new(reply.Status, Encoding.UTF8.GetString(reply.Body), reply.Headers);
}

/// <summary>What AWS answered.</summary>
internal sealed record AwsAnswer(int Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The error code; empty for success.</summary>
    public string Error => Status < 400 ? ""
        : Body.IndexOf("<Code>", StringComparison.Ordinal) is >= 0 and var start ? Body[(start + 6)..Body.IndexOf("</Code>", StringComparison.Ordinal)]
        : Invariant($"status {Status}");
}
