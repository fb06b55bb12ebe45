BeforeAll {
    . "$PSScriptRoot/Sandbox.ps1"
    $sandbox = Start-TestSandbox
    $PSDefaultParameterValues = Get-TestDefault $sandbox
}

AfterAll { Stop-TestSandbox $sandbox }

Describe 'Publish-EmailSecurityStack' {
    BeforeAll {
        $null = New-TestZone $sandbox 'whole.example'
        $wanted = New-EmailSecurityStack whole.example -ReportUri tls@whole.example -LogoPath $Logo
        $stack = $wanted | Publish-EmailSecurityStack -WarningAction SilentlyContinue
    }

    It 'deploys every part' {
        $stack.Status | Should -Be 'Deployed'
        $names = @($stack.Records.Name)
        $names | Should -Contain '_mta-sts.whole.example'
        $names | Should -Contain '_smtp._tls.whole.example'
        $names | Should -Contain 'default._bimi.whole.example'
    }

    It 'has an empty plan afterwards' {
        $wanted | Get-EmailSecurityPlan | Should -BeNullOrEmpty
    }

    It 'makes no write call the second time' {
        Clear-TestCall $sandbox
        $null = $wanted | Publish-EmailSecurityStack -WarningAction SilentlyContinue
        Get-TestWrite $sandbox | Should -BeNullOrEmpty
    }

    It 'finishes what an interrupted run began' {
        $null = New-TestZone $sandbox 'later.example'
        $null = Invoke-TestAdmin $sandbox 'PUT' '/faults' '[{"service":"cloudfront","operation":"CreateDistribution","nth":1,"kind":"lostResponse"}]'
        $null = New-EmailSecurityStack later.example | Publish-EmailSecurityStack -ErrorAction SilentlyContinue
        $null = Invoke-TestAdmin $sandbox 'DELETE' '/faults'
        (New-EmailSecurityStack later.example | Publish-EmailSecurityStack).Status | Should -Be 'Deployed'
    }
}
