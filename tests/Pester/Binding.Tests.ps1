# What a user types, pastes and pipes: arrays, other names for the domain, blanks, an address or URL in place of a domain, lists in one cell, other files.
BeforeAll {
    . "$PSScriptRoot/Sandbox.ps1"
    $sandbox = Start-TestSandbox
    $PSDefaultParameterValues = Get-TestDefault $sandbox
    'one.example', 'two.example' | ForEach-Object { New-TestZone $sandbox $_ }
    $null = Publish-EmailSecurityStack one.example, two.example -WarningAction SilentlyContinue
}

AfterAll { Stop-TestSandbox $sandbox }

Describe 'a domain' {
    It 'may be several: <Command>' -ForEach @(
        @{ Command = 'Get-EmailSecurityStack one.example, two.example' }
        @{ Command = '"one.example", "two.example" | Get-EmailSecurityStack' }
        @{ Command = 'Get-EmailSecurityStack -DomainName one.example, two.example' }
        @{ Command = 'Get-EmailSecurityStack -Name " one.example", "two.example "' }
        @{ Command = '[pscustomobject]@{ Name = "one.example" }, [pscustomobject]@{ DomainName = "two.example" } | Get-EmailSecurityStack' }
        @{ Command = '"Domain,Owner", "one.example ,ops", "two.example,ops" | ConvertFrom-Csv | Get-EmailSecurityStack' }
        @{ Command = 'Publish-EmailSecurityStack one.example, two.example' }
        @{ Command = '[pscustomobject]@{ Name = "one.example" }, [pscustomobject]@{ Name = "two.example" } | Publish-EmailSecurityStack' }
        @{ Command = 'New-EmailSecurityStack one.example, two.example' }
        @{ Command = '[pscustomobject]@{ Name = "one.example" }, [pscustomobject]@{ Name = "two.example" } | New-EmailSecurityStack' }
        @{ Command = 'Test-MtaSts one.example, " two.example"' }
        @{ Command = 'Get-EmailSecurityDnsRecord one.example, two.example | Sort-Object Domain -Unique' }
        @{ Command = '[pscustomobject]@{ Name = "one.example" }, [pscustomobject]@{ Name = "two.example" } | New-MtaStsPolicy' }
    ) {
        $found = @(Invoke-Expression $Command)
        $found.Domain | Sort-Object | Should -Be 'one.example', 'two.example'
    }

    It 'is removed with others in one command' {
        $told = @(Remove-EmailSecurityStack one.example, two.example -WhatIf 6>&1 3>$null)
        (Get-EmailSecurityStack one.example, two.example).Count | Should -Be 2
    }

    It 'comes from Domain where an object has a Name as well' {
        ([pscustomobject]@{ Domain = 'one.example'; Name = 'Headquarters' } | Get-EmailSecurityStack).Domain | Should -Be 'one.example'
    }

    It 'is not "every domain" where a list is empty' {
        { Get-EmailSecurityStack -Domain @() -ErrorAction Stop } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
        { Remove-EmailSecurityStack -Domain @() -Force -ErrorAction Stop } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
    }

    It 'is suggested by <Command> for <Given>' -ForEach @(
        foreach ($command in 'New-EmailSecurityStack', 'Publish-EmailSecurityStack', 'Get-EmailSecurityStack', 'Remove-EmailSecurityStack', 'Test-MtaSts', 'Test-EmailSecurity',
            'New-MtaStsPolicy', 'Set-TlsRptRecord', 'Get-EmailSecurityPlan') {
            foreach ($given in 'postmaster@one.example', 'https://one.example/path', '_mta-sts.one.example') { @{ Command = $command; Given = $given } }
        }
    ) {
        & $Command $Given -ErrorAction SilentlyContinue -ErrorVariable failed | Should -BeNullOrEmpty
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'InvalidDomainName,*'
        $failed[0].ErrorDetails.RecommendedAction | Should -Match '\bone\.example$'
    }

    It 'that does not exist is DomainNotFound: <Command>' -ForEach @(
        @{ Command = 'Publish-EmailSecurityStack nobody.example' }
        @{ Command = 'Publish-MtaStsPolicy nobody.example' }
        @{ Command = 'New-MtaStsPolicy nobody.example' }
    ) {
        { Invoke-Expression "$Command -ErrorAction Stop" } | Should -Throw -ErrorId 'DomainNotFound,*' -ExpectedMessage '*nobody.example does not exist in DNS*'
    }

    It 'that does not exist is DomainNotFound, not "no record": <Command>' -ForEach @(
        @{ Command = 'Test-MtaSts' }, @{ Command = 'Test-TlsRpt' }, @{ Command = 'Test-Dmarc' }, @{ Command = 'Test-Bimi' }, @{ Command = 'Test-EmailSecurity' }
    ) {
        $result = & $Command nobody.example
        $result.Status | Should -Be (@('Absent') * @($result).Count)
        $result.Findings.Code | Select-Object -Unique | Should -Be 'DomainNotFound'
    }

    It 'that never had a stack is told when it is removed' {
        $null = Remove-EmailSecurityStack never.example -Confirm:$false -WarningVariable told -WarningAction SilentlyContinue
        "$told" | Should -Match 'There is nothing to remove: account \d{12} has no stack of never\.example'
    }
}

Describe 'a list in one cell' {
    It 'is taken apart: <Cell>' -ForEach @(
        @{ Cell = 'a@one.example;b@one.example'; Uris = 'mailto:a@one.example', 'mailto:b@one.example' }
        @{ Cell = 'a@one.example, b@one.example'; Uris = 'mailto:a@one.example', 'mailto:b@one.example' }
        @{ Cell = 'mailto:a@one.example;https://reports.example/v1;x=1'; Uris = $null }
        @{ Cell = 'https://reports.example/v1;x=1'; Uris = 'https://reports.example/v1%3Bx=1' }
        @{ Cell = 'a@one.example;https://reports.example/v1'; Uris = 'mailto:a@one.example', 'https://reports.example/v1' }
    ) {
        $row = [pscustomobject]@{ Domain = 'one.example'; ReportUri = $Cell }
        $stack = $row | New-EmailSecurityStack -ErrorAction SilentlyContinue
        $stack.ReportUri | Should -Be $Uris
    }

    It 'has mx hosts too' {
        ([pscustomobject]@{ Domain = 'one.example'; MxHost = 'mx1.one.example; mx2.one.example' } | New-EmailSecurityStack).MxHost | Should -Be 'mx1.one.example', 'mx2.one.example'
        (New-MtaStsPolicy one.example -MxHost 'mx1.one.example,mx2.one.example').MxHosts | Should -Be 'mx1.one.example', 'mx2.one.example'
    }
}

Describe 'a file' {
    BeforeAll {
        Push-Location $TestDrive
        [IO.File]::WriteAllBytes("$TestDrive/logo.png", [byte[]](0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0))
        Copy-Item $Logo "$TestDrive/one.svg"
        Copy-Item $Logo "$TestDrive/logo[1].svg"
    }

    AfterAll { Pop-Location }

    It 'that is a PNG is refused as a logo when the stack is described' {
        { New-EmailSecurityStack one.example -LogoPath logo.png -ErrorAction Stop } | Should -Throw -ErrorId 'LogoNotSvg,*' -ExpectedMessage '*logo.png is a PNG image*'
        { Publish-BimiAssets one.example -LogoPath logo.png -ErrorAction Stop } | Should -Throw -ErrorId 'LogoNotSvg,*'
    }

    It 'is found by a pattern that matches one' {
        (New-EmailSecurityStack one.example -LogoPath on*.svg).Logo.Name | Should -BeLike '*one.svg'
    }

    It 'may have brackets in its name' {
        (New-EmailSecurityStack one.example -LogoPath 'logo[1].svg').Logo.Name | Should -BeLike '*logo`[1`].svg'
    }

    It 'that a pattern does not single out is refused: <Command>' -ForEach @(
        @{ Command = 'New-EmailSecurityStack one.example -LogoPath *.svg'; Id = 'PathAmbiguous' }
        @{ Command = 'New-EmailSecurityStack one.example -LogoPath *.none'; Id = 'PathNotFound' }
        @{ Command = 'New-MtaStsPolicy one.example -Path *.none'; Id = 'PathNotFound' }
        @{ Command = 'Export-EmailSecurityDnsRecord one.example -Path *.zone'; Id = 'PathNotFound' }
        @{ Command = 'Export-EmailSecurityDnsRecord one.example -Path nowhere:\one.zone'; Id = 'PathNotFound' }
        @{ Command = 'Export-EmailSecurityDnsRecord one.example -Path missing/one.zone'; Id = 'FolderNotFound' }
        @{ Command = 'Test-BimiLogo *.none'; Id = 'LogoNotFound' }
    ) {
        { Invoke-Expression "$Command -ErrorAction Stop" } | Should -Throw -ErrorId "$Id,*"
        Get-ChildItem *.zone | Should -BeNullOrEmpty
    }
}
