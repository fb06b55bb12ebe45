using Amazon.Runtime;
using EmailSecurity.Aws.Credentials;
using EmailSecurity.Aws.Session;
using EmailSecurity.Ports;

namespace EmailSecurity.Tests.Credentials;

/// <summary>Where credentials and region come from, and in which order.</summary>
public sealed class CredentialResolverTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("emailsecurity-credentials");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Explicit_keys_come_first()
    {
        var keys = await KeysAsync(
            new ConnectionSettings { AccessKey = "AKEXPLICIT", SecretKey = "s", SessionToken = "t", StoredCredential = new BasicAWSCredentials("AKSTORED", "x") },
            Environment(("AWS_ACCESS_KEY_ID", "AKENV"), ("AWS_SECRET_ACCESS_KEY", "x")));
        Assert.Equal(("AKEXPLICIT", "s", "t"), (keys.AccessKey, keys.SecretKey, keys.Token));
    }

    [Fact]
    public async Task A_credential_object_comes_before_stored_and_environment()
    {
        var keys = await KeysAsync(
            new ConnectionSettings { Credential = new SessionAWSCredentials("AKOBJECT", "s", "t"), StoredCredential = new BasicAWSCredentials("AKSTORED", "x") },
            Environment(("AWS_ACCESS_KEY_ID", "AKENV"), ("AWS_SECRET_ACCESS_KEY", "x")));
        Assert.Equal(("AKOBJECT", "s", "t"), (keys.AccessKey, keys.SecretKey, keys.Token));
    }

    [Fact]
    public async Task A_named_profile_comes_before_stored_and_environment()
    {
        var file = Write("[ops]\naws_access_key_id = AKOPS\naws_secret_access_key = s\nregion = eu-north-1\n");
        var settings = new ConnectionSettings { ProfileName = "ops", ProfileLocation = file, StoredCredential = new BasicAWSCredentials("AKSTORED", "x") };
        var environment = Environment(("AWS_ACCESS_KEY_ID", "AKENV"), ("AWS_SECRET_ACCESS_KEY", "x"));
        Assert.Equal("AKOPS", (await KeysAsync(settings, environment)).AccessKey);
        Assert.Equal("eu-north-1", Session(settings, environment).Region);
    }

    [Fact]
    public async Task Stored_credentials_come_before_the_environment()
    {
        var keys = await KeysAsync(
            new ConnectionSettings { StoredCredential = new BasicAWSCredentials("AKSTORED", "s") },
            Environment(("AWS_ACCESS_KEY_ID", "AKENV"), ("AWS_SECRET_ACCESS_KEY", "x")));
        Assert.Equal("AKSTORED", keys.AccessKey);
    }

    [Fact]
    public async Task The_environment_comes_before_the_default_profile()
    {
        var file = Write("[default]\naws_access_key_id = AKDEFAULT\naws_secret_access_key = s\n");
        var both = Environment(("AWS_SHARED_CREDENTIALS_FILE", file), ("AWS_ACCESS_KEY_ID", "AKENV"), ("AWS_SECRET_ACCESS_KEY", "s"), ("AWS_SESSION_TOKEN", "t"));
        var keys = await KeysAsync(new ConnectionSettings(), both);
        Assert.Equal(("AKENV", "t"), (keys.AccessKey, keys.Token));
        Assert.Equal("AKDEFAULT", (await KeysAsync(new ConnectionSettings(), Environment(("AWS_SHARED_CREDENTIALS_FILE", file)))).AccessKey);
    }

    [Fact]
    public async Task AWS_PROFILE_names_the_default_profile()
    {
        var file = Write("[default]\naws_access_key_id = AKDEFAULT\naws_secret_access_key = s\n[ops]\naws_access_key_id = AKOPS\naws_secret_access_key = s\n");
        Assert.Equal("AKOPS", (await KeysAsync(new ConnectionSettings(), Environment(("AWS_SHARED_CREDENTIALS_FILE", file), ("AWS_PROFILE", "ops")))).AccessKey);
    }

    [Fact]
    public async Task AWS_PROFILE_naming_a_missing_profile_fails_where_AWS_is_called()
    {
        var file = Write("[default]\naws_access_key_id = AKDEFAULT\naws_secret_access_key = s\n");
        using var session = Session(new ConnectionSettings(), Environment(("AWS_SHARED_CREDENTIALS_FILE", file), ("AWS_PROFILE", "gone")));
        var e = await Assert.ThrowsAsync<EmailSecurityException>(() => session.Credentials.GetCredentialsAsync());
        Assert.Equal("ProfileNotFound", e.ErrorId);
        Assert.Contains("AWS_PROFILE", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AK", "s", null, "ops", null, false)]
    [InlineData("AK", "s", null, null, null, true)]
    [InlineData(null, null, null, "ops", null, true)]
    [InlineData(null, null, "t", "ops", null, false)]
    [InlineData("AK", "s", null, null, "/some/file", false)]
    public void Two_explicit_sources_are_refused(string? key, string? secret, string? token, string? profile, string? location, bool credential)
    {
        var settings = new ConnectionSettings { AccessKey = key, SecretKey = secret, SessionToken = token, ProfileName = profile, ProfileLocation = location, Credential = credential ? new BasicAWSCredentials("a", "b") : null };
        var e = Assert.Throws<EmailSecurityException>(() => Session(settings, Environment()));
        Assert.Equal(("CredentialsMixed", ErrorKind.InvalidArgument), (e.ErrorId, e.Kind));
    }

    [Theory]
    [InlineData("AK", null, null, "-SecretKey")]
    [InlineData(null, "s", null, "-AccessKey")]
    [InlineData(null, null, "t", "-AccessKey")]
    public void Half_of_a_key_is_refused(string? key, string? secret, string? token, string missing)
    {
        var e = Assert.Throws<EmailSecurityException>(() => Session(new ConnectionSettings { AccessKey = key, SecretKey = secret, SessionToken = token }, Environment()));
        Assert.Equal("CredentialsIncomplete", e.ErrorId);
        Assert.StartsWith(missing + " is missing", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_of_a_key_in_the_environment_is_named_and_not_passed_over()
    {
        var file = Write("[default]\naws_access_key_id = AKDEFAULT\naws_secret_access_key = s\n");
        using var session = Session(new ConnectionSettings(), Environment(("AWS_SHARED_CREDENTIALS_FILE", file), ("AWS_ACCESS_KEY_ID", "AKENV")));
        var e = await Assert.ThrowsAsync<EmailSecurityException>(() => session.Credentials.GetCredentialsAsync());
        Assert.Equal("CredentialsIncomplete", e.ErrorId);
    }

    [Fact]
    public void A_missing_profile_is_an_error_never_a_fall_through()
    {
        var file = Write("[default]\naws_access_key_id = AKDEFAULT\naws_secret_access_key = s\n");
        var e = Assert.Throws<EmailSecurityException>(() => Session(
            new ConnectionSettings { ProfileName = "gone", ProfileLocation = file },
            Environment(("AWS_ACCESS_KEY_ID", "AKENV"), ("AWS_SECRET_ACCESS_KEY", "s"))));
        Assert.Equal(("ProfileNotFound", ErrorKind.NotFound, "gone"), (e.ErrorId, e.Kind, e.Target));
    }

    [Fact]
    public void A_missing_credentials_file_is_ProfileNotFound() =>
        Assert.Equal("ProfileNotFound", Assert.Throws<EmailSecurityException>(() => Session(new ConnectionSettings { ProfileName = "ops", ProfileLocation = Path.Combine(folder.FullName, "absent") }, Environment())).ErrorId);

    [Fact]
    public void A_profile_without_credentials_is_ProfileInvalid()
    {
        var file = Write("[ops]\nregion = eu-north-1\n");
        Assert.Equal("ProfileInvalid", Assert.Throws<EmailSecurityException>(() => Session(new ConnectionSettings { ProfileName = "ops", ProfileLocation = file }, Environment())).ErrorId);
    }

    [Fact]
    public async Task A_default_profile_with_a_region_only_gives_the_region_and_no_credentials()
    {
        var file = Write("[default]\nregion = eu-north-1\n");
        using var session = Session(new ConnectionSettings { EndpointUrl = "http://127.0.0.1:1" }, Environment(("AWS_SHARED_CREDENTIALS_FILE", file)));
        Assert.Equal("eu-north-1", session.Region);
        Assert.Equal("CredentialsNotFound", (await Assert.ThrowsAsync<EmailSecurityException>(() => session.Credentials.GetCredentialsAsync())).ErrorId);
    }

    [Fact]
    public async Task With_an_endpoint_the_instance_metadata_service_is_not_asked()
    {
        using var session = Session(new ConnectionSettings { EndpointUrl = "http://127.0.0.1:1" }, Environment(("AWS_SHARED_CREDENTIALS_FILE", Path.Combine(folder.FullName, "absent"))));
        Assert.Equal(CredentialSource.None, session.Credentials.Source);
        var e = await Assert.ThrowsAsync<EmailSecurityException>(() => session.Credentials.GetCredentialsAsync());
        Assert.Equal(("CredentialsNotFound", ErrorKind.Authentication), (e.ErrorId, e.Kind));
        Assert.Contains("-ProfileName", e.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_endpoint_the_machines_role_is_last()
    {
        var absent = ("AWS_SHARED_CREDENTIALS_FILE", Path.Combine(folder.FullName, "absent"));
        Assert.Equal(CredentialSource.Instance, Session(new ConnectionSettings(), Environment(absent)).Credentials.Source);
        Assert.Equal(CredentialSource.None, Session(new ConnectionSettings(), Environment(absent, ("AWS_EC2_METADATA_DISABLED", "true"))).Credentials.Source);
        Assert.Equal(CredentialSource.Container, Session(new ConnectionSettings(), Environment(absent, ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/creds"))).Credentials.Source);
    }

    [Fact]
    public async Task An_expired_sso_sign_in_names_the_command_that_renews_it()
    {
        var file = Write($"""
            [sso]
            sso_account_id = 123456789012
            sso_region = eu-west-1
            sso_role_name = ops
            sso_start_url = https://{Guid.NewGuid():N}.awsapps.com/start

            """);
        using var session = Session(new ConnectionSettings { ProfileName = "sso", ProfileLocation = file }, Environment());
        var e = await Assert.ThrowsAsync<EmailSecurityException>(() => session.Credentials.GetCredentialsAsync());
        Assert.Equal(("CredentialsExpired", ErrorKind.Authentication), (e.ErrorId, e.Kind));
        Assert.Contains("aws sso login --profile sso", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_profile_that_needs_an_mfa_code_says_so()
    {
        var file = Write("[base]\naws_access_key_id = AK\naws_secret_access_key = s\n[mfa]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = base\nmfa_serial = arn:aws:iam::123456789012:mfa/me\n");
        Assert.Equal("MfaRequired", Assert.Throws<EmailSecurityException>(() => Session(new ConnectionSettings { ProfileName = "mfa", ProfileLocation = file }, Environment())).ErrorId);
    }

    [Fact]
    public void A_loop_of_source_profiles_is_ProfileInvalid()
    {
        var file = Write("[a]\nrole_arn = arn:aws:iam::123456789012:role/a\nsource_profile = b\n[b]\nrole_arn = arn:aws:iam::123456789012:role/b\nsource_profile = a\n");
        Assert.Equal("ProfileInvalid", Assert.Throws<EmailSecurityException>(() => Session(new ConnectionSettings { ProfileName = "a", ProfileLocation = file }, Environment())).ErrorId);
    }

    [Fact]
    public void A_source_profile_that_is_missing_is_named()
    {
        var file = Write("[a]\nrole_arn = arn:aws:iam::123456789012:role/a\nsource_profile = gone\n");
        var e = Assert.Throws<EmailSecurityException>(() => Session(new ConnectionSettings { ProfileName = "a", ProfileLocation = file }, Environment()));
        Assert.Equal(("ProfileNotFound", "gone"), (e.ErrorId, e.Target));
    }

    [Theory]
    [InlineData("eu-west-1", "eu-west-2", "eu-west-3", "eu-north-1", "eu-west-1")]
    [InlineData(null, "eu-west-2", "eu-west-3", "eu-north-1", "eu-west-2")]
    [InlineData(null, null, "eu-west-3", "eu-north-1", "eu-west-3")]
    [InlineData(null, null, null, "eu-north-1", "eu-north-1")]
    [InlineData(null, null, null, null, "us-east-1")]
    public void The_region_is_the_first_that_is_given(string? parameter, string? stored, string? first, string? second, string expected) => Assert.Equal(
        expected,
        Session(new ConnectionSettings { AccessKey = "AK", SecretKey = "s", Region = parameter, StoredRegion = stored }, Environment(("AWS_REGION", first), ("AWS_DEFAULT_REGION", second))).Region);

    [Theory]
    [InlineData("ireland")]
    [InlineData("eu-west-1a")]
    [InlineData("eu_west_1")]
    [InlineData("EU-WEST-1")]
    public void A_region_that_is_none_is_refused(string region)
    {
        var e = Assert.Throws<EmailSecurityException>(() => Session(new ConnectionSettings { AccessKey = "AK", SecretKey = "s", Region = region }, Environment()));
        Assert.Equal(("InvalidRegion", ErrorKind.InvalidArgument), (e.ErrorId, e.Kind));
    }

    [Theory]
    [InlineData("localhost:5000")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("http://user:pw@127.0.0.1")]
    [InlineData("/relative")]
    public void An_endpoint_that_is_no_http_url_is_refused(string url) => Assert.Equal(
        "InvalidEndpoint",
        Assert.Throws<EmailSecurityException>(() => Session(new ConnectionSettings { AccessKey = "AK", SecretKey = "s", EndpointUrl = url }, Environment())).ErrorId);

    private static Task<ImmutableCredentials> KeysAsync(ConnectionSettings settings, Func<string, string?> environment) => Session(settings, environment).Credentials.GetCredentialsAsync();

    private static AwsSession Session(ConnectionSettings settings, Func<string, string?> environment) => new(settings, TimeProvider.System, new AwsClientOptions { Environment = environment });

    private static Func<string, string?> Environment(params (string Name, string? Value)[] variables)
    {
        var table = variables.ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal);
        return table.GetValueOrDefault;
    }

    private string Write(string text)
    {
        var path = Path.Combine(folder.FullName, "credentials");
        File.WriteAllText(path, text);
        return path;
    }
}
