BeforeAll {
    . "$PSScriptRoot/Sandbox.ps1"
    $sandbox = Start-TestSandbox
    $PSDefaultParameterValues = Get-TestDefault $sandbox
}

AfterAll { Stop-TestSandbox $sandbox }

Describe 'Set-TlsRptRecord' {
    BeforeAll { $null = New-TestZone $sandbox 'report.example' }

    It 'publishes the record' {
        $stack = Set-TlsRptRecord -Domain report.example -ReportUri tls@report.example, https://report.example/v1
        $record = $stack.Records | Where-Object { $_.Name -eq '_smtp._tls.report.example' }
        $record.Value | Should -BeExactly 'v=TLSRPTv1; rua=mailto:tls@report.example,https://report.example/v1'
    }

    It 'makes no write call the second time' {
        Clear-TestCall $sandbox
        $null = Set-TlsRptRecord -Domain report.example -ReportUri tls@report.example, https://report.example/v1
        Get-TestWrite $sandbox | Should -BeNullOrEmpty
    }

    It 'leaves a record that is not its own alone, unless told to take it over' {
        { Set-TlsRptRecord -Domain report.example -ReportUri other@report.example -ErrorAction Stop } | Should -Throw -ErrorId 'ForeignRecord,*'
    }

    It 'needs an address' {
        { Set-TlsRptRecord -Domain report.example -ErrorAction Stop } | Should -Throw -ErrorId 'ReportUriMissing,*'
    }

    It 'works for several domains, and one that fails stops none' {
        foreach ($zone in 'second.example', 'third.example') { $null = New-TestZone $sandbox $zone }
        $stacks = 'second.example', 'nowhere.example', 'third.example' | Set-TlsRptRecord -ReportUri tls@report.example -ErrorVariable failed -ErrorAction SilentlyContinue
        $stacks | Should -HaveCount 2 # in the order in which they finish
        $stacks.Domain | Should -Contain 'second.example'
        $stacks.Domain | Should -Contain 'third.example'
        $failed.TargetObject | Should -Be 'nowhere.example'
    }
}
