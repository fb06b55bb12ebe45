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
        foreach (var path in ParameterSetName == LiteralSet ? LiteralPath : Path)
        {
            foreach (var file in Resolve(path))
            {
                try
                {
                    WriteObject(BimiLogo.Check(Read(file), file));
                }
                catch (EmailSecurityException e)
                {
                    WriteError(Errors.From(e, file));
                }
            }
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
            if (provider.Name == "FileSystem")
                return files;
            throw new EmailSecurityException("PathNotFileSystem", ErrorKind.InvalidArgument, $"'{path}' is a path of the {provider.Name} provider.", "Give a file.");
        }
        catch (Exception e) when (
            e is ItemNotFoundException or System.Management.Automation.DriveNotFoundException or ProviderNotFoundException or WildcardPatternException)
        {
            WriteError(Errors.From(NotFound(path, e), path));
        }
        catch (EmailSecurityException e)
        {
            WriteError(Errors.From(e, path));
        }
        return [];
    }

    /// <summary>Reads a file, one byte past the limit at most: the check then says that it is too large.</summary>
    private static ReadOnlyMemory<byte> Read(string file)
    {
        try
        {
            return UserFile.Read(file, BimiLogo.MaximumSize + 1);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw NotFound(file, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EmailSecurityException("LogoUnreadable", ErrorKind.PermissionDenied, $"The logo '{file}' cannot be read: {e.Message}", "Check that it is a file and that you may read it.", e) { Target = file };
        }
    }

    private static EmailSecurityException NotFound(string path, Exception inner) =>
        new("LogoNotFound", ErrorKind.NotFound, $"There is no logo file '{path}'.", "Check the path.", inner) { Target = path };
}
