BeforeAll { . "$PSScriptRoot/Sandbox.ps1" }

Describe 'New-EmailSecurityStack' {
    It 'describes a domain without calling anybody' {
        $stack = New-EmailSecurityStack example.com -ReportUri tls-reports@example.com
        $stack.Domain | Should -Be 'example.com'
        $stack.ReportUri | Should -Be 'mailto:tls-reports@example.com'
        $stack.Status | Should -Be 'Described'
        $stack.DnsHost | Should -Be 'Route53'
        $stack.BimiSubdomain | Should -Be 'bimi-assets'
        $stack.BimiSelector | Should -Be 'default'
    }

    It 'takes domains from the pipeline' {
        $stacks = 'a.example', 'b.example' | New-EmailSecurityStack
        $stacks.Domain | Should -Be 'a.example', 'b.example'
    }

    It 'takes objects with a Domain property from the pipeline' {
        ([pscustomobject]@{ Domain = 'a.example' } | New-EmailSecurityStack).Domain | Should -Be 'a.example'
    }

    It 'writes <name> as <expected>' -ForEach @(
        @{ name = 'EXAMPLE.com.'; expected = 'example.com' }
        @{ name = "b$([char]0xfc)cher.example"; expected = 'xn--bcher-kva.example' }
    ) {
        (New-EmailSecurityStack $name).Domain | Should -BeExactly $expected
    }

    It 'has a logo only if there is one' {
        (New-EmailSecurityStack example.com).Logo | Should -BeNullOrEmpty
        (New-EmailSecurityStack example.com -LogoPath $Logo).Logo.Name | Should -Match 'logo\.svg$'
    }

    It 'finds what a folder holds' {
        (New-EmailSecurityStack example.com -AssetPath (Split-Path $Logo)).Logo | Should -Not -BeNullOrEmpty
    }

    It 'refuses <name>' -ForEach @(
        @{ name = 'a..example' }
        @{ name = 'exa mple.com' }
        @{ name = "$('a' * 64).example" }
    ) {
        { New-EmailSecurityStack $name -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidDomainName,*'
    }

    It 'reports one bad domain and goes on with the others' {
        $stacks = 'a..example', 'b.example' | New-EmailSecurityStack -ErrorVariable failed -ErrorAction SilentlyContinue
        $stacks.Domain | Should -Be 'b.example'
        $failed | Should -HaveCount 1
        $failed[0].TargetObject | Should -Be 'a..example'
    }

    It 'says which file is missing' {
        { New-EmailSecurityStack example.com -LogoPath ./no-such-logo.svg -ErrorAction Stop } | Should -Throw -ErrorId 'AssetNotFound,*'
    }

    It 'refuses a policy given twice' {
        { New-EmailSecurityStack example.com -PolicyPath ./policy.txt -Mode Enforce -ErrorAction Stop } | Should -Throw -ErrorId 'PolicyGivenTwice,*'
    }

    It 'refuses a max_age past a year at binding' {
        { New-EmailSecurityStack example.com -MaxAge 31557601 } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
    }

    It 'takes an empty cell of a CSV file as not given' {
        $stack = [pscustomobject]@{ Domain = 'example.com'; Mode = ''; MaxAge = ''; MxHost = ''; DnsHost = ''; LogRetentionDays = ''; BimiSelector = ''; ReportUri = ''; Tag = $null } | New-EmailSecurityStack
        $stack.MaxAge | Should -BeNullOrEmpty
        $stack.Wish.IsLogRetentionAsked | Should -BeFalse
        $stack.DnsHost | Should -Be 'Route53'
    }

    It 'names a tag that AWS would refuse' {
        { New-EmailSecurityStack example.com -Tag @{ 'cost;center' = '1' } -ErrorAction Stop } | Should -Throw -ErrorId 'TagInvalid,*' -ExpectedMessage '*cost;center*'
    }

    It 'keeps its settings through serialization' {
        $stack = New-EmailSecurityStack example.com -DnsHost External -LogRetentionDays 12
        $stack | Export-Clixml $TestDrive/stack.xml -Depth 1
        $saved = Import-Clixml $TestDrive/stack.xml
        ($saved | New-MtaStsPolicy -MxHost mx1.example.com).Stack.DnsHost | Should -Be 'External'
    }
}
