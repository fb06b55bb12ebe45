BeforeAll {
    . "$PSScriptRoot/Sandbox.ps1"
    $sandbox = Start-TestSandbox
    $PSDefaultParameterValues = Get-TestDefault $sandbox
}

AfterAll { Stop-TestSandbox $sandbox }

Describe 'Get-EmailSecurityStack' {
    BeforeAll {
        foreach ($domain in 'one.example', 'two.example') {
            $null = New-TestZone $sandbox $domain
            $null = New-EmailSecurityStack $domain -ReportUri "tls@$domain" | Publish-EmailSecurityStack
        }
    }

    It 'shows what is deployed, from AWS itself' {
        $stack = Get-EmailSecurityStack one.example
        $stack.Status | Should -Be 'Deployed'
        $stack.Policy.Mode | Should -Be 'Testing'
        $stack.ReportUri | Should -Be 'mailto:tls@one.example'
        $stack.AccountId | Should -Be $sandbox.accountId
    }

    It 'tells the deployed settings as properties' {
        @(Get-EmailSecurityStack | Where-Object Mode -eq Testing).Count | Should -Be 2
        $stack = Get-EmailSecurityStack one.example
        $stack.MaxAge | Should -Be 604800
        $stack.MxHost | Should -Be 'mx1.one.example', 'mx2.one.example'
        $stack.Wish.Mode | Should -BeNullOrEmpty
    }

    It 'keeps what is deployed when it is piped on' {
        $policy = Get-EmailSecurityStack one.example | New-MtaStsPolicy -Mode Enforce
        $policy.MaxAge | Should -Be 604800
        $policy.MxHosts | Should -Be 'mx1.one.example', 'mx2.one.example'
    }

    It 'lists every stack of the account' {
        $domains = @((Get-EmailSecurityStack).Domain)
        $domains | Should -Contain 'one.example'
        $domains | Should -Contain 'two.example'
    }

    It 'takes patterns: <Pattern>' -ForEach @(
        @{ Pattern = '*'; Expected = 'one.example', 'two.example' }
        @{ Pattern = 'ONE.*'; Expected = 'one.example' }
        @{ Pattern = '[ot]*.example'; Expected = 'one.example', 'two.example' }
        @{ Pattern = 'none*'; Expected = @() }
    ) {
        @((Get-EmailSecurityStack $Pattern -ErrorAction Stop).Domain | Sort-Object) | Should -Be $Expected
        @(($Pattern | Get-EmailSecurityStack -ErrorAction Stop).Domain | Sort-Object) | Should -Be $Expected
    }

    It 'takes patterns beside names' {
        (Get-EmailSecurityStack one.example, t* -ErrorAction Stop).Domain | Sort-Object | Should -Be one.example, two.example
        { Get-EmailSecurityStack none.example, t* -ErrorAction Stop } | Should -Throw -ErrorId 'StackNotFound,*'
    }

    It 'says when there is nothing' {
        $null = New-TestZone $sandbox 'empty.example'
        { Get-EmailSecurityStack empty.example -ErrorAction Stop } | Should -Throw -ErrorId 'StackNotFound,*'
    }

    It 'says so when the keys are wrong' {
        { Get-EmailSecurityStack one.example -SecretKey wrong -ErrorAction Stop } | Should -Throw -ErrorId 'CredentialsInvalid,*'
    }
}
