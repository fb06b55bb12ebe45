using System.Management.Automation;
using EmailSecurity.Bimi;
using EmailSecurity.Findings;
using EmailSecurity.PowerShell.Abstractions;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Test-BimiLogo: checks logo files (SVG or SVGZ) against SVG Tiny Portable/Secure and the providers' rules, without looking anything up.</summary>
[Cmdlet(VerbsDiagnostic.Test, "BimiLogo", DefaultParameterSetName = PathSet)]
[OutputType(typeof(TestResult))]
public sealed class TestBimiLogoCommand : PSCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralSet = "LiteralPath";

    /// <summary>Files to read; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Files to read, names taken as they are; what Get-ChildItem emits binds here.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LogoPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var files = new CheckedFiles(this, "logo file", "LogoNotFound", "LogoUnreadable", BimiLogo.MaximumSize + 1);
        var isLiteral = ParameterSetName == LiteralSet;
        foreach (var path in isLiteral ? LiteralPath : Path)
        {
            files.Check(path, isLiteral, (content, file) => BimiLogo.Check(content, file));
        }
    }
}
