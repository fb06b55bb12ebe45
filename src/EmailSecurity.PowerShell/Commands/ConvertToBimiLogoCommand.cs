using System.Management.Automation;
using EmailSecurity.Bimi;
using EmailSecurity.Findings;
using EmailSecurity.PowerShell.Abstractions;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>ConvertTo-BimiLogo: makes SVG Tiny Portable/Secure of what a design tool exports, or says why that would look different.</summary>
[Cmdlet(VerbsData.ConvertTo, "BimiLogo", DefaultParameterSetName = PathSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(TestResult), typeof(FileInfo))]
public sealed class ConvertToBimiLogoCommand : PSCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralSet = "LiteralPath";

    private readonly HashSet<string> written = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Files to convert; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Files to convert, names taken as they are; what Get-ChildItem emits binds here.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>File to write, or an existing folder that gets a file of the same name.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>Title of the logo: your brand; without it the file's own, or the name of the file.</summary>
    [Parameter]
    [ValidateRule("^[^\\p{C}]*[^\\p{C}\\s][^\\p{C}]*$", "a title: a line of text, not blank")]
    public string? Title { get; set; }

    /// <summary>Overwrite an existing file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Emit the file that was written, in place of the result.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var files = new CheckedFiles(this, "logo file", "LogoNotFound", "LogoUnreadable", BimiLogoConversion.MaximumSize + 1);
        var isLiteral = ParameterSetName == LiteralSet;
        foreach (var path in isLiteral ? LiteralPath : Path)
        {
            files.ForEach(path, isLiteral, Convert);
        }
    }

    private void Convert(ReadOnlyMemory<byte> content, string source)
    {
        var target = Target(source);
        var conversion = BimiLogoConversion.Convert(content, source, Title);
        if (conversion.Content is not { } logo)
        {
            WriteObject(CheckedFiles.WithPath(conversion.Result, source));
            var reasons = conversion.Result.Findings.Where(f => f.Severity == FindingSeverity.Error).Select(f => f.Message).ToArray();
            throw new EmailSecurityException("LogoNotConverted", ErrorKind.InvalidData,
                $"'{source}' was not converted, because the result would look different or be invalid: {reasons.FirstOrDefault()}",
                reasons.Length > 1 ? Invariant($"The findings of the result name all {reasons.Length} reasons and what to do in the design tool.")
                : conversion.Result.Findings.Select(f => f.Fix).FirstOrDefault(f => f.Length > 0) ?? "")
            { Target = source };
        }

        if (!written.Add(target))
        {
            throw new EmailSecurityException("FileExists", ErrorKind.Exists, $"{target} was already written for another file.",
                "Specify a folder as -Destination, so that each file keeps its name.")
            { Target = target };
        }

        if (File.Exists(target) && !Force)
        {
            throw new EmailSecurityException("FileExists", ErrorKind.Exists, $"{target} already exists.", "Add -Force to overwrite it.") { Target = target };
        }

        if (ShouldProcess(target, $"Write the logo of {source}"))
        {
            Write(target, logo);
            WriteObject(PassThru ? new FileInfo(target) : CheckedFiles.WithPath(conversion.Result, target));
        }
    }

    private string Target(string source)
    {
        var target = SessionState.Path.GetUnresolvedProviderPathFromPSPath(Destination, out var provider, out _);
        if (provider.Name != "FileSystem")
        {
            throw new EmailSecurityException("PathNotFileSystem", ErrorKind.InvalidArgument,
                $"'{Destination}' is a path of the {provider.Name} provider.", "Use the path of a file.")
            { Target = Destination };
        }

        return Directory.Exists(target) ? System.IO.Path.Combine(target, System.IO.Path.GetFileNameWithoutExtension(source) + ".svg") : target;
    }

    private static void Write(string target, ReadOnlyMemory<byte> logo)
    {
        try
        {
            File.WriteAllBytes(target, logo.ToArray());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EmailSecurityException("LogoNotWritten", ErrorKind.PermissionDenied, $"{target} cannot be written: {e.Message}",
                "Check that its folder exists, and that you have permission to write there.", e)
            { Target = target };
        }
    }
}
