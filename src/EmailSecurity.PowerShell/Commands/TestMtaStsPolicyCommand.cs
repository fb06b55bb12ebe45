using System.Management.Automation;
using EmailSecurity.Findings;
using EmailSecurity.MtaSts;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Test-MtaStsPolicy: checks a policy text or file against RFC 8461 section 3.2, without looking anything up.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MtaStsPolicy", DefaultParameterSetName = TextSet)]
[OutputType(typeof(TestResult))]
public sealed class TestMtaStsPolicyCommand : PSCmdlet
{
    private const string TextSet = "Text";
    private const string PathSet = "Path";

    /// <summary>The policy text, whole: one string a policy.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = TextSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    public string Text { get; set; } = "";

    /// <summary>Files to read; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PathSet, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The domain the policy is for; carried into the result.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string Domain { get; set; } = "";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == TextSet)
        {
            WriteObject(MtaStsPolicy.Check(Text, Domain));
            return;
        }
        foreach (var path in Path)
        {
            foreach (var file in Resolve(path))
                CheckFile(file);
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
            WriteError(new ErrorRecord(e, "PolicyFileNotFound", ErrorCategory.ObjectNotFound, path));
            return [];
        }
    }

    private void CheckFile(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            // One octet past the limit is enough to see that it is passed.
            var buffer = new byte[MtaStsPolicy.MaxSize + 1];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            WriteObject(MtaStsPolicy.Check(new ReadOnlyMemory<byte>(buffer, 0, length), Domain));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            WriteError(new ErrorRecord(e, "PolicyFileUnreadable", ErrorCategory.ReadError, file));
        }
    }
}
