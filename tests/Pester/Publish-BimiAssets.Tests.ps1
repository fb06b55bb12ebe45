BeforeAll {
    . "$PSScriptRoot/Sandbox.ps1"
    $sandbox = Start-TestSandbox
    $PSDefaultParameterValues = Get-TestDefault $sandbox
}

AfterAll { Stop-TestSandbox $sandbox }

Describe 'Publish-BimiAssets' {
    It 'hosts the logo and publishes the record where DMARC is enforced' {
        $null = New-TestZone $sandbox 'bimi.example'
        $stack = Publish-BimiAssets -Domain bimi.example -LogoPath $Logo -WarningAction SilentlyContinue
        $stack.LogoUrl | Should -BeLike 'https://bimi-assets.bimi.example/*'
        $record = $stack.Records | Where-Object { $_.Name -eq 'default._bimi.bimi.example' }
        $record.Value | Should -BeLike 'v=BIMI1;*'
    }

    It 'publishes no record where DMARC is not enforced' {
        $null = New-TestZone $sandbox 'weak.example' -Dmarc 'v=DMARC1; p=none'
        $null = Publish-BimiAssets -Domain weak.example -LogoPath $Logo -ErrorVariable failed -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'DmarcNotEnforcing,*'
    }

    It 'needs a logo' {
        { Publish-BimiAssets -Domain bimi.example -ErrorAction Stop } | Should -Throw -ErrorId 'LogoMissing,*'
    }

    It 'says which file is missing' {
        { Publish-BimiAssets -Domain bimi.example -LogoPath ./no-such-logo.svg -ErrorAction Stop } | Should -Throw -ErrorId 'AssetNotFound,*'
    }
}
