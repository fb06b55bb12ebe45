using EmailSecurity.Ports;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Engine;

/// <summary>Where credentials go, and the credentials themselves, are said by the user: never by an object that came down the pipeline.</summary>
public sealed class SecretBindingTests
{
    private static readonly string[] Own = ["EndpointUrl", "SecretKey", "SessionToken", "AllowInsecureEndpoint"];

    [Fact]
    public void No_secret_and_no_endpoint_binds_from_the_pipeline()
    {
        var bindings = CmdletTable.All.SelectMany(c => c.Parameters.Values.Where(p => Own.Contains(p.Name, StringComparer.Ordinal))).ToArray();

        Assert.NotEmpty(bindings);
        Assert.All(bindings, p => Assert.All(CmdletTable.Bindings(p), b => Assert.False(b.ValueFromPipeline || b.ValueFromPipelineByPropertyName, p.Name)));
    }

    [Fact]
    public async Task An_endpoint_of_an_object_is_not_called()
    {
        await using var session = await EngineSession.StartAsync();
        session.Invoke("$PSDefaultParameterValues.Remove('*:EndpointUrl'); $PSDefaultParameterValues.Remove('*:SecretKey'); $PSDefaultParameterValues.Remove('*:AccessKey')");

        var result = session.Invoke(
            "$env:AWS_EC2_METADATA_DISABLED = 'true'; [pscustomobject]@{ Domain = 'example.com'; EndpointUrl = $url; AccessKey = $key; SecretKey = $secret } | Get-EmailSecurityStack",
            ("url", session.Sandbox!.EndpointUrl), ("key", session.Sandbox.AccessKey), ("secret", session.Sandbox.SecretKey));

        Assert.Equal("CredentialsIncomplete", Assert.Single(result.Errors).FullyQualifiedErrorId.Split(',')[0]);
        Assert.Empty(session.Sandbox.GetCalls());
    }

    [Theory]
    [InlineData("http://sandbox.example", "", "EndpointNotSecure")]
    [InlineData("http://192.0.2.1:5000", "", "EndpointNotSecure")]
    [InlineData("http://10.0.0.1:5000", "", "EndpointNotSecure")]
    [InlineData("http://localhost.example", "", "EndpointNotSecure")]
    [InlineData("https://user:word@sandbox.example", "", "InvalidEndpoint")]
    [InlineData("http://127.0.0.1:1", "", "AwsUnavailable")]
    public async Task Clear_text_to_another_computer_is_refused_unless_it_is_asked_for(string url, string option, string error)
    {
        await using var session = EngineSession.Open();

        var result = session.Invoke($"Get-EmailSecurityStack example.com -EndpointUrl '{url}' -AccessKey AKIAIOSFODNN7EXAMPLE -SecretKey word {option}");

        var record = Assert.Single(result.Errors);
        Assert.Equal(error, record.FullyQualifiedErrorId.Split(',')[0]);
        Assert.DoesNotContain("word", record.Exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://sandbox.example", true), InlineData("https://sandbox.example", false), InlineData("http://localhost:1", false), InlineData("http://[::1]:1", false)]
    public void What_is_asked_for_or_encrypted_or_on_this_computer_is_called(string url, bool allow)
    {
        var settings = new ConnectionSettings { EndpointUrl = url, AllowInsecureEndpoint = allow, AccessKey = "AKIAIOSFODNN7EXAMPLE", SecretKey = "s" };
        using var services = new ServicesFactory().Create(settings, TimeProvider.System);
        Assert.NotNull(services);
    }
}
