BeforeAll { . "$PSScriptRoot/Sandbox.ps1" }

Describe 'ConvertTo-BimiLogo' {
    BeforeAll {
        $export = Join-Path $TestDrive 'Example[1].svg'
        [IO.File]::WriteAllText($export, '<svg xmlns="http://www.w3.org/2000/svg" xmlns:sketch="urn:sketch" viewBox="0 0 64 32"><style>.a{fill:#036}</style><rect class="a" width="64" height="32"/><circle style="fill:gold" cx="32" cy="16" r="9" sketch:type="x"/></svg>')
        $text = Join-Path $TestDrive 'text.svg'
        [IO.File]::WriteAllText($text, '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="#036"/><text x="5" y="40" fill="#fff">Example</text></svg>')
        $out = New-Item -ItemType Directory (Join-Path $TestDrive 'out')
    }

    It 'writes a valid logo and says what it changed' {
        $result = ConvertTo-BimiLogo -LiteralPath $export -Destination "$out/logo.svg" -Title 'Example'
        $result.IsValid | Should -BeTrue
        $result.Path | Should -Be (Join-Path $out 'logo.svg')
        $result.Value.Title | Should -Be 'Example'
        $result.Findings.Code | Should -Contain 'LogoChangedStyles'
        (Test-BimiLogo "$out/logo.svg").IsValid | Should -BeTrue
    }

    It 'takes files from the pipeline and keeps their names in a folder' {
        $file = Get-ChildItem -LiteralPath $export | ConvertTo-BimiLogo -Destination $out -PassThru
        $file | Should -BeOfType ([IO.FileInfo])
        $file.Name | Should -Be 'Example[1].svg'
    }

    It 'overwrites with -Force alone, and writes nothing with -WhatIf' {
        [IO.File]::WriteAllText("$out/there.svg", 'kept')
        ConvertTo-BimiLogo -LiteralPath $export -Destination "$out/there.svg" -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'FileExists*'
        ConvertTo-BimiLogo -LiteralPath $export -Destination "$out/there.svg" -Force -WhatIf
        Get-Content -Raw "$out/there.svg" | Should -Be 'kept'
        (ConvertTo-BimiLogo -LiteralPath $export -Destination "$out/there.svg" -Force).IsValid | Should -BeTrue
    }

    It 'refuses text, says why, and writes nothing' {
        $result = ConvertTo-BimiLogo $text "$out/text.svg" -ErrorAction SilentlyContinue -ErrorVariable problem
        $result.IsValid | Should -BeFalse
        ($result.Findings | Where-Object Severity -eq Error).Code | Should -Be 'LogoRefusedText'
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'LogoNotConverted*'
        Test-Path "$out/text.svg" | Should -BeFalse
    }
}
