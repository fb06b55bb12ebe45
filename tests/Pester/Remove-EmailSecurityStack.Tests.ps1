BeforeAll {
    . "$PSScriptRoot/Sandbox.ps1"
    $sandbox = Start-TestSandbox
    $PSDefaultParameterValues = Get-TestDefault $sandbox
}

AfterAll { Stop-TestSandbox $sandbox }

Describe 'Remove-EmailSecurityStack' {
    BeforeAll {
        foreach ($domain in 'slow.example', 'fast.example') {
            $null = New-TestZone $sandbox $domain
            $null = New-EmailSecurityStack $domain | Publish-EmailSecurityStack
        }
    }

    It 'refuses another domain than that of the stack' {
        Clear-TestCall $sandbox
        { Get-EmailSecurityStack fast.example | Remove-EmailSecurityStack -Domain slow.example -Force -ErrorAction Stop } | Should -Throw -ErrorId 'DomainMismatch,*'
        Get-TestWrite $sandbox | Should -BeNullOrEmpty
    }

    It 'tells senders first, and waits until they have forgotten' {
        $stack = Remove-EmailSecurityStack -Domain slow.example -Confirm:$false -WarningAction SilentlyContinue
        $stack.Status | Should -Be 'Removing'
        $stack.Policy.Mode | Should -Be 'None'
        $stack.WaitingUntil | Should -BeGreaterThan ([DateTimeOffset]::UtcNow.AddDays(6))
    }

    It 'changes nothing more while it waits' {
        Clear-TestCall $sandbox
        (Remove-EmailSecurityStack -Domain slow.example -Confirm:$false -WarningAction SilentlyContinue).Status | Should -Be 'Removing'
        Get-TestWrite $sandbox | Should -BeNullOrEmpty
    }

    It 'takes all down at once with -Force' {
        $left = Remove-EmailSecurityStack -Domain fast.example -Force -WarningAction SilentlyContinue
        $left | Should -BeNullOrEmpty
        { Get-EmailSecurityStack fast.example -ErrorAction Stop } | Should -Throw -ErrorId 'StackNotFound,*'
    }

    It 'leaves the domain''s own records alone' {
        (New-MtaStsPolicy -Domain fast.example).MxHosts | Should -HaveCount 2
    }
}
