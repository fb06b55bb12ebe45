# Each refusal as a new user meets it: what is wrong and why, and what gets further: the exact command, or what to change where. The test does what is told.
BeforeDiscovery {
    $cases = & "$PSScriptRoot/RefusalCases.ps1"
    $elsewhere = & "$PSScriptRoot/RefusalsElsewhere.ps1"
}

BeforeAll {
    . "$PSScriptRoot/Sandbox.ps1"
    $sandbox = Start-TestSandbox
    $PSDefaultParameterValues = Get-TestDefault $sandbox
    $folder = (New-Item -ItemType Directory (Join-Path $TestDrive files)).FullName -replace '\\', '/'
    Set-Content $folder/bad.txt "version: STSv1`nmode: enforce`nmax_age: 86400"
    Set-Content $folder/bad.svg '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'
    Set-Content $folder/bad.pem "-----BEGIN CERTIFICATE-----`nbm90IG9uZQ==`n-----END CERTIFICATE-----"
    [System.IO.File]::WriteAllBytes("$folder/logo.png", [byte[]] (0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13))
    Set-Content $folder/text.svg '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><title>T</title><text x="1" y="9">T</text></svg>'
    $null = New-Item -ItemType Directory $folder/two
    Copy-Item $folder/bad.pem $folder/two/a.pem
    Copy-Item $folder/bad.pem $folder/two/b.pem
}

AfterAll { Stop-TestSandbox $sandbox }

Describe 'A quota that is used up' {
    It 'LimitExceeded: says which, and a higher one continues where the command stopped' {
        New-TestZone $sandbox quota.example
        $made = 1..100 | ForEach-Object {
            $body = "<OriginAccessControlConfig xmlns='$cloudFront'><Name>theirs-$_</Name><SigningProtocol>sigv4</SigningProtocol><SigningBehavior>always</SigningBehavior>" +
            '<OriginAccessControlOriginType>s3</OriginAccessControlOriginType></OriginAccessControlConfig>'
            Invoke-TestAws $sandbox cloudfront POST /2020-05-31/origin-access-control $body @{ 'content-type' = 'text/xml' }
        }
        { Publish-EmailSecurityStack quota.example -ErrorAction Stop } | Should -Throw -ErrorId 'LimitExceeded,*'
        $Error[0].ErrorDetails.Message | Should -BeLike '*(TooManyOriginAccessControls)*'
        $Error[0].ErrorDetails.RecommendedAction | Should -BeLike '*ask for a higher quota in Service Quotas. Then run the same command again*'
        $id = $made[0].Xml.OriginAccessControl.Id
        $null = Invoke-TestAws $sandbox cloudfront DELETE "/2020-05-31/origin-access-control/$id" -Header @{ 'if-match' = $made[0].ETag }
        { Publish-EmailSecurityStack quota.example -ErrorAction Stop } | Should -Not -Throw
    }
}

Describe 'A session that cannot ask' {
    BeforeAll {
        New-TestZone $sandbox ask.example
        $null = Publish-EmailSecurityStack ask.example -WarningAction SilentlyContinue
    }

    # As the tests run in CI. At a prompt, these commands would ask.
    It 'changes nothing, and names the switch that answers: <Command>' -Skip:([Environment]::GetCommandLineArgs() -notcontains '-NonInteractive') -ForEach @(
        @{ Command = 'Publish-MtaStsPolicy ask.example -Mode Enforce -OverrideReason test' }
        @{ Command = 'Remove-EmailSecurityStack ask.example' }
        @{ Command = 'Remove-EmailSecurityStack ask.example -Confirm' }
    ) {
        $WarningPreference = 'SilentlyContinue'
        Clear-TestCall $sandbox
        { Invoke-Expression "$Command -ErrorAction Stop" } | Should -Throw -ErrorId 'AnswerNeeded,*'
        Get-TestWrite $sandbox | Should -BeNullOrEmpty
        $Error[0].ErrorDetails.Message | Should -BeLike '*Nothing was changed.'
        $Error[0].ErrorDetails.RecommendedAction | Should -BeLike '*run the same command again with -Confirm:$false*'
        { Invoke-Expression "$($Command -replace ' -Confirm$') -Confirm:`$false -ErrorAction Stop" } | Should -Not -Throw
        Get-TestWrite $sandbox | Should -Not -BeNullOrEmpty
        $null = Publish-MtaStsPolicy ask.example -Mode Testing
    }
}

Describe 'A refusal' {
    BeforeAll {
        # What a user types, who answers yes when asked; the ids of the errors.
        function Invoke-Typed($Command) {
            $ErrorActionPreference = 'SilentlyContinue'
            $Error.Clear()
            try { $null = Invoke-Expression $Command } catch { $null = $_ }
            @($Error | ForEach-Object { "$($_.FullyQualifiedErrorId)".Split(',')[0] })
        }
    }

    It '<Id>: <Command>' -ForEach $cases {
        $WarningPreference = 'SilentlyContinue'
        $ConfirmPreference = 'None'
        if ($Set) { . $Set }
        Clear-TestCall $sandbox
        Invoke-Typed $Command | Should -Contain $Id
        $refused = $Error | Where-Object FullyQualifiedErrorId -like "$Id,*" | Select-Object -First 1
        "$($refused.ErrorDetails ? $refused.ErrorDetails.Message : $refused.Exception.Message)" | Should -BeLike "*$Told*"
        $action = "$($refused.ErrorDetails.RecommendedAction)"
        foreach ($part in @($Next; $After) -ne $null) { $action | Should -BeLike "*$([WildcardPattern]::Escape($part))*" }
        if (-not $Writes) { Get-TestWrite $sandbox | Should -BeNullOrEmpty }

        # What comes next gets further: it succeeds, or the next thing is in the way.
        if ($Fix) { . $Fix }
        $typed = if ($Run) { $Run.StartsWith(' ') ? "$Command$Run" : $Run } elseif ($Next -match '^[A-Z]\w+-[A-Z]') { $Next } else { $Command }
        if ($Known) { foreach ($key in $Known.Keys) { $typed = $typed.Replace($key, $Known[$key]) } }
        $left = Invoke-Typed $typed
        if ($Then) { $left | Should -Be $Then } else { $left | Should -BeNullOrEmpty -Because "$Error" }
        if ($After) { Invoke-Typed $After | Should -BeNullOrEmpty -Because "$Error" }
    }
}

Describe 'docs/errors.md' {
    It 'has no error that is neither tried here nor said to be tried elsewhere' -ForEach @{ Tried = @($cases.Id) + 'AnswerNeeded' + 'LimitExceeded'; Elsewhere = $elsewhere } {
        $ids = Get-Content (Join-Path $Root docs errors.md) | ForEach-Object { if ($_ -match '^\| `(\w+)` \|') { $Matches[1] } }
        $ids.Count | Should -BeGreaterThan 100
        $ids | Where-Object { $_ -notin $Tried -and $_ -notin $Elsewhere.Keys } | Should -BeNullOrEmpty
        $Tried + $Elsewhere.Keys | Where-Object { $_ -notin $ids } | Should -BeNullOrEmpty
        $Tried | Where-Object { $_ -in $Elsewhere.Keys } | Should -BeNullOrEmpty
    }
}
