# Each refusal as a new user meets it: what is wrong and why, and the exact command that gets further. The test runs that command.
BeforeDiscovery {
    # Command: what the user types. Told: in the message. Next: the command in the recommended action, word for word. <..> stands for what only the user knows.
    $refusals = @(
        @{
            Id = 'HostedZoneNotFound'; Command = 'Publish-EmailSecurityStack nozone.example'; Told = 'no public Route 53 hosted zone for nozone.example'
            Next = 'New-EmailSecurityStack nozone.example -DnsHost External | Publish-EmailSecurityStack'
        }
        @{
            Id = 'MxNotFound'; Command = 'Publish-EmailSecurityStack nomail.example'; Told = 'nomail.example has no MX records'
            Next = 'Publish-MtaStsPolicy nomail.example -MxHost <host>'; Known = @{ '<host>' = 'mx1.nomail.example' }
        }
        @{
            Id = 'PolicyDoesNotCoverMx'; Command = 'Publish-MtaStsPolicy gap.example -Mode Enforce -MxHost mx1.gap.example -OverrideReason test -Confirm:$false'
            Told = 'does not cover these live MX hosts of gap.example: mx2.gap.example'
            Next = 'Publish-MtaStsPolicy gap.example -Mode Enforce -MxHost mx1.gap.example, mx2.gap.example'; Then = 'EnforceNotReady'
        }
        @{
            Id = 'EnforceNotReady'; Command = 'Publish-MtaStsPolicy early.example -Mode Enforce'; Told = 'is not ready for mode enforce'
            Next = 'Publish-MtaStsPolicy early.example -Mode Testing'
        }
        @{
            Id = 'EnforceNotReady'; Command = 'Publish-MtaStsPolicy early.example -Mode Enforce -MinimumTestingDays 30'; Told = '30 days are required'
            Next = 'Publish-MtaStsPolicy early.example -Mode Enforce -OverrideReason <reason>'; Known = @{ '<reason>' = '''ticket 4711'' -Confirm:$false' }
        }
        @{
            Id = 'StackNotFound'; Command = 'Get-EmailSecurityStack none.example'; Told = 'No stack of none.example is deployed'
            Next = 'Publish-EmailSecurityStack none.example'
        }
        @{
            Id = 'DmarcNotEnforcing'; Command = 'Publish-BimiAssets weak.example -LogoPath $Logo'; Told = 'weak.example'; Next = 'Test-Dmarc weak.example'
        }
        @{
            Id = 'OverrideReasonInvalid'; Command = 'Publish-MtaStsPolicy early.example -OverrideReason "no; way"'; Told = 'takes at most 200 letters'
            Next = '-OverrideReason ''ticket 4711'''; Known = @{ '-OverrideReason' = 'Publish-MtaStsPolicy early.example -OverrideReason' }
        }
        @{
            Id = 'LogoMissing'; Command = 'Publish-BimiAssets early.example'; Told = 'logo'; Next = 'Publish-BimiAssets early.example -LogoPath <file>'
            Known = @{ '<file>' = '$Logo' }
        }
        @{
            Id = 'ReportUriMissing'; Command = 'Set-TlsRptRecord early.example'; Told = 'report'
            Next = 'Set-TlsRptRecord early.example -ReportUri tls-reports@early.example'
        }
    )
}

BeforeAll {
    . "$PSScriptRoot/Sandbox.ps1"
    $sandbox = Start-TestSandbox
    $PSDefaultParameterValues = Get-TestDefault $sandbox
    $null = Invoke-TestAdmin $sandbox Put /zones/nozone.example '[{"name":"nozone.example","type":"MX","values":["10 mx1.nozone.example."]}]'
    New-TestZone $sandbox nomail.example -Mx $null
    'gap.example', 'early.example', 'none.example' | ForEach-Object { New-TestZone $sandbox $_ }
    New-TestZone $sandbox ask.example
    $null = Publish-EmailSecurityStack ask.example -WarningAction SilentlyContinue
    New-TestZone $sandbox weak.example -Dmarc 'v=DMARC1; p=none'
}

AfterAll { Stop-TestSandbox $sandbox }

Describe 'A session that cannot ask' {
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
    It '<Id>: <Command>' -ForEach $refusals {
        $WarningPreference = 'SilentlyContinue'
        Clear-TestCall $sandbox
        $Error.Clear()
        $null = Invoke-Expression "$Command -ErrorAction SilentlyContinue"
        $refused = $Error | Where-Object FullyQualifiedErrorId -like "$Id,*" | Select-Object -First 1
        $refused | Should -Not -BeNullOrEmpty -Because "$($Error.FullyQualifiedErrorId)"
        $refused.ErrorDetails.Message | Should -BeLike "*$Told*"
        $action = $refused.ErrorDetails.RecommendedAction
        $action | Should -BeLike "*$([WildcardPattern]::Escape($Next))*"
        if ($Id -notlike 'Dmarc*') { Get-TestWrite $sandbox | Should -BeNullOrEmpty }

        # The next command gets further: it succeeds, or the next thing is in the way.
        $run = $Next
        if ($Known) { foreach ($key in $Known.Keys) { $run = $run.Replace($key, $Known[$key]) } }
        $Error.Clear()
        $null = Invoke-Expression "$run -ErrorAction SilentlyContinue"
        $left = @($Error | ForEach-Object { "$($_.FullyQualifiedErrorId)".Split(',')[0] })
        if ($Then) { $left | Should -Be $Then } else { $left | Should -BeNullOrEmpty }
    }
}
