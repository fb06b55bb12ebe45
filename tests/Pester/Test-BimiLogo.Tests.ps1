BeforeAll { . "$PSScriptRoot/Sandbox.ps1" }

Describe 'Test-BimiLogo' {
    BeforeAll {
        $logo = Join-Path $TestDrive 'logo[1].svg'
        [IO.File]::WriteAllText($logo, '<svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 64 64"><title>Example</title><rect width="64" height="64" fill="#036"/></svg>')
    }

    It 'passes a logo and gives the path of the file that it read' {
        $results = @(Test-BimiLogo -LiteralPath $logo; Get-ChildItem -LiteralPath $logo | Test-BimiLogo; Test-BimiLogo -Path "$TestDrive/logo*.svg")
        $results | Should -HaveCount 3
        $results.IsValid | Should -Not -Contain $false
        $results.Path | Should -Be @($logo, $logo, $logo)
    }

    It 'says that a file is not there, and still checks the others' {
        $result = Test-BimiLogo -LiteralPath ./no-such-logo.svg, $logo -ErrorAction SilentlyContinue -ErrorVariable problem
        $result.Path | Should -Be $logo
        $problem | Should -HaveCount 1
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'LogoNotFound*'
    }

    It 'says what a file is that is no drawing' {
        [IO.File]::WriteAllBytes("$TestDrive/logo.png", [byte[]](0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52))
        $result = Test-BimiLogo $TestDrive/logo.png
        $result.IsValid | Should -BeFalse
        $result.Findings[0].Message | Should -BeExactly 'The file is a PNG image, not an SVG drawing.'
    }

    It 'refuses a path of another provider' {
        { Test-BimiLogo -LiteralPath Env:/PATH -ErrorAction Stop } | Should -Throw -ErrorId 'PathNotFileSystem*'
    }
}
