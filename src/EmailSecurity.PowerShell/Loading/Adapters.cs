using EmailSecurity.Ports;
using EmailSecurity.TlsReports.Store;

namespace EmailSecurity.PowerShell.Loading;

/// <summary>
/// The way to the adapters: their assemblies, and every third-party one below them, are loaded at the first call that needs them, so that importing the
/// module costs milliseconds. Those to AWS are loaded by the commands that call AWS alone.
/// </summary>
internal static class Adapters
{
    private static readonly AdapterLoadContext Context = new();
    private static readonly Lazy<IOutsideFactory> LoadedOutside = Load<IOutsideFactory>("EmailSecurity.Net", "OutsideFactory");
    private static readonly Lazy<IMessages> LoadedMessages = Load<IMessages>("EmailSecurity.Net", "Messages");
    private static readonly Lazy<ITlsReportStores> LoadedStores = Load<ITlsReportStores>("EmailSecurity.Parquet", "ParquetStores");
    private static readonly Lazy<IMailboxes> LoadedMailboxes = Load<IMailboxes>("EmailSecurity.Net", "Mailboxes");
    private static readonly Lazy<ICloudFactory> LoadedCloud = Load<ICloudFactory>("EmailSecurity.Aws", "CloudFactory");

    /// <summary>Makes the adapters to DNS, HTTPS and SMTP of a session; safe from every runspace of the process.</summary>
    /// <exception cref="EmailSecurityException">ModuleIncomplete.</exception>
    public static IOutsideFactory Outside => LoadedOutside.Value;

    /// <summary>Reads mail messages; safe from every runspace of the process.</summary>
    /// <exception cref="EmailSecurityException">ModuleIncomplete.</exception>
    public static IMessages Messages => LoadedMessages.Value;

    /// <summary>Makes stores of TLS reports; safe from every runspace of the process.</summary>
    /// <exception cref="EmailSecurityException">ModuleIncomplete.</exception>
    public static ITlsReportStores Stores => LoadedStores.Value;

    /// <summary>Opens mailboxes; safe from every runspace of the process.</summary>
    /// <exception cref="EmailSecurityException">ModuleIncomplete.</exception>
    public static IMailboxes Mailboxes => LoadedMailboxes.Value;

    /// <summary>Makes the adapters to AWS of a session; safe from every runspace of the process.</summary>
    /// <exception cref="EmailSecurityException">ModuleIncomplete.</exception>
    public static ICloudFactory Cloud => LoadedCloud.Value;

    private static Lazy<T> Load<T>(string assembly, string factory) => new(
        () =>
        {
            try
            {
                return (T)Activator.CreateInstance(Context.LoadAdapters(assembly).GetType($"{assembly}.{factory}", throwOnError: true)!)!;
            }
            catch (Exception exception) when (
                exception is IOException or BadImageFormatException or TypeLoadException or MissingMethodException or InvalidCastException)
            {
                throw new EmailSecurityException(
                    "ModuleIncomplete",
                    ErrorKind.InvalidOperation,
                    $"{Context.Directory} does not contain the adapters that belong to this module: {exception.Message}",
                    "Install the module again and start a new session.",
                    exception);
            }
        },
        LazyThreadSafetyMode.ExecutionAndPublication);
}
