BeforeAll { . "$PSScriptRoot/Sandbox.ps1" }

Describe 'Export-EmailSecurityReport' {
    BeforeAll {
        $sandbox = Start-TestSandbox
        $PSDefaultParameterValues = Get-TestDefault $sandbox
        New-TestZone $sandbox report.example
        $stack = New-EmailSecurityStack report.example -LogoPath $Logo -ReportUri tls@report.example | Publish-EmailSecurityStack -WarningAction SilentlyContinue
        $stack = Get-EmailSecurityStack report.example
        $results = @($stack | Test-EmailSecurity)
        $plan = @(New-EmailSecurityStack report.example -ReportUri other@report.example | Get-EmailSecurityPlan)
        function Get-Text($Path) { Get-Content -LiteralPath $Path -Raw }
    }

    AfterAll { Stop-TestSandbox $sandbox }

    It 'takes results, stacks and changes in any order, and emits the file' {
        $file = @($plan; $results; $stack) | Export-EmailSecurityReport -Path "$TestDrive/all.html"
        $file.FullName | Should -Be (Get-Item "$TestDrive/all.html").FullName
        $text = Get-Text $file
        foreach ($part in '<h3>MTA-STS</h3>', '<h3>BIMI</h3>', '<h3>Stack</h3>', '<h3>Plan</h3>', 'mode: testing', 'data:image/svg+xml;base64,', 'other@report.example') {
            $text.Contains($part) | Should -BeTrue -Because "$part is in the page"
        }
    }

    It 'makes the same page of objects that Export-Clixml saved' {
        @($results; $stack; $plan) | Export-Clixml "$TestDrive/saved.xml"
        $null = @($results; $stack; $plan) | Export-EmailSecurityReport "$TestDrive/live.html"
        $null = Import-Clixml "$TestDrive/saved.xml" | Export-EmailSecurityReport "$TestDrive/saved.html"
        $time = '\d+ \w{3} \d{4} \d\d:\d\d UTC'
        (Get-Text "$TestDrive/saved.html") -replace $time | Should -BeExactly ((Get-Text "$TestDrive/live.html") -replace $time)
    }

    It 'refuses saved results that lost their findings' {
        $results | Export-Clixml "$TestDrive/whole.xml"
        # As Export-Clixml writes them where the module is not loaded and the depth is too small.
        $saved = [xml](Get-Content -Raw "$TestDrive/whole.xml")
        foreach ($list in $saved.SelectNodes('//*[local-name()="Obj"][@N="Findings"]/*[local-name()="LST"]')) { $list.InnerXml = '<S>Warning: something was found.</S>' }
        $saved.Save("$TestDrive/lost.xml")
        $lost = Import-Clixml "$TestDrive/lost.xml"
        $null = $lost | Export-EmailSecurityReport "$TestDrive/lost.html" -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem | Should -HaveCount 4
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'SettingsLost*'
        Test-Path "$TestDrive/lost.html" | Should -BeFalse
    }

    It 'chooses the format by the extension <Name>' -TestCases @(
        @{ Name = 'r.md'; Start = '# Email security report' }, @{ Name = 'r.sarif'; Start = '{"$schema"' }, @{ Name = 'r.sarif.json'; Start = '{"$schema"' }
        @{ Name = 'r.html'; Start = '<!DOCTYPE html>' }, @{ Name = 'r'; Start = '<!DOCTYPE html>' }
    ) {
        $null = $results | Export-EmailSecurityReport "$TestDrive/$Name"
        (Get-Text "$TestDrive/$Name").StartsWith($Start) | Should -BeTrue
        [IO.File]::ReadAllBytes("$TestDrive/$Name")[0] | Should -Not -Be 0xEF -Because 'there is no byte order mark'
    }

    It 'takes another format when it is named' {
        $null = $results | Export-EmailSecurityReport "$TestDrive/named.html" -Format Markdown -Title 'Ours | <b>'
        Get-Text "$TestDrive/named.html" | Should -BeLike '# Ours &#124; &#60;b&#62;*'
    }

    It 'replaces a file as a whole, and leaves nothing else in the folder' {
        $folder = New-Item -ItemType Directory "$TestDrive/whole"
        Set-Content "$folder/report.html" old
        $null = $results | Export-EmailSecurityReport "$folder/report.html"
        Get-Text "$folder/report.html" | Should -Not -BeLike 'old*'
        (Get-ChildItem $folder -Force).Name | Should -Be report.html
    }

    It 'keeps a file with -NoClobber, and says so before the first check' {
        Set-Content "$TestDrive/kept.html" old
        $asked = 0
        { 1 | ForEach-Object { $script:asked++; $results } | Export-EmailSecurityReport "$TestDrive/kept.html" -NoClobber -ErrorAction Stop } | Should -Throw -ErrorId 'FileExists*'
        $asked | Should -Be 0
        Get-Text "$TestDrive/kept.html" | Should -BeLike 'old*'
    }

    It 'replaces a read-only file with -Force only' {
        Set-Content "$TestDrive/readonly.html" old
        Set-ItemProperty "$TestDrive/readonly.html" IsReadOnly $true
        { $results | Export-EmailSecurityReport "$TestDrive/readonly.html" -ErrorAction Stop } | Should -Throw -ErrorId 'FileReadOnly*'
        $null = $results | Export-EmailSecurityReport "$TestDrive/readonly.html" -Force
        Get-Text "$TestDrive/readonly.html" | Should -Not -BeLike 'old*'
    }

    It 'names the folder that is missing, and how to make it' {
        { $results | Export-EmailSecurityReport "$TestDrive/none/report.html" } | Should -Throw -ErrorId 'FolderNotFound*'
        $Error[0].ErrorDetails.RecommendedAction | Should -BeLike 'Run: New-Item -ItemType Directory*none*'
        { $results | Export-EmailSecurityReport "$TestDrive" } | Should -Throw -ErrorId 'FileNotWritten*'
    }

    It 'writes nothing with -WhatIf' {
        $results | Export-EmailSecurityReport "$TestDrive/whatif.html" -WhatIf | Should -BeNullOrEmpty
        Test-Path "$TestDrive/whatif.html" | Should -BeFalse
    }

    It 'tells who pipes a domain what to run' {
        $made = 'report.example' | Export-EmailSecurityReport "$TestDrive/text.html" -ErrorAction SilentlyContinue -ErrorVariable problem
        $made | Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'ReportInputUnknown*'
        $problem[0].ErrorDetails.RecommendedAction | Should -Be 'Run: Test-EmailSecurity report.example | Export-EmailSecurityReport -Path report.html'
        Test-Path "$TestDrive/text.html" | Should -BeFalse
    }

    It 'writes what it can of mixed input, and shows offline checks by their file' {
        $mixed = @(Get-Date; $null; Test-BimiLogo $Logo; Test-MtaStsPolicy -Text "version: STSv1`nmode: none`nmax_age: 1")
        $file = $mixed | Export-EmailSecurityReport "$TestDrive/mixed.html" -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem | Should -HaveCount 1
        $text = Get-Text $file
        $text.Contains("data-name=""$Logo""") | Should -BeTrue
        $text.Contains('data-name="MTA-STS policy"') | Should -BeTrue
    }

    It 'says that there are no results where nothing was piped' {
        $null = @() | Export-EmailSecurityReport "$TestDrive/empty.html"
        Get-Text "$TestDrive/empty.html" | Should -BeLike '*There are no results in this report.*'
    }
}
