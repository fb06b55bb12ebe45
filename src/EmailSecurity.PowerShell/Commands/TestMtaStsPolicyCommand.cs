using System.Management.Automation;
using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.PowerShell.Abstractions;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Test-MtaStsPolicy: checks policy texts or files against RFC 8461 section 3.2, without looking anything up.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MtaStsPolicy", DefaultParameterSetName = TextSet)]
[OutputType(typeof(TestResult))]
public sealed class TestMtaStsPolicyCommand : PSCmdlet
{
    private const string TextSet = "Text";
    private const string PathSet = "Path";
    private const string LiteralSet = "LiteralPath";
    private const string FileSet = "File";

    /// <summary>The policy text, whole: one string a policy.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = TextSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    public string Text { get; set; } = "";

    /// <summary>Files to read; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PathSet)]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Files to read, names taken as they are.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>A file to read, as Get-ChildItem outputs it: of the exact type, so that it is not taken for the policy's text.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FileSet, ValueFromPipeline = true)]
    [ValidateNotNull]
    public FileInfo? InputObject { get; set; }

    /// <summary>The domain the policy is for; carried into the result.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NotGivenIfEmpty]
    public string? Domain { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var domain = Domain ?? "";
        if (ParameterSetName == TextSet)
        {
            WarnOfPath();
            WriteObject(CheckedFiles.WithPath(MtaStsPolicy.Check(Text, domain), null));
            return;
        }

        var files = new CheckedFiles(this, "policy file", "PolicyFileNotFound", "PolicyFileUnreadable", MtaStsPolicy.MaxSize + 1);
        var isLiteral = ParameterSetName != PathSet;
        var paths = ParameterSetName switch { FileSet => [InputObject!.FullName], LiteralSet => LiteralPath, _ => Path };
        foreach (var path in paths)
        {
            files.Check(path, isLiteral, (content, _) => MtaStsPolicy.Check(content, domain));
        }
    }

    // The first argument is the text, so that a policy can be piped; whoever gives a path there gets findings that explain nothing.
    private void WarnOfPath()
    {
        if (UserFile.IsThere(Text, SessionState.Path.CurrentFileSystemLocation.ProviderPath))
        {
            WriteWarning(VisibleText.Of($"'{Text}' is the path of a file, and was checked as the text of a policy. "
                + $"To check the file, run: Test-MtaStsPolicy -Path '{Text}'"));
        }
    }
}
