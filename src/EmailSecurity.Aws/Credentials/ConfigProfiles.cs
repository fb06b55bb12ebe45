using Amazon.Runtime.CredentialManagement;

namespace EmailSecurity.Aws.Credentials;

/// <summary>The profiles of a config file, whose sections are called <c>[profile NAME]</c> (but <c>[default]</c>).</summary>
internal sealed class ConfigProfiles(string path) : ICredentialProfileSource
{
    private readonly SharedCredentialsFile file = new(path);

    /// <summary>Those of the file that AWS_CONFIG_FILE names; null where it names none.</summary>
    /// <param name="environment">Reads an environment variable.</param>
    public static ConfigProfiles? Of(Func<string, string?> environment)
        => environment("AWS_CONFIG_FILE") is { Length: > 0 } named && File.Exists(named) ? new ConfigProfiles(named) : null;

    /// <inheritdoc/>
    public bool TryGetProfile(string profileName, out CredentialProfile profile)
    {
        if (profileName == "default")
        {
            return file.TryGetProfile(profileName, out profile);
        }

        if (!file.TryGetProfile("profile " + profileName, out profile))
        {
            return false;
        }

        profile = new CredentialProfile(profileName, profile.Options) { Region = profile.Region };
        return true;
    }
}
