using System.Management.Automation;
using EmailSecurity.Bimi;
using EmailSecurity.Findings;
using EmailSecurity.PowerShell.Completion;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Test-MarkCertificate: checks a mark certificate file (VMC or CMC) without looking anything up.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MarkCertificate")]
[OutputType(typeof(TestResult))]
public sealed class TestMarkCertificateCommand : PSCmdlet
{
    /// <summary>Bytes of a file that are read: more than the checks accept, so that they say what is wrong, and never without end.</summary>
    private const int MaxFileBytes = 4 * 1024 * 1024;

    private MarkCertificateRoots roots = MarkCertificateRoots.None;

    /// <summary>PEM files, each with a mark certificate and its chain; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "PSPath", "MarkCertificatePath")]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The logo as hosted (SVG or SVGZ), to compare with the one in the certificate byte for byte.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? LogoPath { get; set; }

    /// <summary>The domain whose BIMI record names the certificate; without it the names are listed, not judged.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Domain { get; set; }

    /// <summary>The BIMI selector of the record.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SelectorCompleter))]
    public string Selector { get; set; } = "default";

    /// <summary>The instant for which to check; now without it.</summary>
    [Parameter]
    public DateTimeOffset? At { get; set; }

    /// <summary>PEM file of the roots to trust instead of the public mark roots.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TrustedRoot { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        try
        {
            roots = TrustedRoot is null ? MarkCertificateRoots.Default : MarkCertificateRoots.FromPem(Read(ResolveOne(TrustedRoot), "TrustedRootNotFound"));
        }
        catch (EmailSecurityException e)
        {
            ThrowTerminatingError(Errors.From(e, TrustedRoot));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var path in Path)
        {
            try
            {
                var options = new MarkCertificateOptions { At = At ?? TimeProvider.System.GetUtcNow(), Domain = Domain, Selector = Selector, TrustedRoots = roots };
                if (LogoPath is not null) options = options with { Logo = Read(ResolveOne(LogoPath), "LogoNotFound") };
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
            return GetResolvedProviderPathFromPSPath(path, out _);
        }
        catch (Exception e) when (e is ItemNotFoundException or System.Management.Automation.DriveNotFoundException or ProviderNotFoundException)
        {
            throw NotFound("MarkCertificateNotFound", path, e);
        }
    }

    private string ResolveOne(string path) => SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);

    private static ReadOnlyMemory<byte> Read(string file, string notFoundId)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var buffer = new byte[(int)Math.Min(stream.CanSeek ? stream.Length : MaxFileBytes, MaxFileBytes)];
            return buffer.AsMemory(0, stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
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
}
