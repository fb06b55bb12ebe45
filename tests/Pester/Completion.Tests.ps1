BeforeAll {
    . "$PSScriptRoot/Sandbox.ps1"

    # What Tab offers at the end of a line, in the order of their names.
    function Get-Completion($Line) { (TabExpansion2 $Line $Line.Length).CompletionMatches.CompletionText | Sort-Object }
}

Describe 'Completion' {
    It 'completes <Line>' -ForEach @(
        @{ Line = 'Get-EmailSecurity'; Expected = 'Get-EmailSecurityDnsRecord', 'Get-EmailSecurityPlan', 'Get-EmailSecurityStack', 'Get-EmailSecurityVerification' }
        @{ Line = 'New-EmailSecurityStack x.example -Bimi'; Expected = '-BimiSelector', '-BimiSubdomain' }
        @{ Line = 'Get-EmailSecurityStack -Region eu-c'; Expected = 'eu-central-1', 'eu-central-2' }
        @{ Line = 'Get-EmailSecurityStack -Region *gov*'; Expected = 'us-gov-east-1', 'us-gov-west-1' }
        @{ Line = 'New-EmailSecurityStack x.example -Mode '; Expected = 'Enforce', 'None', 'Testing' }
        @{ Line = 'New-EmailSecurityStack x.example -BimiSelector d'; Expected = 'default' }
        @{ Line = 'New-EmailSecurityStack x.example -DnsHost E'; Expected = 'External' }
    ) {
        Get-Completion $Line | Should -Be $Expected
    }

    It 'completes profiles from the file that was named, quoted where needed' {
        "[default]`naws_access_key_id = AKIA`n[mail admin]`n[mail-prod]`n# [not this]`n" | Set-Content $TestDrive/credentials
        Get-Completion "Get-EmailSecurityStack -ProfileLocation '$TestDrive/credentials' -ProfileName m" | Should -Be "'mail admin'", 'mail-prod'
    }

    It 'completes no profile where the file is missing, and says nothing' {
        $Error.Clear()
        # What PowerShell offers where a command offers nothing: files, and there is none of this name.
        Get-Completion "Get-EmailSecurityStack -ProfileLocation '$TestDrive/none' -ProfileName no-such-profile" | Should -BeNullOrEmpty
        $Error | Should -BeNullOrEmpty
    }

    It 'completes the domains of the stacks that this session has seen, of no others, for every command' {
        $null = New-EmailSecurityStack one.example, two.example
        $null = New-EmailSecurityStack not..valid -ErrorAction SilentlyContinue
        foreach ($command in (Get-Command -Module EmailSecurity -ParameterName Domain | Where-Object Name -NotMatch '^(New-EmailSecurityStack|Test-(EmailSecurityRecord|MarkCertificate|MtaStsPolicy)|Get-TlsRptAthenaTable)$').Name) {
            Get-Completion "$command t" | Should -Be two.example -Because $command
        }

        Get-Completion 'Get-TlsRptAthenaTable bucket-1 -Domain t' | Should -Be two.example
        Get-Completion 'Remove-EmailSecurityStack one.example, tw' | Should -Be two.example
        Get-Completion 'Get-EmailSecurityStack not.' | Should -BeNullOrEmpty
    }

    # The folder of the store follows a variable on Unix only.
    It 'completes the profiles of the store that the SDK encrypts beside the shared file: <Store>' -Skip:$IsWindows -ForEach @(
        @{
            Store    = '{"f9b1":{"AWSAccessKey":"01000000d08c","DisplayName":"mail-prod","ProfileType":"AWS"},"odd":7,"nameless":{},"a2":{"DisplayName":"ops"}}'
            Expected = 'mail-prod', 'ops', 'shared'
        }
        @{ Store = '[]'; Expected = 'shared' }
        @{ Store = 'not json'; Expected = 'shared' }
    ) {
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive AWSToolkit) -Force
        $Store | Set-Content $folder/RegisteredAccounts.json
        '[shared]' | Set-Content $TestDrive/shared
        $there = @{ XDG_DATA_HOME = "$TestDrive"; AWS_SHARED_CREDENTIALS_FILE = "$TestDrive/shared"; AWS_CONFIG_FILE = "$TestDrive/none" }
        $before = @{}
        try {
            foreach ($name in $there.Keys) {
                $before[$name] = [Environment]::GetEnvironmentVariable($name)
                Set-Item "env:$name" $there[$name]
            }

            Get-Completion 'Get-EmailSecurityStack -ProfileName ' | Should -Be $Expected
        }
        finally { foreach ($name in $before.Keys) { Set-Item "env:$name" $before[$name] } }
    }
}
