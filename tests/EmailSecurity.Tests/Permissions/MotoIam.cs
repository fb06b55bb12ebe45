using System.Net.Http.Headers;
using System.Text.Json;
using System.Xml.Linq;

namespace EmailSecurity.Tests.Permissions;

/// <summary>The IAM of a moto server: a user whose calls it allows or refuses. It judges by actions alone, whatever the resource.</summary>
internal sealed class MotoIam(Uri url) : IDisposable
{
    private const string User = "module";
    private readonly HttpClient http = new();

    /// <summary>Makes the user.</summary>
    /// <returns>Its keys.</returns>
    public async Task<(string AccessKey, string SecretKey)> CreateUserAsync(CancellationToken cancellationToken)
    {
        await CallAsync("CreateUser", [], cancellationToken);
        var answer = XDocument.Parse(await CallAsync("CreateAccessKey", [], cancellationToken));
        string Value(string name) => answer.Descendants().Single(e => e.Name.LocalName == name).Value;
        return (Value("AccessKeyId"), Value("SecretAccessKey"));
    }

    /// <summary>From now on every call is judged, and these actions are allowed.</summary>
    public async Task AllowAsync(IReadOnlyCollection<string> actions, CancellationToken cancellationToken)
    {
        await JudgeAfterAsync(int.MaxValue, cancellationToken);
        var policy = JsonSerializer.Serialize(new
        {
            Version = "2012-10-17",
            Statement = new[] { new { Effect = "Allow", Action = actions.Count > 0 ? actions : ["none:None"], Resource = "*" } },
        });
        await CallAsync("PutUserPolicy", [new("PolicyName", "p"), new("PolicyDocument", policy)], cancellationToken);
        await JudgeAfterAsync(0, cancellationToken);
    }

    public void Dispose() => http.Dispose();

    private async Task<string> CallAsync(string action, KeyValuePair<string, string>[] parameters, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new FormUrlEncodedContent([new("Action", action), new("Version", "2010-05-08"), new("UserName", User), .. parameters]),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("AWS4-HMAC-SHA256", "Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0");
        using var response = await http.SendAsync(request, cancellationToken);
        var answer = await response.Content.ReadAsStringAsync(cancellationToken);
        Assert.True(response.IsSuccessStatusCode, answer);
        return answer;
    }

    private async Task JudgeAfterAsync(int calls, CancellationToken cancellationToken)
    {
        using var count = new StringContent(Invariant($"{calls}"));
        using var response = await http.PostAsync(new Uri(url, "/moto-api/reset-auth"), count, cancellationToken);
        Assert.True(response.IsSuccessStatusCode);
    }
}
