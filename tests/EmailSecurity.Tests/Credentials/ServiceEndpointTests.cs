using EmailSecurity.Aws.Credentials;
using EmailSecurity.Aws.Session;
using EmailSecurity.Ports;

namespace EmailSecurity.Tests.Credentials;

/// <summary>Where each service is called: AWS SDKs and Tools Reference Guide, "Service-specific endpoints".</summary>
public sealed class ServiceEndpointTests : IDisposable
{
    private const string Config = """
        [default]
        region = eu-west-1

        [profile dev]
        endpoint_url = https://profile.example
        services = local
        # what follows is another's
        [profile plain]
        endpoint_url = https://plain.example
        [profile off]
        endpoint_url = https://off.example
        ignore_configured_endpoint_urls = true
        [services local]
        s3 =
          endpoint_url = https://s3.section.example
          addressing_style = path
        route_53 =
          endpoint_url = https://dns.section.example

        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("emailsecurity-endpoints");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("", "", "s3", null)]
    [InlineData("dev", "", "s3", "https://s3.section.example/")]
    [InlineData("dev", "", "route53", "https://dns.section.example/")]
    [InlineData("dev", "", "acm", "https://profile.example/")]
    [InlineData("plain", "", "s3", "https://plain.example/")]
    [InlineData("", "AWS_PROFILE=plain", "sts", "https://plain.example/")]
    [InlineData("off", "", "s3", null)]
    [InlineData("dev", "AWS_ENDPOINT_URL=https://all.example", "s3", "https://all.example/")]
    [InlineData("dev", "AWS_ENDPOINT_URL=https://all.example;AWS_ENDPOINT_URL_S3=https://s3.example", "s3", "https://s3.example/")]
    [InlineData("dev", "AWS_ENDPOINT_URL=https://all.example;AWS_ENDPOINT_URL_S3=https://s3.example", "cloudfront", "https://all.example/")]
    [InlineData("", "AWS_ENDPOINT_URL_ROUTE_53=https://dns.example", "route53", "https://dns.example/")]
    [InlineData("", "AWS_ENDPOINT_URL_ROUTE_53=https://dns.example", "s3", null)]
    [InlineData("dev", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true;AWS_ENDPOINT_URL=https://all.example", "s3", null)]
    [InlineData("", "AWS_ENDPOINT_URL=http://127.0.0.1:4566", "s3", "http://127.0.0.1:4566/")]
    public void The_nearest_setting_counts(string profile, string variables, string service, string? expected)
        => Assert.Equal(expected, Find(new ConnectionSettings { ProfileName = profile }, variables).Of(service)?.AbsoluteUri);

    [Fact]
    public void The_parameter_goes_before_everything_for_every_service()
    {
        var found = Find(new ConnectionSettings { ProfileName = "dev", EndpointUrl = "http://127.0.0.1:5000" }, "AWS_ENDPOINT_URL_S3=https://s3.example");
        Assert.All((string[])["s3", "route53", "sts", "sso"], s => Assert.Equal("http://127.0.0.1:5000/", found.Of(s)?.AbsoluteUri));
    }

    [Theory]
    [InlineData("AWS_ENDPOINT_URL=http://10.0.0.1:4566", "EndpointNotSecure", "AWS_ENDPOINT_URL")]
    [InlineData("AWS_ENDPOINT_URL_STS=http://sts.example", "EndpointNotSecure", "AWS_ENDPOINT_URL_STS")]
    [InlineData("AWS_ENDPOINT_URL=ftp://127.0.0.1", "InvalidEndpoint", "AWS_ENDPOINT_URL")]
    [InlineData("AWS_ENDPOINT_URL=https://user:secret@aws.example", "InvalidEndpoint", "AWS_ENDPOINT_URL")]
    public void What_leads_out_in_clear_text_is_refused_with_who_names_it(string variables, string errorId, string source)
    {
        var error = Assert.Throws<EmailSecurityException>(() => Find(new ConnectionSettings(), variables));
        Assert.Equal(errorId, error.ErrorId);
        Assert.Contains($"the environment variable {source}", error.What, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Clear_text_is_allowed_by_the_switch_alone()
        => Assert.Equal("http://10.0.0.1/", Find(new ConnectionSettings { AllowInsecureEndpoint = true }, "AWS_ENDPOINT_URL=http://10.0.0.1").Of("s3")?.AbsoluteUri);

    private ServiceEndpoints Find(ConnectionSettings settings, string variables)
    {
        var file = Path.Combine(folder.FullName, "config");
        File.WriteAllText(file, Config);
        var environment = variables.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=', 2))
            .Append(["AWS_CONFIG_FILE", file]).ToDictionary(v => v[0], v => v[1], StringComparer.Ordinal);
        string? Read(string name) => environment.GetValueOrDefault(name);
        return new ServiceEndpoints(settings, SharedConfig.Read(null, Read), Read);
    }
}
