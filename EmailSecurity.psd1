@{
    RootModule           = 'module/EmailSecurity.PowerShell.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '6f0f7a3c-2f5e-4b0d-9a55-2c1c9b8a7e41'
    Author               = 'EmailSecurity contributors'
    CompanyName          = 'EmailSecurity contributors'
    Copyright            = '(c) EmailSecurity contributors. MIT License.'
    Description          = 'Gives an email domain MTA-STS (RFC 8461), SMTP TLS reporting (RFC 8460) and BIMI on AWS: hosts the files, publishes the DNS records, verifies from outside what a sending server sees, corrects changes made by others, and removes it again safely.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')

    # Explicit, so that command discovery does not have to load the module.
    CmdletsToExport      = @(
        'ConvertTo-BimiLogo'
        'Export-EmailSecurityDnsRecord'
        'Export-EmailSecurityReport'
        'Export-TlsRptReport'
        'Get-EmailSecurityDnsRecord'
        'Get-EmailSecurityPlan'
        'Get-EmailSecurityStack'
        'Get-EmailSecurityVerification'
        'Get-TlsRptAthenaTable'
        'Import-TlsRptReport'
        'Measure-TlsRptReport'
        'New-EmailSecurityStack'
        'New-MtaStsPolicy'
        'Publish-BimiAssets'
        'Publish-EmailSecurityStack'
        'Publish-MtaStsPolicy'
        'Remove-EmailSecurityStack'
        'Set-TlsRptRecord'
        'Test-Bimi'
        'Test-BimiLogo'
        'Test-Dmarc'
        'Test-EmailSecurity'
        'Test-EmailSecurityRecord'
        'Test-MarkCertificate'
        'Test-MtaSts'
        'Test-MtaStsPolicy'
        'Test-MtaStsReadiness'
        'Test-TlsRpt'
    )
    FunctionsToExport    = @()
    VariablesToExport    = @()
    AliasesToExport      = @()

    FormatsToProcess     = @('EmailSecurity.format.ps1xml')
    TypesToProcess       = @('EmailSecurity.types.ps1xml')

    PrivateData          = @{
        PSData = @{
            Tags         = @('MTA-STS', 'TLS-RPT', 'BIMI', 'DMARC', 'email', 'security', 'AWS', 'CloudFront', 'Route53', 'DNS', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
            LicenseUri   = 'https://opensource.org/license/mit'
            # The package has the notes of its version here, and the project's addresses.
            ReleaseNotes = 'See CHANGELOG.md.'
        }
    }
}
