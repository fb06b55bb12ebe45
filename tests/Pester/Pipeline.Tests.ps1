BeforeAll {
    . "$PSScriptRoot/Sandbox.ps1"
    $sandbox = Start-TestSandbox
    $PSDefaultParameterValues = Get-TestDefault $sandbox
}

AfterAll { Stop-TestSandbox $sandbox }

Describe 'The pipeline' {
    It 'composes policy, reports and logo' {
        $null = New-TestZone $sandbox 'first.example'
        $stack = New-MtaStsPolicy -Domain first.example | Publish-MtaStsPolicy | Set-TlsRptRecord -ReportUri tls@first.example | Publish-BimiAssets -LogoPath $Logo -WarningAction SilentlyContinue
        $stack.Domain | Should -Be 'first.example'
        $now = Get-EmailSecurityStack first.example
        $now.PolicyId | Should -Not -BeNullOrEmpty
        $now.ReportUri | Should -Be 'mailto:tls@first.example'
        $now.LogoUrl | Should -Not -BeNullOrEmpty
    }

    It 'composes in the other order' {
        $null = New-TestZone $sandbox 'last.example'
        $stack = New-EmailSecurityStack last.example | Publish-BimiAssets -LogoPath $Logo -WarningAction SilentlyContinue | Set-TlsRptRecord -ReportUri tls@last.example | Publish-MtaStsPolicy
        $stack.Domain | Should -Be 'last.example'
        (Get-EmailSecurityStack last.example).Status | Should -Be 'Deployed'
    }

    It 'takes anything with a Domain property' {
        $null = New-TestZone $sandbox 'object.example'
        $stack = [pscustomobject]@{ Domain = 'object.example'; Owner = 'somebody' } | Set-TlsRptRecord -ReportUri tls@object.example
        $stack.Domain | Should -Be 'object.example'
    }

    It 'puts one error to one domain and goes on' {
        $null = New-TestZone $sandbox 'good.example'
        $stacks = 'bad..example', 'nozone.example', 'good.example' | Set-TlsRptRecord -ReportUri tls@good.example -ErrorVariable failed -ErrorAction SilentlyContinue
        $stacks.Domain | Should -Be 'good.example'
        $failed.TargetObject | Should -Be 'bad..example', 'nozone.example'
    }
}
