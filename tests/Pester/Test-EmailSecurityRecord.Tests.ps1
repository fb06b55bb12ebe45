BeforeAll { . "$PSScriptRoot/Sandbox.ps1" }

Describe 'Test-EmailSecurityRecord' {
    It 'passes a <Kind> record' -ForEach @(
        @{ Kind = 'MtaSts'; Value = 'v=STSv1; id=20260101T000000;' }
        @{ Kind = 'TlsRpt'; Value = 'v=TLSRPTv1; rua=mailto:tls-reports@example.com' }
        @{ Kind = 'Bimi'; Value = 'v=BIMI1; l=https://example.com/logo.svg; a=;' }
        @{ Kind = 'Dmarc'; Value = 'v=DMARC1; p=reject' }
    ) {
        $result = Test-EmailSecurityRecord -Kind $Kind -Value $Value -Domain example.com
        $result.Status | Should -Be 'Pass'
        $result.Mechanism | Should -Be $Kind
        $result.Domain | Should -Be 'example.com'
    }

    It 'refuses a <Kind> record, <Code>' -ForEach @(
        @{ Kind = 'MtaSts'; Value = 'v=STSv1; id=2026-01-01;'; Code = 'MtaStsRecordIdInvalid' }
        @{ Kind = 'TlsRpt'; Value = 'v=TLSRPTv1; rua=tls-reports@example.com'; Code = 'TlsRptRecordUriInvalid' }
        @{ Kind = 'Bimi'; Value = 'v=BIMI1; l=http://example.com/logo.svg'; Code = 'BimiRecordLocationInvalid' }
        @{ Kind = 'Dmarc'; Value = 'v=DMARC1; sp=reject'; Code = 'DmarcRecordPolicyMissing' }
    ) {
        $result = Test-EmailSecurityRecord -Kind $Kind -Value $Value
        $result.IsValid | Should -BeFalse
        $result.Findings[0].Code | Should -BeExactly $Code
        $result.Findings[0].Fix | Should -Not -BeNullOrEmpty
    }

    It 'says what to run when the value is a domain' {
        $result = Test-EmailSecurityRecord MtaSts Example.com -WarningVariable warning -WarningAction SilentlyContinue
        $result.IsValid | Should -BeFalse
        $warning | Should -BeLike 'example.com is a domain*run: Test-MtaSts example.com'
        $null = Test-EmailSecurityRecord MtaSts 'v=STSv1; id=1;' -WarningVariable warning
        $warning | Should -BeNullOrEmpty
    }

    It 'takes values from the pipeline, quoted or not' {
        $results = @('v=STSv1; id=1;', '"v=STSv1; " "id=2;"' | Test-EmailSecurityRecord -Kind MtaSts)
        $results.Value.Id | Should -Be @('1', '2')
    }
}
