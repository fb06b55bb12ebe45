BeforeAll {
    . "$PSScriptRoot/Sandbox.ps1"
    $file = "$TestDrive/reports.json"
    @'
{"organization-name":"A","date-range":{"start-datetime":"2026-03-01T00:00:00Z","end-datetime":"2026-03-01T23:59:59Z"},"contact-info":"a@a.example","report-id":"r1",
 "policies":[{"policy":{"policy-type":"sts","policy-string":["version: STSv1"],"policy-domain":"one.example","mx-host":["mx.one.example"]},"summary":{"total-successful-session-count":40,"total-failure-session-count":0}}]}
{"organization-name":"B","date-range":{"start-datetime":"2026-04-01T00:00:00Z","end-datetime":"2026-04-01T23:59:59Z"},"contact-info":"b@b.example","report-id":"r2",
 "policies":[{"policy":{"policy-type":"sts","policy-string":["version: STSv1"],"policy-domain":"two.example","mx-host":["mx.two.example"]},"summary":{"total-successful-session-count":2,"total-failure-session-count":0}}]}
'@ | Set-Content $file
    $reports = Import-TlsRptReport $file
    function Get-StoreFile { Get-ChildItem $store -Recurse -File -Filter *.parquet }
}

Describe 'Export-TlsRptReport' {
    BeforeEach { $store = Join-Path $TestDrive "store$(New-Guid)" }

    It 'writes each report once, whoever pipes it again' {
        $first = $reports | Export-TlsRptReport $store
        $first.ReportCount, $first.KnownReportCount, $first.FileCount | Should -Be 2, 0, 2
        $first.Partition | Should -Be 'domain=one.example/month=2026-03', 'domain=two.example/month=2026-04'
        $again = Import-TlsRptReport $file, $file | Export-TlsRptReport $store
        $again.ReportCount, $again.KnownReportCount, $again.FileCount | Should -Be 0, 4, 0
        Get-StoreFile | Should -HaveCount 2
    }

    It 'gives back what is kept of a domain or a month where the path says so' {
        $null = $reports | Export-TlsRptReport $store
        (Import-TlsRptReport "$store/domain=two.example").ReportId | Should -Be r2
        (Import-TlsRptReport "$store/domain=one.example/month=2026-03/").ReportId | Should -Be r1
        (Get-ChildItem $store -Directory | Import-TlsRptReport).ReportId | Should -Be r1, r2
        (Import-TlsRptReport $store).ReportId | Should -Be r1, r2
    }

    It 'takes reports that were saved, and gives a path as it is' {
        $reports | Export-Clixml "$TestDrive/saved.xml"
        (Import-Clixml "$TestDrive/saved.xml" | Export-TlsRptReport -LiteralPath "$TestDrive/odd [1]").ReportCount | Should -Be 2
        Test-Path -LiteralPath "$TestDrive/odd [1]/domain=one.example" | Should -BeTrue
        Push-Location $TestDrive
        try {
            (Export-TlsRptReport './odd [1]' -Report $reports).KnownReportCount | Should -Be 2
        } finally { Pop-Location }
    }

    It 'makes one file of small ones' {
        $null = $reports[0] | Export-TlsRptReport $store
        $null = Import-TlsRptReport $file | ForEach-Object { $_ } | Select-Object -First 1 | Export-TlsRptReport $store
        1..3 | ForEach-Object {
            (Get-Content $file -Raw) -replace '"r1"', "`"x$_`"" | Set-Content "$TestDrive/more.json"
            $null = Import-TlsRptReport "$TestDrive/more.json" | Export-TlsRptReport $store
        }
        Get-StoreFile | Should -HaveCount 5
        $result = Export-TlsRptReport $store -Compact
        $result.FileCount, $result.RemovedFileCount, $result.ReportCount | Should -Be 1, 4, 0
        Get-StoreFile | Should -HaveCount 2
        (Import-TlsRptReport "$TestDrive/more.json" | Export-TlsRptReport $store).KnownReportCount | Should -Be 2
    }

    It 'writes nothing with -WhatIf' {
        $reports | Export-TlsRptReport $store -WhatIf | Should -BeNullOrEmpty
        Test-Path $store | Should -BeFalse
    }
}
