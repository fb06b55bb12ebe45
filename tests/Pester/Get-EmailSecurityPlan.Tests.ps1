BeforeAll {
    . "$PSScriptRoot/Sandbox.ps1"
    $sandbox = Start-TestSandbox
    $PSDefaultParameterValues = Get-TestDefault $sandbox
}

AfterAll { Stop-TestSandbox $sandbox }

Describe 'Get-EmailSecurityPlan' {
    BeforeAll { $null = New-TestZone $sandbox 'plan.example' }

    It 'lists what a new domain needs, without changing anything' {
        Clear-TestCall $sandbox
        $plan = New-EmailSecurityStack plan.example -ReportUri tls@plan.example | Get-EmailSecurityPlan
        $plan.Count | Should -BeGreaterThan 5
        @($plan | Where-Object { $_.Action -eq 'Delete' }) | Should -HaveCount 0
        Get-TestWrite $sandbox | Should -BeNullOrEmpty
    }

    It 'is the same for the same input' {
        $one = New-EmailSecurityStack plan.example | Get-EmailSecurityPlan
        $two = New-EmailSecurityStack plan.example | Get-EmailSecurityPlan
        $two.Description | Should -Be $one.Description
    }

    It 'says why, and what each change depends on' {
        $plan = New-EmailSecurityStack plan.example | Get-EmailSecurityPlan
        @($plan | Where-Object { -not $_.Reason }) | Should -HaveCount 0
        $ids = @($plan.Id)
        @($plan.DependsOn | Where-Object { $_ -and $ids -notcontains $_ }) | Should -HaveCount 0
    }
}
