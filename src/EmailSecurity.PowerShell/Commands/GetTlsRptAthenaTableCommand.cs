using System.Management.Automation;
using EmailSecurity.PowerShell.Abstractions;
using EmailSecurity.PowerShell.Completion;
using EmailSecurity.Text;
using EmailSecurity.TlsReports.Store;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Get-TlsRptAthenaTable: the statements with which Amazon Athena reads the reports that Export-TlsRptReport keeps in a bucket.</summary>
[Cmdlet(VerbsCommon.Get, "TlsRptAthenaTable")]
[OutputType(typeof(string))]
public sealed class GetTlsRptAthenaTableCommand : EmailSecurityCmdlet
{
    /// <summary>The bucket that holds the store.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateBucketName]
    public string BucketName { get; set; } = "";

    /// <summary>The folder of the store in the bucket; not given, the whole bucket.</summary>
    [Parameter(Position = 1)]
    [AllowEmptyString]
    [AllowNull]
    [ValidateRule("^[A-Za-z0-9!_.()/=-]*$", "a folder of a bucket: letters, digits and ! _ . ( ) / = -")]
    public string? Prefix { get; set; }

    /// <summary>The database of Athena to make the table in.</summary>
    [Parameter]
    [ValidateRule("^[a-z0-9_]{1,128}$", "a name in Athena: lowercase letters, digits and _, at most 128")]
    public string Database { get; set; } = "default";

    /// <summary>The name of the table.</summary>
    [Parameter]
    [ValidateRule("^[a-z0-9_]{1,128}$", "a name in Athena: lowercase letters, digits and _, at most 128")]
    public string Table { get; set; } = "tls_reports";

    /// <summary>The domains; given, a query may leave them out.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(DomainCompleter))]
    [DomainArgument]
    public string[]? Domain { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        var folder = (Prefix ?? "").Trim('/');
        var location = folder.Length == 0 ? $"s3://{BucketName}/" : $"s3://{BucketName}/{folder}/";
        var domains = (Domain ?? []).Select(DomainName.Normalize).Distinct(StringComparer.Ordinal).ToList();
        WriteObject(new AthenaTable(location, Database, Table, domains).ToStatements(), enumerateCollection: true);
        return Task.CompletedTask;
    }
}
