BeforeAll {
    . "$PSScriptRoot/Sandbox.ps1"
    $sandbox = Start-TestSandbox
    $PSDefaultParameterValues = Get-TestDefault $sandbox
}

AfterAll { Stop-TestSandbox $sandbox }

Describe 'New-MtaStsPolicy' {
    It 'writes the policy of the given hosts' {
        $policy = New-MtaStsPolicy -Domain example.com -Mode Enforce -MxHost mx1.example.com, *.mail.example.com -MaxAge 86400
        $policy.Text | Should -BeExactly "version: STSv1`r`nmode: enforce`r`nmx: mx1.example.com`r`nmx: *.mail.example.com`r`nmax_age: 86400`r`n"
        $policy.Domain | Should -Be 'example.com'
        $policy.Id | Should -Match '^[A-Za-z0-9]{1,32}$'
    }

    It 'starts in mode testing, kept for a week' {
        $policy = New-MtaStsPolicy -Domain example.com -MxHost mx1.example.com
        $policy.Mode | Should -Be 'Testing'
        $policy.MaxAge | Should -Be 604800
    }

    It 'changes the id with the text, and only with it' {
        $one = New-MtaStsPolicy -Domain example.com -MxHost mx1.example.com
        $same = New-MtaStsPolicy -Domain example.com -MxHost mx1.example.com
        $other = New-MtaStsPolicy -Domain example.com -MxHost mx1.example.com -MaxAge 86400
        $same.Id | Should -BeExactly $one.Id
        $other.Id | Should -Not -Be $one.Id
    }

    It 'takes a max_age as a time span' {
        (New-MtaStsPolicy example.com -MxHost mx1.example.com -MaxAge (New-TimeSpan -Days 7)).MaxAge | Should -Be 604800
        (New-MtaStsPolicy example.com -MxHost mx1.example.com -MaxAge 7.00:00:00).MaxAge | Should -Be 604800
    }

    # PowerShell reads 7d as the decimal number 7: a max_age of seven seconds.
    It 'refuses days that PowerShell reads as seconds' {
        $message = '*PowerShell reads 7d as the number 7*For days, use 604800, or the time span 7.00:00:00.*'
        { New-MtaStsPolicy example.com -MxHost mx1.example.com -MaxAge 7d } | Should -Throw $message
        { New-MtaStsPolicy example.com -MxHost mx1.example.com -MaxAge '7d' } | Should -Throw $message
        { Publish-MtaStsPolicy example.com -MaxAge 7d } | Should -Throw $message
        { New-EmailSecurityStack example.com -MaxAge 7D } | Should -Throw $message
        (New-MtaStsPolicy example.com -MxHost mx1.example.com -MaxAge ([decimal]604800)).MaxAge | Should -Be 604800
        (New-MtaStsPolicy example.com -MxHost mx1.example.com -MaxAge 7).MaxAge | Should -Be 7
    }

    It 'matches one label for a wildcard' {
        $policy = New-MtaStsPolicy -Domain example.com -MxHost *.example.com
        $policy.Matches('mx1.example.com') | Should -BeTrue
        $policy.Matches('example.com') | Should -BeFalse
        $policy.Matches('a.b.example.com') | Should -BeFalse
    }

    It 'takes the live mail servers' {
        $null = New-TestZone $sandbox 'live.example'
        $policy = New-MtaStsPolicy -Domain live.example
        $policy.MxHosts | Should -Be 'mx1.live.example', 'mx2.live.example'
    }

    It 'carries a stack along' {
        $policy = New-EmailSecurityStack example.com -ReportUri tls@example.com | New-MtaStsPolicy -MxHost mx1.example.com
        $policy.Stack.ReportUri | Should -Be 'mailto:tls@example.com'
    }

    It 'reads a file exactly as it is' {
        $text = "version: STSv1`nmode: testing`nmx: mx1.example.com`nmax_age: 86400`nx-note: kept`n"
        Set-Content $TestDrive/policy.txt $text -NoNewline
        (New-MtaStsPolicy -Domain example.com -Path $TestDrive/policy.txt).Text | Should -BeExactly $text
    }

    It 'refuses <why>' -ForEach @(
        @{ why = 'a wildcard in the middle'; hosts = 'mx.*.example.com'; id = 'InvalidMxHost' }
        @{ why = 'an address'; hosts = '192.0.2.1'; id = 'InvalidMxHost' }
    ) {
        { New-MtaStsPolicy -Domain example.com -MxHost $hosts -ErrorAction Stop } | Should -Throw -ErrorId "$id,*"
    }
}
