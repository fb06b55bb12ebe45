using Amazon.Runtime.CredentialManagement;
using EmailSecurity.Aws.Credentials;

namespace EmailSecurity.Tests.Credentials;

/// <summary>Where profiles are looked for: the store that the SDK encrypts is there whatever names the shared file.</summary>
public sealed class ProfileStoresTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("emailsecurity-profiles");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData(null, false, "stored", "encrypted")]
    [InlineData(null, true, "stored", "encrypted")]
    [InlineData(null, true, "both", "encrypted")]
    [InlineData(null, true, "shared", "shared")]
    [InlineData("location", true, "both", "shared")]
    [InlineData("location", true, "stored", null)]
    public void A_profile_is_found_in_its_store(string? location, bool isFileNamed, string name, string? from)
    {
        var file = Path.Combine(folder.FullName, "credentials");
        File.WriteAllText(file, "[shared]\naws_access_key_id = shared\naws_secret_access_key = s\n[both]\naws_access_key_id = shared\naws_secret_access_key = s\n");

        var stores = ProfileStores.Of(location is null ? null : file, v => isFileNamed && v == "AWS_SHARED_CREDENTIALS_FILE" ? file : null, () => new Encrypted());

        Assert.Equal(from is not null, stores.TryGetProfile(name, out var profile));
        Assert.Equal(from, profile?.Options.AccessKey);
    }

    // The SDK reads the config file only with a shared credentials file of the name that it knew first.
    [Fact]
    public void A_profile_of_the_config_file_is_found_whenever_the_variables_were_set()
    {
        var (credentials, config) = (Path.Combine(folder.FullName, "credentials"), Path.Combine(folder.FullName, "config"));
        File.WriteAllText(credentials, "[base]\naws_access_key_id = base\naws_secret_access_key = s\n");
        File.WriteAllText(config, "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/ops\nsource_profile = base\nregion = eu-west-3\n");

        var stores = ProfileStores.Of(null, v => v == "AWS_SHARED_CREDENTIALS_FILE" ? credentials : v == "AWS_CONFIG_FILE" ? config : null, () => null);

        Assert.True(stores.TryGetProfile("role", out var profile));
        Assert.Equal(("role", "base", "eu-west-3"), (profile.Name, profile.Options.SourceProfile, profile.Region?.SystemName));
        Assert.False(stores.TryGetProfile("profile role", out _) && stores.TryGetProfile("none", out _));
    }

    private sealed class Encrypted : ICredentialProfileSource
    {
        public bool TryGetProfile(string profileName, out CredentialProfile profile)
        {
            profile = new CredentialProfile(profileName, new CredentialProfileOptions { AccessKey = "encrypted", SecretKey = "s" });
            return profileName is "stored" or "both";
        }
    }
}
