using System.Reflection;
using Amazon.Runtime;

namespace EmailSecurity.Aws.Credentials;

/// <summary>
/// Credentials whose object comes from another load context (AWS.Tools has its own AWSSDK.Core): never cast, only asked through
/// its public GetCredentials(), at every signing, so that what refreshes itself stays fresh.
/// </summary>
internal sealed class ForeignCredentials : AWSCredentials
{
    private readonly object source;
    private readonly MethodInfo? readAsync;
    private readonly MethodInfo read;

    private ForeignCredentials(object source, MethodInfo get, MethodInfo? getAsync)
    {
        this.source = source;
        read = get;
        readAsync = getAsync;
    }

    /// <summary>Wraps a credentials object.</summary>
    /// <param name="value">An AWSCredentials of any load context, AWS.Tools' $StoredAWSCredentials, or either wrapped in a PSObject.</param>
    /// <param name="parameter">Where it came from, for the message.</param>
    /// <exception cref="EmailSecurityException">CredentialUnreadable.</exception>
    public static ForeignCredentials Wrap(object value, string parameter)
    {
        var target = Unwrap(value);
        var get = target?.GetType().GetMethod("GetCredentials", BindingFlags.Public | BindingFlags.Instance, Type.EmptyTypes);
        if (target is null || get is null || !HasKeys(get.ReturnType))
        {
            throw new EmailSecurityException(
                "CredentialUnreadable",
                ErrorKind.InvalidArgument,
                $"The object in {parameter} ({value.GetType().FullName}) is not an AWS credentials object: "
                    + "it has no public GetCredentials() that returns keys.",
                "Use the object that Get-AWSCredential or New-AWSCredential returns, or use -ProfileName.");
        }

        var getAsync = target.GetType().GetMethod("GetCredentialsAsync", BindingFlags.Public | BindingFlags.Instance, Type.EmptyTypes);
        return new ForeignCredentials(target, get, getAsync is not null && typeof(Task).IsAssignableFrom(getAsync.ReturnType) ? getAsync : null);
    }

    /// <inheritdoc/>
    public override ImmutableCredentials GetCredentials() => Read(Invoke(read));

    /// <inheritdoc/>
    public override async Task<ImmutableCredentials> GetCredentialsAsync()
    {
        if (readAsync is null)
        {
            return await Task.Run(GetCredentials).ConfigureAwait(false);
        }

        var task = (Task)Invoke(readAsync)!;
        await task.ConfigureAwait(false);
        return Read(task.GetType().GetProperty("Result")?.GetValue(task));
    }

    private static object? Unwrap(object value)
    {
        var target = value;
        // PSObject and AWS.Tools' AWSPSCredentials hold the real object in a property; neither type can be referenced here.
        for (var depth = 0; depth < 3 && target is not null; depth++)
        {
            var type = target.GetType();
            var holder = type.FullName switch
            {
                "System.Management.Automation.PSObject" => "BaseObject",
                "Amazon.PowerShell.Common.AWSPSCredentials" => "Credentials",
                _ when type.Name == "AWSPSCredentials" => "Credentials",
                _ => null,
            };
            if (holder is null)
            {
                return target;
            }

            target = type.GetProperty(holder, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)?.GetValue(target);
        }

        return target;
    }

    private object? Invoke(MethodInfo method)
    {
        try
        {
            return method.Invoke(source, null);
        }
        catch (TargetInvocationException e) when (e.InnerException is { } inner)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(inner);
            throw;
        }
    }

    private static bool HasKeys(Type type)
        => type.GetProperty("AccessKey")?.PropertyType == typeof(string) && type.GetProperty("SecretKey")?.PropertyType == typeof(string);

    private static ImmutableCredentials Read(object? keys)
    {
        if (keys is null)
        {
            throw new EmailSecurityException("CredentialsInvalid", ErrorKind.Authentication,
                "The credentials object returned no keys (anonymous credentials).", "Use credentials with an access key.");
        }

        string? Get(string name) => keys.GetType().GetProperty(name)?.GetValue(keys) as string;
        var token = Get("Token");
        return new ImmutableCredentials(Get("AccessKey"), Get("SecretKey"), string.IsNullOrEmpty(token) ? null : token);
    }
}
