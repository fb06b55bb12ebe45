BeforeAll {
    . "$PSScriptRoot/Sandbox.ps1"
    $sandbox = Start-TestSandbox
    $PSDefaultParameterValues = Get-TestDefault $sandbox
}

AfterAll { Stop-TestSandbox $sandbox }

Describe 'Publish-MtaStsPolicy' {
    BeforeAll {
        $null = New-TestZone $sandbox 'publish.example'
        $stack = New-MtaStsPolicy -Domain publish.example | Publish-MtaStsPolicy -WarningAction SilentlyContinue
    }

    It 'deploys and says so' {
        $stack.Status | Should -Be 'Deployed'
        $stack.Domain | Should -Be 'publish.example'
        $stack.PolicyUrl | Should -Be 'https://mta-sts.publish.example/.well-known/mta-sts.txt'
        $stack.DistributionId | Should -Not -BeNullOrEmpty
    }

    It 'publishes the id of the policy' {
        $stack.PolicyId | Should -BeExactly (New-MtaStsPolicy -Domain publish.example).Id
    }

    It 'makes no write call the second time' {
        Clear-TestCall $sandbox
        $null = New-MtaStsPolicy -Domain publish.example | Publish-MtaStsPolicy
        Get-TestWrite $sandbox | Should -BeNullOrEmpty
    }

    It 'changes the record after the file' {
        Clear-TestCall $sandbox
        $changed = Publish-MtaStsPolicy -Domain publish.example -MaxAge 86400
        $changed.PolicyId | Should -Not -Be $stack.PolicyId
        $writes = @(Get-TestWrite $sandbox)
        [array]::IndexOf($writes, 's3:PutObject') | Should -BeLessThan ([array]::IndexOf($writes, 'route53:ChangeResourceRecordSets'))
        [array]::IndexOf($writes, 'cloudfront:CreateInvalidation') | Should -BeLessThan ([array]::IndexOf($writes, 'route53:ChangeResourceRecordSets'))
    }

    It 'refuses an enforce policy that leaves a mail server out' {
        { Publish-MtaStsPolicy -Domain publish.example -Mode Enforce -MxHost mx1.publish.example -Force -ErrorAction Stop } | Should -Throw -ErrorId 'PolicyDoesNotCoverMx,*'
    }

    It 'says which zone is missing' {
        $null = Publish-MtaStsPolicy -Domain nowhere.example -MxHost mx1.nowhere.example -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed | Should -HaveCount 1
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'HostedZoneNotFound,*'
        $failed[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failed[0].TargetObject | Should -Be 'nowhere.example'
    }

    It 'refuses an -EndpointUrl that is none at binding' {
        { Publish-MtaStsPolicy -Domain publish.example -EndpointUrl 'ftp://x' } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
    }
}
