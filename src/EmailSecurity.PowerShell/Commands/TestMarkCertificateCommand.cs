using System.Management.Automation;
using EmailSecurity.Findings;
using EmailSecurity.Marks;
using EmailSecurity.PowerShell.Abstractions;
using EmailSecurity.PowerShell.Completion;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Test-MarkCertificate: checks a mark certificate file (VMC or CMC) without looking anything up.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MarkCertificate", DefaultParameterSetName = PathSet)]
[OutputType(typeof(TestResult))]
public sealed class TestMarkCertificateCommand : PSCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralSet = "LiteralPath";

    /// <summary>Bytes of a file that are read: more than the checks accept, so that they say what is wrong, and never without end.</summary>
    private const int MaxFileBytes = 4 * 1024 * 1024;

    private MarkCertificateRoots roots = MarkCertificateRoots.None;

    /// <summary>PEM files, each with a mark certificate and its chain; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>PEM files, names taken as they are; what Get-ChildItem emits binds here.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "MarkCertificatePath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The logo as hosted (SVG or SVGZ), to compare with the one in the certificate byte for byte.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NotGivenIfEmpty(RefuseEmptyArgument = true)]
    public string? LogoPath { get; set; }

    /// <summary>The domain whose BIMI record names the certificate; without it the names are listed, not judged.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NotGivenIfEmpty(RefuseEmptyArgument = true)]
    public string? Domain { get; set; }

    /// <summary>The BIMI selector of the record.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SelectorCompleter))]
    public string Selector { get; set; } = Bimi.BimiSelector.Default;

    /// <summary>The instant for which to check; now without it.</summary>
    [Parameter]
    public DateTimeOffset? At { get; set; }

    /// <summary>PEM file of the roots to trust instead of the public mark roots (and of a sandbox's own, while its variable is set).</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TrustedRoot { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        try
        {
            NotGivenIfEmptyAttribute.RefuseEmptyArguments(this);
            roots = TrustedRoot is not null ? MarkCertificateRoots.FromPem(ReadOne(TrustedRoot, "TrustedRootNotFound"))
                : SandboxDefaults.Find(this)?.MarkRoot is { } sandbox ? MarkCertificateRoots.DefaultWith(ReadOne(sandbox, "MarkRootNotFound"))
                : MarkCertificateRoots.Default;
        }
        catch (EmailSecurityException e)
        {
            ThrowTerminatingError(Errors.From(e, TrustedRoot));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var path in ParameterSetName == LiteralSet ? LiteralPath : Path)
        {
            try
            {
                var options = new MarkCertificateOptions { At = At ?? TimeProvider.System.GetUtcNow(), Domain = Domain, Selector = Selector, TrustedRoots = roots };
                if (LogoPath is not null) options = options with { Logo = ReadOne(LogoPath, "LogoNotFound") };
                foreach (var file in Resolve(path)) Check(file, options);
            }
            catch (EmailSecurityException e)
            {
                WriteError(Errors.From(e, path));
            }
        }
    }

    private void Check(string file, MarkCertificateOptions options)
    {
        try
        {
            WriteObject(MarkCertificate.Check(Read(file, "MarkCertificateNotFound"), options));
        }
        catch (EmailSecurityException e)
        {
            WriteError(Errors.From(e, file));
        }
    }

    private IEnumerable<string> Resolve(string path)
    {
        try
        {
            ProviderInfo provider;
            IEnumerable<string> files = ParameterSetName == LiteralSet
                ? [SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out provider, out _)]
                : GetResolvedProviderPathFromPSPath(path, out provider);
            return provider.Name == "FileSystem" ? files : throw NotFileSystem(path, provider);
        }
        catch (Exception e) when (
            e is ItemNotFoundException or System.Management.Automation.DriveNotFoundException or ProviderNotFoundException or WildcardPatternException)
        {
            throw NotFound("MarkCertificateNotFound", path, e);
        }
    }

    private string ResolveOne(string path, string notFoundId)
    {
        try
        {
            var file = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
            return provider.Name == "FileSystem" ? file : throw NotFileSystem(path, provider);
        }
        catch (Exception e) when (e is System.Management.Automation.DriveNotFoundException or ProviderNotFoundException)
        {
            throw NotFound(notFoundId, path, e);
        }
    }

    private ReadOnlyMemory<byte> ReadOne(string path, string notFoundId) => Read(ResolveOne(path, notFoundId), notFoundId);

    private static ReadOnlyMemory<byte> Read(string file, string notFoundId)
    {
        try
        {
            return UserFile.Read(file, MaxFileBytes);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw NotFound(notFoundId, file, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EmailSecurityException("FileUnreadable", ErrorKind.PermissionDenied, $"The file '{file}' cannot be read: {e.Message}", "Check that it is a file and that you may read it.", e) { Target = file };
        }
    }

    private static EmailSecurityException NotFound(string id, string path, Exception inner) =>
        new(id, ErrorKind.NotFound, $"There is no file '{path}'.", "Check the path.", inner) { Target = path };

    private static EmailSecurityException NotFileSystem(string path, ProviderInfo provider) =>
        new("PathNotFileSystem", ErrorKind.InvalidArgument, $"'{path}' is a path of the {provider.Name} provider.", "Give a file.") { Target = path };
}
