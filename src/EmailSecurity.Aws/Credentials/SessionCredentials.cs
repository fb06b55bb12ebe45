using System.Net.Sockets;
using Amazon.Runtime;

namespace EmailSecurity.Aws.Credentials;

/// <summary>The session's credentials as every client sees them: a failure to get them names their source and the way out.</summary>
internal sealed class SessionCredentials(ResolvedCredentials resolved) : AWSCredentials
{
    /// <summary>The source in words.</summary>
    public string Origin => resolved.Origin;

    /// <summary>Kind of source.</summary>
    public CredentialSource Source => resolved.Source;

    /// <inheritdoc/>
    public override ImmutableCredentials GetCredentials()
    {
        try
        {
            return (resolved.Credentials ?? throw resolved.Failure!).GetCredentials();
        }
        catch (Exception e) when (e is not (EmailSecurityException or OperationCanceledException))
        {
            throw Explain(e);
        }
    }

    /// <inheritdoc/>
    public override async Task<ImmutableCredentials> GetCredentialsAsync()
    {
        try
        {
            return await (resolved.Credentials ?? throw resolved.Failure!).GetCredentialsAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (EmailSecurityException or OperationCanceledException))
        {
            throw Explain(e);
        }
    }

    private EmailSecurityException Explain(Exception e)
    {
        if (IsNetwork(e) && resolved.Source != CredentialSource.Instance)
        {
            return new EmailSecurityException("AwsUnavailable", ErrorKind.Unavailable,
                $"The credentials of {resolved.Origin} could not be fetched: {e.Message}", "Check the network, then run the same command again.", e);
        }

        return resolved.Source switch
        {
            CredentialSource.Sso => new EmailSecurityException(
                "CredentialsExpired",
                ErrorKind.Authentication,
                $"The IAM Identity Center (SSO) sign-in of {resolved.Origin} is missing or has expired.",
                $"Sign in again: aws sso login --profile {resolved.ProfileName}",
                e)
            { Target = resolved.ProfileName },
            CredentialSource.Instance => CredentialResolver.NotFound("no instance metadata service answered with credentials", e),
            CredentialSource.Container => new EmailSecurityException("CredentialsNotFound", ErrorKind.Authentication,
                $"The container's credential endpoint returned no credentials: {e.Message}", "Check the task's or pod's role.", e),
            _ => new EmailSecurityException("CredentialsInvalid", ErrorKind.Authentication,
                $"The credentials of {resolved.Origin} could not be used: {e.Message}",
                "Check the settings of that source, or name another with -ProfileName.", e),
        };
    }

    private static bool IsNetwork(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is HttpRequestException or SocketException or TimeoutException)
            {
                return true;
            }
        }

        return false;
    }
}
