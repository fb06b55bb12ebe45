using System.Management.Automation;
using EmailSecurity.Bimi;
using EmailSecurity.Dmarc;
using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.PowerShell.Abstractions;
using EmailSecurity.Text;
using EmailSecurity.TlsRpt;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>The records that Test-EmailSecurityRecord knows.</summary>
public enum EmailSecurityRecordKind
{
    /// <summary><c>_mta-sts</c> (RFC 8461 section 3.1).</summary>
    MtaSts,

    /// <summary><c>_smtp._tls</c> (RFC 8460 section 3).</summary>
    TlsRpt,

    /// <summary><c>selector._bimi</c>.</summary>
    Bimi,

    /// <summary><c>_dmarc</c> (RFC 9989, RFC 7489).</summary>
    Dmarc,
}

/// <summary>Test-EmailSecurityRecord: checks the value of a TXT record against its standard, without looking anything up.</summary>
[Cmdlet(VerbsDiagnostic.Test, "EmailSecurityRecord")]
[OutputType(typeof(TestResult))]
public sealed class TestEmailSecurityRecordCommand : PSCmdlet
{
    /// <summary>Which record it is.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    public EmailSecurityRecordKind Kind { get; set; }

    /// <summary>Record values, as text or in quotes as a zone file has them; each is checked by itself.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public string[] Value { get; set; } = [];

    /// <summary>The domain the record is for; carried into the result.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NotGivenIfEmpty]
    public string? Domain { get; set; }

    /// <summary>The BIMI selector the record is for.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NotGivenIfEmpty]
    public string? Selector { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var item in Value)
        {
            WarnOfDomain(item);
            WriteObject(TxtStrings.Check(item, value => Kind switch
            {
                EmailSecurityRecordKind.MtaSts => MtaStsRecord.Check(value, Domain ?? ""),
                EmailSecurityRecordKind.TlsRpt => TlsRptRecord.Check(value, Domain ?? ""),
                EmailSecurityRecordKind.Bimi => BimiRecord.Check(value, Domain ?? "", Selector ?? BimiSelector.Default),
                _ => DmarcRecord.Check(value, Domain ?? ""),
            }));
        }
    }

    // No record's value is a domain: what is meant is the record that the domain has.
    private void WarnOfDomain(string value)
    {
        if (value.Contains('.', StringComparison.Ordinal) && MailDomain.TryNormalize(value, out var domain))
        {
            WriteWarning($"{domain} is a domain, and was checked as the value of a record. To check the record that the domain has, run: Test-{Kind} {domain}");
        }
    }
}
