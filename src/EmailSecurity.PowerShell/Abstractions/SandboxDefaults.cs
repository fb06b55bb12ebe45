using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>Where the sandbox of <c>$env:EMAILSECURITY_SANDBOX</c> is: the JSON line that its <c>serve</c> verb prints.</summary>
internal sealed record SandboxDefaults
{
    /// <summary>Environment variable that names the file holding the line.</summary>
    public const string Variable = "EMAILSECURITY_SANDBOX";

    private const int MaxFileBytes = 64 * 1024;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    // Which sessions were warned, each once; a runspace that is gone is forgotten.
    private static readonly ConditionalWeakTable<Runspace, object> Warned = [];

    public string? EndpointUrl { get; init; }

    public string? AccessKey { get; init; }

    public string? SecretKey { get; init; }

    public string? NameServer { get; init; }

    public string? TrustedRoot { get; init; }

    public string? ConnectTo { get; init; }

    public string? MarkRoot { get; init; }

    public string? AdminUrl { get; init; }

    public string? ConnectToHttp { get; init; }

    /// <summary>Whether a URL is that of the sandbox's endpoint.</summary>
    public bool IsEndpoint(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var one) && Uri.TryCreate(EndpointUrl, UriKind.Absolute, out var own) && one == own;

    // Its generated form would print the secret key.
    public override string ToString() => $"SandboxDefaults {{ EndpointUrl = {EndpointUrl} }}";

    /// <summary>The session's sandbox, with a warning the first time; null where the variable is not set. Pipeline thread only.</summary>
    /// <exception cref="EmailSecurityException">SandboxFileInvalid: never a fall-through to real AWS.</exception>
    public static SandboxDefaults? Find(PSCmdlet cmdlet)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } path)
        {
            return null;
        }

        var file = cmdlet.GetUnresolvedProviderPathFromPSPath(path);
        var defaults = Read(file);
        if (Runspace.DefaultRunspace is { } runspace && Warned.TryAdd(runspace, file))
        {
            cmdlet.WriteWarning($"$env:{Variable} is set: this session works on the sandbox at {defaults.EndpointUrl}, not on AWS. "
                + "Remove the variable to work on AWS.");
        }

        return defaults;
    }

    internal static SandboxDefaults Read(string file)
    {
        SandboxDefaults? defaults;
        try
        {
            defaults = JsonSerializer.Deserialize<SandboxDefaults>(UserFile.ReadText(file, MaxFileBytes), Json);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            throw Invalid(file, exception.Message.TrimEnd('.'), exception);
        }

        return Fault(defaults) is { } fault ? throw Invalid(file, fault, null) : defaults!;
    }

    // Whatever is missing or leads elsewhere would have the session's own credentials sent to a place that is not AWS.
    private static string? Fault(SandboxDefaults? defaults) => defaults switch
    {
        null => "it is empty",
        { EndpointUrl: null or "" } => "endpointUrl is missing",
        { AccessKey: null or "" } => "accessKey is missing",
        { SecretKey: null or "" } => "secretKey is missing",
        _ when !IsLoopbackUrl(defaults.EndpointUrl) => "endpointUrl is not an http or https URL on this computer",
        _ when defaults.AdminUrl is { } admin && !IsLoopbackUrl(admin) => "adminUrl is not an http or https URL on this computer",
        _ when !IsLoopback(defaults.NameServer) => "nameServer is not on this computer",
        _ when !IsLoopback(defaults.ConnectTo) => "connectTo is not on this computer",
        _ when !IsLoopback(defaults.ConnectToHttp) => "connectToHttp is not on this computer",
        _ when IsShare(defaults.TrustedRoot) => "trustedRoot is not on this computer",
        _ when IsShare(defaults.MarkRoot) => "markRoot is not on this computer",
        _ => null,
    };

    private static bool IsLoopbackUrl(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https", UserInfo: "", IsLoopback: true };

    private static bool IsLoopback(string? hostPort) =>
        hostPort is null || (Uri.TryCreate("tcp://" + hostPort, UriKind.Absolute, out var at) && at is { UserInfo: "", IsLoopback: true });

    // Windows signs in to the computer whose share it opens.
    private static bool IsShare(string? path) => path is ['\\' or '/', '\\' or '/', ..];

    private static EmailSecurityException Invalid(string file, string why, Exception? cause) => new(
        "SandboxFileInvalid",
        ErrorKind.InvalidData,
        $"$env:{Variable} names {file}, which does not contain the line that the sandbox's serve verb writes ({why}).",
        "Start the sandbox again (serve --output FILE), or remove the variable to work on AWS.",
        cause)
    {
        Target = file,
    };
}
