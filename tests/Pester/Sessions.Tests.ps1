# The module in the sessions that people have: loaded twice, strict, in parallel, in other languages, without a person, recorded.
BeforeAll {
    . "$PSScriptRoot/Sandbox.ps1"
    $sandbox = Start-TestSandbox
    $defaults = Get-TestDefault $sandbox
    $manifest = Join-Path $Root EmailSecurity.psd1
    foreach ($name in 'session.example', 'second.example', 'third.example', 'turkish.example') { New-TestZone $sandbox $name }

    # A pwsh of its own: its output, and its exit code in $LASTEXITCODE.
    $program = (Get-Process -Id $PID).Path
    # As a dotnet tool, PowerShell runs in dotnet.
    $pwsh = if ((Split-Path -LeafBase $program) -eq 'dotnet') { $program, 'exec', "$PSHOME/pwsh.dll" } else { , $program }
    function Invoke-Session([string] $Script, [string[]] $Option = @()) {
        $file = Join-Path $TestDrive "$(New-Guid).ps1"
        $set = @(foreach ($key in $defaults.Keys) { "'$key' = '$($defaults[$key] -is [bool] ? 'true' : $defaults[$key])'" }) -join '; '
        "Import-Module '$manifest'`n`$PSDefaultParameterValues = @{ $set }; `$PSDefaultParameterValues['*:AllowPrivateNetwork'] = `$true`n" +
        "`$PSStyle.OutputRendering = 'PlainText'`n$Script" | Set-Content $file
        & $pwsh[0] @($pwsh | Select-Object -Skip 1) -NoProfile @Option -File $file 2>&1 | ForEach-Object { "$_" }
    }
}

AfterAll { Stop-TestSandbox $sandbox }

Describe 'The module' {
    It 'is imported again and again, removed, and imported' {
        $out = Invoke-Session @"
            Set-StrictMode -Version Latest; `$ErrorActionPreference = 'Stop'
            `$before = New-EmailSecurityStack session.example
            Import-Module '$manifest' -Force; Import-Module '$manifest' -Force
            (`$before | New-MtaStsPolicy -MxHost mx.session.example).Domain
            (Get-EmailSecurityDnsRecord session.example).Count -gt 0
            Remove-Module EmailSecurity
            [bool](Get-Command Get-EmailSecurityStack -ErrorAction Ignore -Module EmailSecurity | Where-Object { Get-Module EmailSecurity })
            Import-Module '$manifest'
            (`$before | New-MtaStsPolicy -MxHost mx.session.example).Domain
            (New-EmailSecurityStack session.example -Tag @{ a = 'b' }).Wish.Tag['a']
            (Get-EmailSecurityDnsRecord session.example).Count -gt 0
            `$Error.Count
"@
        $out | Should -Be 'session.example', 'True', 'False', 'session.example', 'b', 'True', '0'
    }

    It 'works in strict mode, views included' {
        $out = Invoke-Session @'
            Set-StrictMode -Version Latest; $ErrorActionPreference = 'Stop'; $WarningPreference = 'SilentlyContinue'
            $stack = New-EmailSecurityStack session.example -ReportUri tls@session.example | Publish-EmailSecurityStack
            $plan = New-EmailSecurityStack session.example -MaxAge 86401 | Get-EmailSecurityPlan
            $all = @($stack; $plan; Test-EmailSecurity session.example, nothing.example; Get-EmailSecurityDnsRecord session.example; Get-EmailSecurityStack; $stack.Policy
                (Get-EmailSecurityStack session.example).PolicyHistory; (Test-EmailSecurity nothing.example).Findings)
            $saved = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($all))
            $bags = [Management.Automation.PSSerializer]::Deserialize(([Management.Automation.PSSerializer]::Serialize($all) -replace '<T>System.Object</T>'))
            foreach ($list in $all, $saved, $bags) { foreach ($o in $list) { $null = $o | Out-String; $null = $o | Format-List | Out-String; $null = $o | Format-List * | Out-String } }
            $Error.Count
'@
        $out | Should -Be '0'
    }
}

Describe 'Many at a time' {
    It 'works in ForEach-Object -Parallel, and its objects go on outside' {
        $stacks = 'session.example', 'second.example', 'third.example' | ForEach-Object -ThrottleLimit 3 -Parallel {
            Import-Module $using:manifest
            $PSDefaultParameterValues = $using:defaults
            New-EmailSecurityStack $_ -ReportUri tls@session.example | Publish-EmailSecurityStack -WarningAction SilentlyContinue
        }
        $stacks.Status | Should -Be 'Deployed', 'Deployed', 'Deployed'
        $PSDefaultParameterValues = $defaults
        ($stacks | Sort-Object Domain | Get-EmailSecurityPlan -ErrorAction Stop) | Should -BeNullOrEmpty
        ($stacks | Out-String -Width 80) | Should -Match 'third\.example +Deployed'
    }

    It 'works in Start-ThreadJob' {
        $jobs = foreach ($domain in 'session.example', 'second.example', 'third.example') {
            Start-ThreadJob {
                Import-Module $using:manifest
                $PSDefaultParameterValues = $using:defaults
                Test-TlsRpt $using:domain
            }
        }
        $results = $jobs | Receive-Job -Wait -AutoRemoveJob
        $results.Domain | Sort-Object | Should -Be 'second.example', 'session.example', 'third.example'
        $results.Status | Sort-Object -Unique | Should -Be 'Pass'
    }

    It 'brings whole objects out of Start-Job' {
        $job = Start-Job { Import-Module $using:manifest; New-EmailSecurityStack job.example -Mode Enforce -Tag @{ Owner = 'mail' } } | Receive-Job -Wait -AutoRemoveJob
        $job.Mode -eq 'Enforce' | Should -BeTrue
        $job.Tag.Owner | Should -Be 'mail'
        ($job | New-MtaStsPolicy -MxHost mx.job.example).Stack.Domain | Should -Be 'job.example'
    }
}

Describe 'The language <_>' -ForEach 'de-DE', 'tr-TR' {
    It 'changes no name, no record, no number and no verdict' {
        $script = @'
            $WarningPreference = 'SilentlyContinue'
            $stack = New-EmailSecurityStack TURKISH.example -ReportUri TLS-I@turkish.example -MaxAge 1209600 -Tag @{ ID = 'I' } | Publish-EmailSecurityStack
            $stack.Policy.Text; $stack.PolicyId; $stack.Domain; $stack.Status
            Export-EmailSecurityDnsRecord turkish.example -Format Bind
            Test-EmailSecurity turkish.example | ForEach-Object { "$($_.Mechanism) $($_.Status)"; $_.Findings | ForEach-Object { "$_" } }
            Test-EmailSecurityRecord -Kind DMARC -Value 'V=DMARC1; P=QUARANTINE; PCT=50' | ForEach-Object { "$($_.Status)"; $_.Findings | ForEach-Object { "$_" } }
            (New-EmailSecurityStack turkish.example -Mode TESTING).Mode
            New-EmailSecurityStack turkish.example -MxHost MX1.TURKISH.EXAMPLE | Get-EmailSecurityPlan | ForEach-Object { "$_" }
'@
        $invariant = Invoke-Session $script
        $invariant | Should -Contain 'Deployed'
        $invariant | Should -Contain 'max_age: 1209600'
        $here = Invoke-Session "[cultureinfo]::CurrentCulture = [cultureinfo]::CurrentUICulture = '$_'`n$script"
        $days = 'valid for \d+ more days|\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\dZ'
        $here -replace $days | Should -BeExactly ($invariant -replace $days)
    }
}

Describe 'A session without a person' {
    It 'gets an error where a question would be, and nothing is changed' {
        Clear-TestCall $sandbox
        $out = Invoke-Session -Option '-NonInteractive' @'
            Remove-EmailSecurityStack second.example -ErrorVariable e -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
            $e.FullyQualifiedErrorId
            (Get-EmailSecurityStack second.example).Status
'@
        $out | Should -HaveCount 2
        $out[0] | Should -BeLike 'AnswerNeeded,*'
        $out[1] | Should -Be 'Deployed'
        Get-TestWrite $sandbox | Should -BeNullOrEmpty
    }

    It 'publishes' {
        Invoke-Session -Option '-NonInteractive' '(New-EmailSecurityStack second.example -MaxAge 700000 | Publish-EmailSecurityStack).Status' | Should -Be 'Deployed'
    }

    It 'gets an error, not a prompt, for what is missing' {
        $out = Invoke-Session -Option '-NonInteractive' 'try { Test-BimiLogo } catch { $_.FullyQualifiedErrorId }'
        $out | Should -BeLike '*MissingMandatoryParameter*'
    }
}

Describe '$WhatIfPreference' {
    It 'keeps <_> from writing' -ForEach @(
        'New-EmailSecurityStack third.example -MaxAge 1000000 | Publish-EmailSecurityStack'
        'New-MtaStsPolicy third.example -MxHost mx9.third.example | Publish-MtaStsPolicy'
        'Set-TlsRptRecord third.example -ReportUri other@third.example'
        'Publish-BimiAssets third.example -LogoPath $Logo -WarningAction SilentlyContinue'
        'Remove-EmailSecurityStack third.example -Force -WarningAction SilentlyContinue'
        'Export-EmailSecurityDnsRecord third.example -Path $TestDrive/whatif.zone'
        'Test-TlsRpt third.example | Export-EmailSecurityReport $TestDrive/whatif.html'
        'ConvertTo-BimiLogo $Logo -Destination $TestDrive/whatif.svg'
    ) {
        $PSDefaultParameterValues = $defaults
        Clear-TestCall $sandbox
        $WhatIfPreference = $true
        $null = Invoke-Expression $_
        $WhatIfPreference = $false
        Get-TestWrite $sandbox | Should -BeNullOrEmpty
        Get-ChildItem $TestDrive -Filter whatif.* | Should -BeNullOrEmpty
    }
}

Describe 'A transcript' {
    It 'with -Verbose and -Debug holds calls and no secret' {
        $token = 'FwoGZXIvYXdzEBYaDsecretSESSIONtokenValue1234567890'
        $secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYsecretEXAMPLE'
        $log = Join-Path $TestDrive transcript.txt
        $out = Invoke-Session @"
            `$null = Start-Transcript '$log'
            `$VerbosePreference = 'Continue'; `$DebugPreference = 'Continue'; `$WarningPreference = 'Continue'
            New-EmailSecurityStack session.example -MaxAge 900000 -LogoPath '$Logo' | Publish-EmailSecurityStack -Verbose -Debug | Format-List *
            Get-EmailSecurityStack session.example -Verbose -Debug
            Get-EmailSecurityStack session.example -AccessKey AKIAIOSFODNN7EXAMPLE -SecretKey '$secret' -SessionToken '$token' -Verbose -Debug -ErrorAction Continue
            Test-EmailSecurity session.example -Verbose -Debug
            `$Error | Format-List * -Force | Out-String
            Stop-Transcript
"@
        $text = (Get-Content -Raw $log) + ($out -join "`n")
        $text | Should -Match 'VERBOSE: .*(cloudfront|CloudFront|Route ?53)'
        $text | Should -Match 'DEBUG: '
        # The transcript's own header has no command line with them, and the script was read from a file.
        foreach ($part in $sandbox.secretKey, $secret, $token, 'X-Amz-Security-Token: ', 'Signature=') { $text.Contains($part) | Should -BeFalse -Because "'$($part.Substring(0, 4))...' is secret" }
    }
}
