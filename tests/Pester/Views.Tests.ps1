# The views as people see them, word for word, on a narrow and on a wide screen: Views/<name>.<columns>.txt beside this file.
BeforeDiscovery {
    $tables = 'TestResult', 'Finding', 'Stack', 'ServedPolicy', 'Plan', 'DnsRecord', 'Policy'
    $lists = 'TestResultList', 'FindingList', 'PlanList', 'DnsRecordList', 'PolicyList'
    $views = foreach ($name in $tables + $lists) {
        foreach ($columns in 80, 120) { @{ Name = $name; Columns = $columns } }
    }
}

BeforeAll {
    . "$PSScriptRoot/Sandbox.ps1"
    function Show($Name) { if ($Name -like '*List') { $shown[$Name -replace 'List$'] | Format-List } else { $shown[$Name] } }

    $rendering = $PSStyle.OutputRendering
    $PSStyle.OutputRendering = 'PlainText'
    # PowerShell wraps at words in a language that it knows, and anywhere in the invariant culture.
    $culture = [cultureinfo]::CurrentCulture
    [cultureinfo]::CurrentCulture = 'en-US'

    # Made here, so that the wording of a message changes no view.
    $findings = [EmailSecurity.Findings.Finding[]]@(
        @{
            Code = 'PolicyModeUnknown'; Severity = 'Error'; Standard = 'RFC 8461'; Section = '3.2'; Line = 2; Column = 7
            Message = 'The mode is ''enforced''; it can be enforce, testing or none.'; Fix = 'Write ''mode: testing''.'
        }
        @{
            Code = 'RecordTtlLong'; Severity = 'Warning'; Standard = 'local'; Section = ''; Location = '_mta-sts.views.example'
            Message = 'Changes take a day.'; Fix = 'Lower it.'
        }
    )
    $results = [EmailSecurity.Findings.TestResult[]]@(
        @{ Domain = 'views.example'; Mechanism = 'MtaSts'; Status = 'Fail'; Findings = $findings }
        @{ Domain = 'a-rather-long-name-of-a-domain.example'; Mechanism = 'MarkCertificate'; Status = 'Absent' }
    )
    $plan = [EmailSecurity.Planning.Change[]]@(
        @{
            Domain = 'views.example'; Id = 'a'; Action = 'Create'; Resource = 'S3 public access block'; Target = 'es-views-example-bh5w4ydz-assets-123456789012-ap-southeast-1-an'
            After = 'all on'; Reason = 'objects are readable only through CloudFront'
        }
        @{
            Domain = 'views.example'; Id = 'b'; Action = 'Update'; Resource = 'TXT record'; Target = '_mta-sts.views.example'
            Before = 'v=STSv1; id=1;'; After = 'v=STSv1; id=2;'; Reason = 'the policy changed'; DependsOn = [string[]]('a', 'c')
            Consequence = 'Senders keep applying the policy that they have cached, until its max_age is over.'
        }
    )
    $records = [EmailSecurity.Stacks.DnsRecordState[]]@(
        @{
            Domain = 'views.example'; Name = '_mta-sts.views.example'; Type = 'TXT'; Ttl = 300; Status = 'Different'; Purpose = 'announces the policy'
            Value = 'v=STSv1; id=de60ff1536eb5cdae22317d33837235f;'; ObservedValue = 'v=STSv1; id=1;'; Note = 'an old id'
        }
        @{
            Domain = 'views.example'; Name = 'mta-sts.views.example'; Type = 'AAAA'; Ttl = 60; Status = 'NotYet'; Purpose = 'leads senders to the policy'
            Value = ''
        }
    )
    $served = [EmailSecurity.Stacks.ServedPolicy]::new('Enforce', 604800, '30c0b8f46936bb03b5e2f35f743a47cd', [DateTimeOffset]'2026-01-02T03:04:05Z', $null)
    $policies = 'views.example', 'a-rather-long-name-of-a-domain.example' | New-MtaStsPolicy -MxHost mx1.views.example, mx2.views.example, *.backup.example
    $stacks = 'views.example', 'a-rather-long-name-of-a-domain.example' | New-EmailSecurityStack -DnsHost External -Mode Enforce
    $shown = @{
        TestResult = $results; Finding = $findings; Stack = $stacks; ServedPolicy = $served; Plan = $plan; DnsRecord = $records; Policy = $policies
        TlsRptReport = [EmailSecurity.TlsReports.TlsRptReport]@{ ReportId = 'r' }; TlsRptSummary = [EmailSecurity.TlsReports.TlsRptSummary]@{ Senders = [string[]]'a'; ReportCount = 1 }
        TlsRptExport = [EmailSecurity.TlsReports.Store.TlsRptExport]@{
            Location = 'a'; ReportCount = 1; KnownReportCount = 2; ReplacedReportCount = 0; RowCount = 1; FileCount = 1; RemovedFileCount = 0; Partition = [string[]]'domain=a/month=2026-03'
        }
    }
}

AfterAll {
    $PSStyle.OutputRendering = $rendering
    [cultureinfo]::CurrentCulture = $culture
}

Describe 'The view' {
    It '<Name> at <Columns> columns' -ForEach $views {
        $text = (Show $Name | Out-String -Width $Columns).Trim()
        $text -replace ' *\r?\n', "`n" | Should -BeExactly ((Get-Content "$PSScriptRoot/Views/$Name.$Columns.txt") -join "`n")
    }

    It 'is there for every type that has one' {
        $types = ([xml](Get-Content (Join-Path $Root EmailSecurity.format.ps1xml))).Configuration.ViewDefinitions.View.ViewSelectedBy.TypeName
        $shown.Values | ForEach-Object { $_ } | ForEach-Object { $_.GetType().FullName } | Sort-Object -Unique | Should -Be ($types | Sort-Object -Unique)
    }
}
