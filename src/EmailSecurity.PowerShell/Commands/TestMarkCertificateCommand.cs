using System.Management.Automation;
using EmailSecurity.Findings;
using EmailSecurity.Marks;
using EmailSecurity.PowerShell.Abstractions;
using EmailSecurity.PowerShell.Completion;
using EmailSecurity.Text;

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

    private readonly CheckedFiles files;
    private MarkCertificateRoots roots = MarkCertificateRoots.None;

    /// <summary>Makes the cmdlet.</summary>
    public TestMarkCertificateCommand() => files = new CheckedFiles(this, "file", "MarkCertificateNotFound", "FileUnreadable", MaxFileBytes);

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
            roots = TrustedRoot is not null ? MarkCertificateRoots.FromPem(files.ReadOne(TrustedRoot, "TrustedRootNotFound"))
                : SandboxDefaults.Find(this)?.MarkRoot is { } sandbox ? MarkCertificateRoots.DefaultWith(files.ReadOne(sandbox, "MarkRootNotFound"))
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
        var isLiteral = ParameterSetName == LiteralSet;
        foreach (var path in isLiteral ? LiteralPath : Path)
        {
            try
            {
                var options = GetOptions();
                files.Check(path, isLiteral, (content, _) => MarkCertificate.Check(content, options));
            }
            catch (EmailSecurityException e)
            {
                WriteError(Errors.From(e, path));
            }
        }
    }

    private MarkCertificateOptions GetOptions()
    {
        var options = new MarkCertificateOptions
        {
            At = At ?? TimeProvider.System.GetUtcNow(),
            Domain = Domain is null ? null : MailDomain.Normalize(Domain),
            Selector = Selector,
            TrustedRoots = roots,
        };
        return LogoPath is null ? options : options with { Logo = files.ReadOne(LogoPath, "LogoNotFound") };
    }
}
