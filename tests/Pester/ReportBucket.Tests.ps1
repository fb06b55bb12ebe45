# TLS reports in a bucket: kept, read back, made fewer, refused.
BeforeAll {
    . "$PSScriptRoot/Sandbox.ps1"
    $sandbox = Start-TestSandbox
    $PSDefaultParameterValues = Get-TestDefault $sandbox
    $null = Invoke-TestAws $sandbox s3 PUT /kept-reports '<CreateBucketConfiguration><LocationConstraint>eu-central-1</LocationConstraint></CreateBucketConfiguration>'
    $reports = 1..4 | ForEach-Object {
        [EmailSecurity.TlsReports.TlsRptReport]@{ OrganizationName = 'A'; ReportId = "r$_"; ReportDomain = 'one.example'; Start = '2026-03-0' + $_; End = '2026-03-0' + $_ }
    }
    $store = @{ BucketName = 'kept-reports'; Prefix = 'store' }
}

AfterAll { Stop-TestSandbox $sandbox }

Describe 'TLS reports in a bucket' {
    It 'keeps each report once and gives it back' {
        $first = $reports[0..2] | Export-TlsRptReport @store
        $first.Location, $first.ReportCount, $first.FileCount | Should -Be 's3://kept-reports/store/', 3, 1
        $first.Partition | Should -Be 'domain=one.example/month=2026-03'
        $again = $reports | Export-TlsRptReport @store
        $again.ReportCount, $again.KnownReportCount | Should -Be 1, 3
        $back = Import-TlsRptReport @store
        $back | Sort-Object ReportId | ConvertTo-Json -Depth 6 | Should -BeExactly ($reports | ConvertTo-Json -Depth 6)
        (Import-TlsRptReport -BucketName kept-reports -Prefix store -Since 2026-03-03).ReportId | Sort-Object | Should -Be r3, r4
    }

    It 'gives back what is kept of a domain or a month where the prefix says so' {
        $null = [EmailSecurity.TlsReports.TlsRptReport]@{ OrganizationName = 'A'; ReportId = 'other'; ReportDomain = 'two.example'; Start = '2026-03-01' } |
            Export-TlsRptReport -BucketName kept-reports -Prefix parts
        $null = $reports | Export-TlsRptReport -BucketName kept-reports -Prefix parts
        (Import-TlsRptReport -BucketName kept-reports -Prefix parts/domain=two.example/).ReportId | Should -Be other
        (Import-TlsRptReport -BucketName kept-reports -Prefix parts/domain=one.example/month=2026-03).ReportId | Sort-Object | Should -Be r1, r2, r3, r4
        @(Import-TlsRptReport -BucketName kept-reports -Prefix parts/).Count | Should -Be 5
    }

    It 'reads nothing else than before where it only adds' {
        Clear-TestCall $sandbox
        $null = $reports | Export-TlsRptReport @store
        Get-TestWrite $sandbox | Should -BeNullOrEmpty
    }

    It 'makes one file of small ones' {
        $result = Export-TlsRptReport @store -Compact
        $result.FileCount, $result.RemovedFileCount | Should -Be 1, 2
        @(Import-TlsRptReport @store).Count | Should -Be 4
        (Export-TlsRptReport @store -Compact).RemovedFileCount | Should -Be 0
    }

    It 'writes nothing with -WhatIf' {
        Clear-TestCall $sandbox
        $reports | Export-TlsRptReport -BucketName kept-reports -Prefix other/ -WhatIf | Should -BeNullOrEmpty
        Get-TestWrite $sandbox | Should -BeNullOrEmpty
    }

    It 'names the lock that a killed command left, and what to do' {
        $null = Invoke-TestAws $sandbox s3 PUT /kept-reports/store/compact.lock '2026-03-01 10:00:00 UTC 0123456789abcdef0123456789abcdef'
        { Export-TlsRptReport @store -Compact -ErrorAction Stop } | Should -Throw -ErrorId 'StoreInUse,*' -ExpectedMessage '*since 2026-03-01 10:00:00 UTC, or was stopped there.*'
        ($reports | Export-TlsRptReport @store).KnownReportCount | Should -Be 4
        @(Import-TlsRptReport @store -WarningVariable warnings -ErrorVariable errors).Count | Should -Be 4
        @($warnings) + @($errors) | Should -BeNullOrEmpty
    }

    It 'refuses a bucket that is not there before the first report is read' {
        { $reports | Export-TlsRptReport -BucketName none-such-bucket -ErrorAction Stop } | Should -Throw -ErrorId 'BucketNotFound,*'
    }
}
