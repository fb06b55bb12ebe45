BeforeAll { . "$PSScriptRoot/Sandbox.ps1" }

Describe 'Test-MarkCertificate' {
    BeforeAll {
        # A TLS certificate of the web server: what people publish by mistake.
        $key = [Security.Cryptography.ECDsa]::Create()
        $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=example.com', $key, [Security.Cryptography.HashAlgorithmName]::SHA256)
        $names = [Security.Cryptography.X509Certificates.SubjectAlternativeNameBuilder]::new()
        $names.AddDnsName('example.com')
        $request.CertificateExtensions.Add($names.Build())
        $certificate = $request.CreateSelfSigned([DateTimeOffset]'2026-01-01T00:00:00Z', [DateTimeOffset]'2026-12-31T00:00:00Z')
        $tls = Join-Path $TestDrive tls.pem
        $certificate.ExportCertificatePem() | Set-Content $tls
        $prose = Join-Path $TestDrive 'prose[1].pem'
        'no certificate' | Set-Content -LiteralPath $prose
        $at = [DateTimeOffset]'2026-06-01T00:00:00Z'
    }

    It 'gives all findings at once, each with a rule and a way out' {
        $result = Test-MarkCertificate -Path $tls -Domain example.com -At $at
        $result.Mechanism | Should -Be 'MarkCertificate'
        $result.Domain | Should -Be 'example.com'
        $result.Status | Should -Be 'Fail'
        $result.IsValid | Should -BeFalse
        foreach ($code in 'KeyPurposeMissing', 'LogotypeMissing', 'ChainUntrusted', 'SctMissing', 'CrlMissing', 'PolicyMissing', 'MarkTypeMissing') {
            $result.Findings.Code | Should -Contain $code
        }
        foreach ($finding in $result.Findings) {
            $finding.Standard | Should -Not -BeNullOrEmpty
            $finding.Fix | Should -Not -BeNullOrEmpty
        }
    }

    It 'gives what the certificate says' {
        $mark = (Test-MarkCertificate -Path $tls -At $at).Value
        $mark.Names | Should -Contain 'example.com'
        $mark.Kind | Should -Be 'Unknown'
        $mark.IsTrusted | Should -BeFalse
    }

    It 'judges the dates at <At>' -ForEach @(
        @{ At = '2025-12-31T00:00:00Z'; Code = 'CertificateNotYetValid' }
        @{ At = '2026-12-20T00:00:00Z'; Code = 'CertificateExpiresSoon' }
        @{ At = '2027-01-01T00:00:00Z'; Code = 'CertificateExpired' }
    ) {
        (Test-MarkCertificate -Path $tls -At $At).Findings.Code | Should -Contain $Code
    }

    It 'judges the name' {
        (Test-MarkCertificate -Path $tls -Domain example.org -At $at).Findings.Code | Should -Contain 'NameMismatch'
    }

    It 'takes other roots to trust' {
        (Test-MarkCertificate -Path $tls -At $at -TrustedRoot $tls).Findings.Code | Should -Not -Contain 'ChainUntrusted'
    }

    It 'takes paths from the pipeline, and files as Get-ChildItem emits them' {
        @($tls, $tls | Test-MarkCertificate -At $at) | Should -HaveCount 2
        $result = Get-ChildItem -LiteralPath $prose | Test-MarkCertificate
        $result.Findings[0].Code | Should -BeExactly 'PemMissing'
    }

    It 'gives the path of the file that it read' {
        (Test-MarkCertificate -Path $tls -At $at).Path | Should -Be $tls
        (Test-MarkCertificate -LiteralPath $prose).Path | Should -Be $prose
    }

    It 'says that a file is not there' {
        { Test-MarkCertificate -Path ./no-such-mark.pem -ErrorAction Stop } | Should -Throw -ErrorId 'MarkCertificateNotFound*'
        { Test-MarkCertificate -Path $tls -LogoPath ./no-such-logo.svg -ErrorAction Stop } | Should -Throw -ErrorId 'LogoNotFound*'
        { Test-MarkCertificate -Path $tls -TrustedRoot $prose -ErrorAction Stop } | Should -Throw -ErrorId 'TrustedRootInvalid*'
    }
}
