using Amazon.Runtime.CredentialManagement;

namespace EmailSecurity.Aws.Credentials;

/// <summary>
/// Where a profile is looked for: in -ProfileLocation alone where that is given; else first in the store that the SDK encrypts with the user's key
/// (<c>Set-AWSCredential -StoreAs</c>, Windows only), then in the shared credentials file, which AWS_SHARED_CREDENTIALS_FILE may name.
/// </summary>
/// <param name="encrypted">The encrypted store; null where the system has none.</param>
/// <param name="shared">The shared credentials and config files.</param>
/// <param name="config">The config file, where the SDK does not read it with the shared credentials file: it knows that file by the name that the variable had
/// when the process first asked. Null where it does.</param>
internal sealed class ProfileStores(ICredentialProfileSource? encrypted, ICredentialProfileSource shared, ICredentialProfileSource? config = null)
    : ICredentialProfileSource
{
    /// <summary>The stores of this computer.</summary>
    /// <param name="location">-ProfileLocation.</param>
    /// <param name="environment">Reads an environment variable, as it is now: the SDK itself reads AWS_SHARED_CREDENTIALS_FILE once a process.</param>
    public static ProfileStores Of(string? location, Func<string, string?> environment)
        => Of(location, environment, static () => OperatingSystem.IsWindows() ? new NetSDKCredentialsFile() : null);

    internal static ProfileStores Of(string? location, Func<string, string?> environment, Func<ICredentialProfileSource?> encrypted)
    {
        if (!string.IsNullOrWhiteSpace(location))
        {
            return new ProfileStores(null, new SharedCredentialsFile(location));
        }

        var named = environment(SharedCredentialsFile.SharedCredentialsFileEnvVar);
        return string.IsNullOrWhiteSpace(named) ? new ProfileStores(encrypted(), new SharedCredentialsFile())
            : new ProfileStores(encrypted(), new SharedCredentialsFile(named), ConfigProfiles.Of(environment));
    }

    /// <inheritdoc/>
    public bool TryGetProfile(string profileName, out CredentialProfile profile)
        => (encrypted is not null && encrypted.TryGetProfile(profileName, out profile)) || shared.TryGetProfile(profileName, out profile)
            || (config is not null && config.TryGetProfile(profileName, out profile));
}
