using System.Net;
using System.Text;
using Amazon;
using Amazon.CertificateManager;
using Amazon.CloudFront;
using Amazon.Route53;
using Amazon.Runtime;

namespace EmailSecurity.Tests.Subset;

/// <summary>A request as it would have gone over the wire.</summary>
public sealed record SentRequest(string Method, string Url, string Body, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The credential scope that it was signed for: <c>us-east-1/route53</c>.</summary>
    public string SignedFor
    {
        get
        {
            var scope = Headers["Authorization"].Split("Credential=")[1].Split(',')[0].Split('/');
            return scope[2] + "/" + scope[3];
        }
    }
}

/// <summary>HTTP that answers from a list and remembers what was asked; the SDK's own pipeline runs above it.</summary>
public sealed class CannedHttp : HttpClientFactory
{
    private readonly Queue<Func<CancellationToken, Task<HttpResponseMessage>>> answers = new();

    public List<SentRequest> Sent { get; } = [];

    public CannedHttp Answer(int status, string body, string contentType = "text/xml", params (string Name, string Value)[] headers)
    {
        answers.Enqueue(_ =>
        {
            var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, contentType) };
            foreach (var (name, value) in headers)
            {
                response.Headers.TryAddWithoutValidation(name, value);
            }

            return Task.FromResult(response);
        });
        return this;
    }

    public CannedHttp Hang()
    {
        answers.Enqueue(async token =>
        {
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException();
        });
        return this;
    }

    public AmazonRoute53Client Route53(RegionEndpoint? region = null) => new("AKID", "SECRET", With(new AmazonRoute53Config { RegionEndpoint = region ?? RegionEndpoint.USEast1 }));

    public AmazonCloudFrontClient CloudFront() => new("AKID", "SECRET", With(new AmazonCloudFrontConfig { RegionEndpoint = RegionEndpoint.EUWest1 }));

    public AmazonCertificateManagerClient Acm() => new("AKID", "SECRET", With(new AmazonCertificateManagerConfig { RegionEndpoint = RegionEndpoint.USEast1 }));

    public T With<T>(T config) where T : ClientConfig
    {
        config.HttpClientFactory = this;
        config.MaxErrorRetry = 0;
        return config;
    }

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new Handler(this));

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    private sealed class Handler(CannedHttp owner) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            var headers = request.Headers.NonValidated.Concat(request.Content?.Headers.NonValidated ?? default)
                .ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            owner.Sent.Add(new SentRequest(request.Method.Method, request.RequestUri!.AbsoluteUri, body, headers));
            return await owner.answers.Dequeue()(cancellationToken);
        }
    }
}
