using Amazon;
using Amazon.Runtime;
using EmailSecurity.Aws.Credentials;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws.Session;

/// <summary>
/// Where each service is called, as the AWS SDKs and tools decide it: -EndpointUrl, AWS_ENDPOINT_URL_[SERVICE], AWS_ENDPOINT_URL, the profile's services
/// section, the profile's endpoint_url, and AWS itself. What leads out of this computer in clear text is refused, whoever names it.
/// </summary>
internal sealed class ServiceEndpoints
{
    // IAM prefix, and the service's id in variables and files.
    private static readonly Dictionary<string, string> Ids = new(StringComparer.Ordinal)
    {
        ["s3"] = "s3",
        ["cloudfront"] = "cloudfront",
        ["acm"] = "acm",
        ["route53"] = "route_53",
        ["sts"] = "sts",
        ["sso"] = "sso",
        ["sso-oidc"] = "sso_oidc",
    };

    private readonly Dictionary<string, Uri> found = new(StringComparer.Ordinal);

    /// <summary>Finds and checks them.</summary>
    /// <exception cref="EmailSecurityException">InvalidEndpoint, EndpointNotSecure: with the variable or profile that names the endpoint.</exception>
    public ServiceEndpoints(ConnectionSettings settings, SharedConfig config, Func<string, string?> environment)
    {
        Common = Parse(settings.EndpointUrl, "-EndpointUrl", settings.AllowInsecureEndpoint);
        if (Common is not null)
        {
            return;
        }

        var profile = Has(settings.ProfileName) ? settings.ProfileName! : environment("AWS_PROFILE") is { Length: > 0 } named ? named.Trim() : "default";
        if (IsTrue(environment("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")) || IsTrue(config.Of(profile, "ignore_configured_endpoint_urls")))
        {
            return;
        }

        foreach (var (service, id) in Ids)
        {
            var (url, source) = Configured(id, profile, config, environment);
            if (Parse(url, source, settings.AllowInsecureEndpoint) is { } uri)
            {
                found.Add(service, uri);
            }
        }
    }

    /// <summary>One endpoint for every service; null where none was asked for.</summary>
    public Uri? Common { get; }

    /// <summary>Where a service is called; null for AWS itself.</summary>
    /// <param name="service">IAM prefix.</param>
    public Uri? Of(string service) => Common ?? found.GetValueOrDefault(service);

    /// <summary>Sets where a client calls its service; <paramref name="region"/> is the signing region.</summary>
    public T Apply<T>(T config, string service, string region)
        where T : ClientConfig
    {
        // Read once for the session, and checked: the SDK's own reading would let some calls go elsewhere.
        config.IgnoreConfiguredEndpointUrls = true;
        if (Of(service) is { } endpoint)
        {
            // ServiceURL and RegionEndpoint clear each other; the region to sign for is set in addition to the URL.
            config.AuthenticationRegion = region;
            config.ServiceURL = endpoint.AbsoluteUri;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        return config;
    }

    /// <summary>Where services are called that are not called at AWS, for -Verbose; empty for none.</summary>
    public override string ToString() => Common is not null ? $"endpoint {Common}"
        : string.Join(", ", found.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key} at {f.Value}"));

    private static (string? Url, string Source) Configured(string id, string profile, SharedConfig config, Func<string, string?> environment)
    {
        var variable = "AWS_ENDPOINT_URL_" + id.ToUpperInvariant();
        return environment(variable) is { Length: > 0 } own ? (own, $"the environment variable {variable}")
            : environment("AWS_ENDPOINT_URL") is { Length: > 0 } all ? (all, "the environment variable AWS_ENDPOINT_URL")
            : config.Of(profile, "services") is { } section && config.OfService(section, id, "endpoint_url") is { } service
                ? (service, $"the services section '{section}' of profile '{profile}'")
            : (config.Of(profile, "endpoint_url"), $"the endpoint_url of profile '{profile}'");
    }

    private static Uri? Parse(string? url, string source, bool allowInsecure)
    {
        if (!Has(url))
        {
            return null;
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri is not { Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" })
        {
            var shown = uri is { UserInfo.Length: > 0 } ? uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) : url;
            throw new EmailSecurityException("InvalidEndpoint", ErrorKind.InvalidArgument,
                $"The endpoint '{shown}', from {source}, is not an absolute http or https URL without user name, query and fragment.",
                "Use a URL such as http://127.0.0.1:5000, or leave it out to use AWS.")
            { Target = shown };
        }

        // The signature keeps the secret key; the access key, the session token and everything sent and answered are there for anybody on the way to read.
        return uri.Scheme == Uri.UriSchemeHttps || uri.IsLoopback || allowInsecure ? uri
            : throw new EmailSecurityException("EndpointNotSecure", ErrorKind.InvalidArgument,
                $"The endpoint '{url}', from {source}, is http:// and not on this computer: "
                    + "the access key, the session token and all data would cross the network in clear text.",
                "Use an https:// URL, or -AllowInsecureEndpoint if you control the whole network path.")
            { Target = url };
    }

    private static bool Has(string? value) => !string.IsNullOrWhiteSpace(value);

    private static bool IsTrue(string? value) => string.Equals(value?.Trim(), "true", StringComparison.OrdinalIgnoreCase);
}
