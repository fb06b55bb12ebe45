using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using EmailSecurity.Aws.Session;

namespace EmailSecurity.Aws.Credentials;

/// <summary>The session's credentials as every client sees them: a failure to get them names their source and the way out.</summary>
internal sealed class SessionCredentials(ResolvedCredentials resolved, CredentialContext? context = null) : AWSCredentials
{
    /// <summary>The source in words.</summary>
    public string Origin => resolved.Origin;

    /// <summary>Kind of source.</summary>
    public CredentialSource Source => resolved.Source;

    /// <summary>How to get keys again once these have expired.</summary>
    public string SignInAgain => resolved.Source switch
    {
        CredentialSource.Sso => $"Sign in again: aws sso login --profile {resolved.ProfileName}",
        CredentialSource.Profile => $"Sign in again (aws sso login --profile {resolved.ProfileName}, or the tool that wrote the keys of this profile), "
            + "then run the same command again: it continues where it stopped.",
        CredentialSource.Environment => "Get new keys (aws sso login --profile NAME, then aws configure export-credentials --profile NAME "
            + "--format powershell), or leave the variables out and use -ProfileName NAME. Then run the same command again: it continues where it stopped.",
        _ => "Sign in again (aws sso login --profile NAME, then -ProfileName NAME or Set-AWSCredential -ProfileName NAME), then run the same command again: "
            + "it continues where it stopped.",
    };

    /// <summary>Asks the user for a code where the keys need one: before a call, whose time it would use up.</summary>
    public Task AskAsync() => resolved.AsksForCode ? GetCredentialsAsync() : Task.CompletedTask;

    /// <inheritdoc/>
    public override ImmutableCredentials GetCredentials()
    {
        Prepare();
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
        Prepare();
        try
        {
            return await (resolved.Credentials ?? throw resolved.Failure!).GetCredentialsAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (EmailSecurityException or OperationCanceledException))
        {
            throw Explain(e);
        }
    }

    private void Prepare()
    {
        if (context is not null)
        {
            SdkDependencies.Use(context);
        }
    }

    private EmailSecurityException Explain(Exception e)
    {
        // What a service answered says more than that there are no keys; a sign-in that it no longer knows has expired.
        var answer = Service(e);
        if (answer is { StatusCode: >= HttpStatusCode.InternalServerError or HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests })
        {
            var what = resolved.Source == CredentialSource.Sso ? new AwsCallName("sso", "GetRoleCredentials", resolved.ProfileName)
                : new AwsCallName("sts", "AssumeRole", resolved.ProfileName);
            return AwsErrors.Translate(answer, what, resolved.Origin, SignInAgain);
        }

        if (IsNetwork(e) && resolved.Source != CredentialSource.Instance)
        {
            return new EmailSecurityException("AwsUnavailable", ErrorKind.Unavailable,
                $"The credentials of {resolved.Origin} could not be fetched: {AwsErrors.OneLine(e.Message)}.",
                "Check the network, then run the same command again.", e);
        }

        return resolved.Source switch
        {
            CredentialSource.Sso => new EmailSecurityException(
                "CredentialsExpired",
                ErrorKind.Authentication,
                $"The IAM Identity Center (SSO) sign-in of {resolved.Origin} is missing or has expired.",
                SignInAgain,
                e)
            { Target = resolved.ProfileName },
            CredentialSource.Instance => CredentialResolver.NotFound("no instance metadata service answered with credentials", e),
            CredentialSource.Container => new EmailSecurityException("CredentialsNotFound", ErrorKind.Authentication,
                $"The container's credential endpoint returned no credentials: {AwsErrors.OneLine(e.Message)}.", "Check the task's or pod's role.", e),
            _ => new EmailSecurityException("CredentialsInvalid", ErrorKind.Authentication,
                $"The credentials of {resolved.Origin} could not be used: {AwsErrors.OneLine(e.Message)}.",
                "Check the settings of that source, or name another with -ProfileName.", e),
        };
    }

    private static AmazonServiceException? Service(Exception? e)
    {
        while (e is not null and not AmazonServiceException)
        {
            e = e.InnerException;
        }

        return e as AmazonServiceException;
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
