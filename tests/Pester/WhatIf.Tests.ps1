BeforeAll {
    . "$PSScriptRoot/Sandbox.ps1"
    $sandbox = Start-TestSandbox
    $PSDefaultParameterValues = Get-TestDefault $sandbox
}

AfterAll { Stop-TestSandbox $sandbox }

Describe '-WhatIf' {
    BeforeAll {
        $null = New-TestZone $sandbox 'whatif.example'
        $null = New-TestZone $sandbox 'deployed.example'
        $null = New-EmailSecurityStack deployed.example | Publish-EmailSecurityStack
    }

    BeforeEach { Clear-TestCall $sandbox }

    It 'keeps Publish-EmailSecurityStack from writing' {
        $null = New-EmailSecurityStack whatif.example -ReportUri tls@whatif.example | Publish-EmailSecurityStack -WhatIf
        Get-TestWrite $sandbox | Should -BeNullOrEmpty
    }

    It 'keeps Publish-MtaStsPolicy from writing' {
        $null = New-MtaStsPolicy -Domain whatif.example | Publish-MtaStsPolicy -WhatIf
        Get-TestWrite $sandbox | Should -BeNullOrEmpty
    }

    It 'keeps Publish-BimiAssets from writing' {
        $null = Publish-BimiAssets -Domain whatif.example -LogoPath $Logo -WhatIf -WarningAction SilentlyContinue
        Get-TestWrite $sandbox | Should -BeNullOrEmpty
    }

    It 'keeps Set-TlsRptRecord from writing' {
        $null = Set-TlsRptRecord -Domain whatif.example -ReportUri tls@whatif.example -WhatIf
        Get-TestWrite $sandbox | Should -BeNullOrEmpty
    }

    It 'keeps Remove-EmailSecurityStack from writing' {
        $null = Remove-EmailSecurityStack -Domain deployed.example -WhatIf -WarningAction SilentlyContinue
        Get-TestWrite $sandbox | Should -BeNullOrEmpty
    }

    It 'goes before -Force' {
        $null = Remove-EmailSecurityStack -Domain deployed.example -Force -WhatIf -WarningAction SilentlyContinue
        Get-TestWrite $sandbox | Should -BeNullOrEmpty
        (Get-EmailSecurityStack deployed.example).Status | Should -Be 'Deployed'
    }
}
