BeforeAll {
    . "$PSScriptRoot/Sandbox.ps1"
    $sandbox = Start-TestSandbox
    $PSDefaultParameterValues = Get-TestDefault $sandbox
    New-TestZone $sandbox ready.example
    $null = Publish-EmailSecurityStack ready.example -WarningAction SilentlyContinue
    $folder = (New-Item -ItemType Directory (Join-Path $TestDrive reports)).FullName
    $clean = (New-Item -ItemType Directory (Join-Path $TestDrive clean)).FullName

    function New-TestReport([string] $Path, [string] $Sender, [int] $DaysAgo, [int] $Failed, [string] $Domain = 'ready.example') {
        $day = [DateTime]::UtcNow.Date.AddDays(-$DaysAgo)
        $policy = @{
            policy = @{ 'policy-type' = 'sts'; 'policy-domain' = $Domain; 'policy-string' = @('version: STSv1'); 'mx-host' = @("mx1.$Domain") }
            summary = @{ 'total-successful-session-count' = 100; 'total-failure-session-count' = $Failed }
        }
        if ($Failed) {
            $policy['failure-details'] = , @{ 'result-type' = 'certificate-expired'; 'sending-mta-ip' = '192.0.2.1'; 'receiving-mx-hostname' = "mx1.$Domain"; 'failed-session-count' = $Failed }
        }
        ConvertTo-Json -Depth 9 @{
            'organization-name' = $Sender; 'contact-info' = 'tls@sender.example'; 'report-id' = "$Sender-$DaysAgo"; policies = , $policy
            'date-range' = @{ 'start-datetime' = $day.ToString('yyyy-MM-ddTHH:mm:ssZ'); 'end-datetime' = $day.AddSeconds(86399).ToString('yyyy-MM-ddTHH:mm:ssZ') }
        } | Set-Content -LiteralPath $Path
    }
    New-TestReport "$clean/a.json" Google 1 0
    New-TestReport "$clean/b.json" Microsoft 2 0
    New-TestReport "$folder/a.json" Google 1 14
    New-TestReport "$folder/b.json" Microsoft 9 3
}

AfterAll { Stop-TestSandbox $sandbox }

Describe 'Test-MtaStsReadiness' {
    It 'fails a domain that has been in testing for too short' {
        $result = Test-MtaStsReadiness ready.example -DataPath $clean
        $result.Status | Should -Be Fail
        $result.Mechanism | Should -Be MtaStsReadiness
        $result.Findings.Code | Should -Contain ReadinessTestingTooShort
        ($result.Findings | Where-Object Code -eq ReadinessReports).Message | Should -BeLike '2 senders reported 200 sessions from * to *, of which none failed.'
    }

    It 'names what senders saw, who has to act, and changes nothing' {
        Clear-TestCall $sandbox
        $result = Test-MtaStsReadiness ready.example -MinimumTestingDays 0 -DataPath $folder
        Get-TestWrite $sandbox | Should -BeNullOrEmpty
        $result.Status | Should -Be Fail
        $seen = $result.Findings | Where-Object Code -eq ReadinessFailureReported
        $seen.Message | Should -BeLike 'Google saw 14 failures at mx1.ready.example: certificate expired (*).'
        $seen.Fix | Should -BeLike 'Renew the certificate*'
        ($result.Findings | Where-Object Code -eq ReadinessFailureEarlier).Message | Should -BeLike 'Microsoft saw 3 failures at*no report since tells of it.'
    }

    It 'takes reports as objects, many domains at once, and says where none are given' {
        $reports = Import-TlsRptReport $clean
        $results = 'ready.example', 'other.example' | ForEach-Object { New-TestZone $sandbox $_ -ErrorAction Ignore; $_ } | Test-MtaStsReadiness -MinimumTestingDays 0 -Report $reports
        ($results | Where-Object Domain -eq ready.example).Status | Should -Not -Be Fail
        ($results | Where-Object Domain -eq other.example).Findings.Code | Should -Contain ReadinessReportsAbsent
        (Test-MtaStsReadiness ready.example).Findings.Code | Should -Contain ReadinessReportsAbsent
        $none = New-Item -ItemType Directory "$TestDrive/none"
        (Test-MtaStsReadiness ready.example -Report (Import-TlsRptReport $none)).Findings.Message | Should -Contain 'No TLS report was read.'
    }

    It 'reads the reports that were kept, as those of the files' {
        $kept = Join-Path $TestDrive kept
        $null = Import-TlsRptReport $folder | Export-TlsRptReport $kept
        $seen = (Test-MtaStsReadiness ready.example -MinimumTestingDays 0 -DataPath $kept).Findings.Message
        $seen | Should -Be (Test-MtaStsReadiness ready.example -MinimumTestingDays 0 -DataPath $folder).Findings.Message
        $seen | Should -Not -BeNullOrEmpty
        (Import-TlsRptReport $kept | Measure-TlsRptReport Sender | ConvertTo-Json) | Should -Be (Import-TlsRptReport $folder | Measure-TlsRptReport Sender | ConvertTo-Json)
    }

    It 'says what a publish would refuse' {
        New-TestZone $sandbox other.example -ErrorAction Ignore
        $null = Publish-MtaStsPolicy other.example -MxHost mx9.other.example -WarningAction SilentlyContinue
        $result = Test-MtaStsReadiness other.example -MinimumTestingDays 0
        $result.Status | Should -Be Fail
        ($result.Findings | Where-Object Severity -eq Error).Message -join ' ' | Should -BeLike '*does not cover*'
    }

    It 'refuses a folder that is not there' {
        { Test-MtaStsReadiness ready.example -DataPath "$folder/none" -ErrorAction Stop } | Should -Throw -ErrorId 'TlsReportNotFound,*'
    }
}

Describe 'The move to mode enforce, with reports' {
    It 'is refused by name, and not by reports that are clean' {
        Clear-TestCall $sandbox
        $command = { Publish-MtaStsPolicy ready.example -Mode Enforce -MinimumTestingDays 0 -Confirm:$false -WarningAction SilentlyContinue -ErrorAction Stop @args }
        { & $command -DataPath $folder } | Should -Throw -ErrorId 'EnforceNotReady,*'
        $Error[0].ErrorDetails.Message | Should -BeLike '*is not ready for mode enforce: Google saw 14 failures at mx1.ready.example: certificate expired (*).'
        { & $command -Report (Import-TlsRptReport $folder) } | Should -Throw -ErrorId 'EnforceNotReady,*'
        Get-TestWrite $sandbox | Should -BeNullOrEmpty
        $null = New-MtaStsPolicy ready.example -Mode Enforce -WarningAction Ignore |
            Get-EmailSecurityPlan -MinimumTestingDays 0 -DataPath $folder -WarningVariable warnings -WarningAction SilentlyContinue
        "$warnings" | Should -BeLike '*EnforceNotReady*Google saw 14 failures*'
        (& $command -DataPath $clean).Policy.Mode | Should -Be Enforce
        (Test-MtaStsReadiness ready.example -DataPath $clean).Findings.Code | Should -Contain ReadinessEnforced
    }

    It 'is followed by a warning when failures rise' {
        New-TestReport "$clean/c.json" Microsoft 9 0
        $results = Test-EmailSecurity ready.example -DataPath "$folder/a.json", "$clean/c.json"
        $told = ($results | Where-Object Mechanism -eq TlsRpt).Findings | Where-Object Code -like 'TlsReportFailures*'
        $told.Code | Should -Be TlsReportFailuresRose
        $told.Message | Should -Be 'In the last week of the reports, senders saw 14 failures in 114 sessions (12.28%), against 0% in the week before.'
        ($results | Where-Object Mechanism -ne TlsRpt).Findings.Code | Should -Not -Contain TlsReportFailuresRose
    }
}
