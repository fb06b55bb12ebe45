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

    /// <summary>The policy text, whole: one string a policy.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = TextSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    public string Text { get; set; } = "";

    /// <summary>Files to read; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PathSet)]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Files to read, names taken as they are; what Get-ChildItem emits binds here.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The domain the policy is for; carried into the result.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NotGivenIfEmpty]
    public string? Domain { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == TextSet)
        {
            WriteObject(MtaStsPolicy.Check(Text, Domain ?? ""));
            return;
        }
        foreach (var path in ParameterSetName == LiteralSet ? LiteralPath : Path)
        {
            try
            {
                foreach (var file in Resolve(path))
                    CheckFile(file);
            }
            catch (EmailSecurityException e)
            {
                WriteError(Errors.From(e, path));
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
            throw NotFound(path, e);
        }
    }

    private void CheckFile(string file)
    {
        try
        {
            WriteObject(MtaStsPolicy.Check(Read(file), Domain ?? ""));
        }
        catch (EmailSecurityException e)
        {
            WriteError(Errors.From(e, file));
        }
    }

    /// <summary>Reads a file, one octet past the limit at most: the check then says that it is too large.</summary>
    private static ReadOnlyMemory<byte> Read(string file)
    {
        try
        {
            return UserFile.Read(file, MtaStsPolicy.MaxSize + 1);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw NotFound(file, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EmailSecurityException("PolicyFileUnreadable", ErrorKind.PermissionDenied, $"The policy file '{file}' could not be read: {e.Message}", "Give a file that you may read.", e);
        }
    }

    private static EmailSecurityException NotFound(string path, Exception e) =>
        new("PolicyFileNotFound", ErrorKind.NotFound, $"There is no policy file '{path}'.", "Check the path.", e);
}
