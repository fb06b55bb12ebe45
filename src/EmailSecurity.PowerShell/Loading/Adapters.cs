using EmailSecurity.Ports;

namespace EmailSecurity.PowerShell.Loading;

/// <summary>The way to the adapters: their assembly, and every third-party one below it, is loaded at the first call that needs it, so that importing the module costs milliseconds.</summary>
internal static class Adapters
{
    private const string FactoryType = "EmailSecurity.Aws.ServicesFactory";

    private static readonly Lazy<IServicesFactory> Loaded = new(Load, LazyThreadSafetyMode.ExecutionAndPublication);

    /// <summary>Makes the adapters of a session; safe from every runspace of the process.</summary>
    /// <exception cref="EmailSecurityException">ModuleIncomplete.</exception>
    public static IServicesFactory Factory => Loaded.Value;

    private static IServicesFactory Load()
    {
        var context = new AdapterLoadContext();
        try
        {
            var type = context.LoadAdapters().GetType(FactoryType, throwOnError: true)!;
            return (IServicesFactory)Activator.CreateInstance(type)!;
        }
        catch (Exception exception) when (exception is IOException or BadImageFormatException or TypeLoadException or MissingMethodException or InvalidCastException)
        {
            throw new EmailSecurityException("ModuleIncomplete", ErrorKind.InvalidOperation, $"{context.Directory} does not hold the adapters that belong to this module: {exception.Message}", "Install the module anew and start a new session.", exception);
        }
    }
}
