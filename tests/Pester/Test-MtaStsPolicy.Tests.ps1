BeforeAll { . "$PSScriptRoot/Sandbox.ps1" }

Describe 'Test-MtaStsPolicy' {
    BeforeAll {
        $good = "version: STSv1`nmode: enforce`nmx: *.example.com`nmax_age: 604800`n"
    }

    It 'passes a policy and gives it parsed' {
        $result = Test-MtaStsPolicy -Text $good -Domain example.com
        $result.IsValid | Should -BeTrue
        $result.Status | Should -Be 'Pass'
        $result.Domain | Should -Be 'example.com'
        $result.Value.Matches('mx1.example.com') | Should -BeTrue
        $result.Value.Matches('example.com') | Should -BeFalse
    }

    It 'refuses <Code> with a rule and a way out' -ForEach @(
        @{ Code = 'PolicyModeMissing'; From = "mode: enforce`n"; To = '' }
        @{ Code = 'PolicyMxMissing'; From = "mx: *.example.com`n"; To = '' }
        @{ Code = 'PolicyMaxAgeTooLarge'; From = '604800'; To = '31557601' }
        @{ Code = 'PolicyMxInvalid'; From = '*.example.com'; To = 'mail_1.example.com' }
    ) {
        $result = Test-MtaStsPolicy -Text $good.Replace($From, $To)
        $result.IsValid | Should -BeFalse
        $result.Findings | Should -HaveCount 1
        $result.Findings[0].Code | Should -BeExactly $Code
        $result.Findings[0].Standard | Should -Be 'RFC 8461'
        $result.Findings[0].Fix | Should -Not -BeNullOrEmpty
    }

    It 'takes texts from the pipeline, one result for each' {
        $results = @($good, 'mode: none' | Test-MtaStsPolicy)
        $results | Should -HaveCount 2
        $results[0].IsValid | Should -BeTrue
        $results[1].IsValid | Should -BeFalse
    }

    It 'gives the path of the file that it read, and none for a text' {
        $file = Join-Path $TestDrive 'mta-sts[1].txt'
        [IO.File]::WriteAllText($file, $good)
        $results = @(Test-MtaStsPolicy -LiteralPath $file; Test-MtaStsPolicy -Path "$TestDrive/mta*.txt")
        $results | Should -HaveCount 2
        $results.IsValid | Should -Not -Contain $false
        $results.Path | Should -Be @($file, $file)
        $text = Test-MtaStsPolicy -Text $good
        $text.PSObject.Properties.Name | Should -Contain 'Path'
        $text.Path | Should -BeNullOrEmpty
    }

    It 'reads the files that Get-ChildItem and Get-Item give' {
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive 'files')
        $file = Join-Path $folder 'policy[2].txt'
        [IO.File]::WriteAllText($file, $good)
        $results = @(Get-ChildItem $folder | Test-MtaStsPolicy -Domain example.com; Get-Item -LiteralPath $file | Test-MtaStsPolicy)
        $results | Should -HaveCount 2
        $results.IsValid | Should -Not -Contain $false
        $results.Path | Should -Be @($file, $file)
    }

    It 'says what to run when the text is the path of a file' {
        [IO.File]::WriteAllText("$TestDrive/given.txt", $good)
        Push-Location $TestDrive
        try { $result = Test-MtaStsPolicy ./given.txt -WarningVariable warning -WarningAction SilentlyContinue }
        finally { Pop-Location }
        $result.IsValid | Should -BeFalse
        $warning | Should -BeLike "'./given.txt' is the path of a file*run: Test-MtaStsPolicy -Path './given.txt'"
        $null = Test-MtaStsPolicy $good -WarningVariable warning
        $warning | Should -BeNullOrEmpty
    }

    It 'says that a file is not there' {
        { Test-MtaStsPolicy -LiteralPath ./no-such-policy.txt -ErrorAction Stop } | Should -Throw -ErrorId 'PolicyFileNotFound*'
    }
}
