# Runs the Pester container that the module gives its users, as they run it, in every situation; writes what became of each test.
param(
    # Pester's manifest.
    [Parameter(Mandatory)] [string] $PesterPath,
    # The file that leads to a sandbox with hosted zones for good.example, drift.example and bare.example.
    [Parameter(Mandatory)] [string] $SandboxPath,
    # A folder for the results.
    [Parameter(Mandatory)] [string] $Folder,
    # Where the result goes, as JSON.
    [Parameter(Mandatory)] [string] $ResultPath
)

Import-Module "$PSScriptRoot/../../../EmailSecurity.psd1", $PesterPath -ErrorAction Stop
$env:EMAILSECURITY_SANDBOX = $SandboxPath
$sandbox = Get-Content $SandboxPath | ConvertFrom-Json
$null = 'good.example', 'drift.example' | ForEach-Object {
    New-EmailSecurityStack $_ -ReportUri "tls@$_" -LogoPath "$PSScriptRoot/../../../assets/logo.svg" | Publish-EmailSecurityStack -ErrorAction Stop -WarningAction SilentlyContinue
}

# Somebody else restores the zone without the record of the reports and without aliases.
$zone = "$($sandbox.adminUrl)/hostedzones/drift.example"
$records = @(Invoke-RestMethod $zone -NoProxy | ForEach-Object { $_ } | Where-Object { $_.type -notin 'NS', 'SOA' -and $_.values -and $_.name -notlike '_smtp*' })
$null = Invoke-RestMethod -Method Put $zone -Body (ConvertTo-Json $records -Depth 5) -ContentType application/json -NoProxy

function Invoke-Container([hashtable] $Data, [string] $Format, [string] $Name) {
    $configuration = New-PesterConfiguration
    $configuration.Run.Container = New-PesterContainer -Path (Get-EmailSecurityVerification) -Data $Data
    $configuration.Run.PassThru = $true
    $configuration.Output.Verbosity = 'None'
    if ($Format) {
        $configuration.TestResult.Enabled = $true
        $configuration.TestResult.OutputFormat = $Format
        $configuration.TestResult.OutputPath = "$Folder/$Name"
    }

    $run = Invoke-Pester -Configuration $configuration
    @{
        Tests  = @($run.Tests | ForEach-Object { @{ Name = $_.ExpandedPath; Result = "$($_.Result)"; Message = "$($_.ErrorRecord | ForEach-Object { $_.Exception.Message })" } })
        Broken = @($run.FailedContainers | ForEach-Object { "$($_.ErrorRecord | ForEach-Object { $_.Exception.Message })" })
    }
}

$id = (Get-EmailSecurityStack good.example).PolicyId
$good = @{ Mode = 'Testing'; ReportUri = 'tls@good.example'; PolicyId = $id; MxHost = 'mx1.good.example'; MaxAge = 86400; DmarcPolicy = 'Reject'; Mechanism = 'MtaSts', 'TlsRpt', 'Dmarc', 'Bimi'; NoWarning = $true }
$runs = @{}
$runs.Good = Invoke-Container @{ Domain = 'Good.Example'; Expect = $good; ReportPath = "$Folder/report.html", "$Folder/findings.sarif" } NUnitXml nunit.xml
$runs.Many = Invoke-Container @{
    Domain = 'good.example', 'bare.example', 'no domain'
    Expect = @{ Mode = 'Enforce'; PolicyId = 'other'; CertificateLife = 1.1; Mechanism = 'MtaSts'; 'bare.example' = @{ Stack = $false; Mode = 'None'; Mechanism = @() } }
} JUnitXml junit.xml
$runs.Drift = Invoke-Container @{ Domain = 'drift.example' }
$runs.Typo = Invoke-Container @{ Domain = 'good.example'; Expect = @{ Mod = 'Enforce' } }
$runs.Stranger = Invoke-Container @{ Domain = 'good.example'; Expect = @{ 'goood.example' = @{ Mode = 'Enforce' } } }

# From outside alone, without credentials.
$env:EMAILSECURITY_SANDBOX = $null
Get-ChildItem Env:AWS_* | Remove-Item
$env:AWS_EC2_METADATA_DISABLED = 'true'
$env:AWS_SHARED_CREDENTIALS_FILE = $env:AWS_CONFIG_FILE = "$Folder/none"
$outside = @{ NameServer = $sandbox.nameServer; ConnectTo = $sandbox.connectTo; TrustedRoot = $sandbox.trustedRoot; AllowPrivateNetwork = $true }
$runs.Outside = Invoke-Container @{ Domain = 'good.example'; TestParameter = $outside }

ConvertTo-Json $runs -Depth 5 | Set-Content -LiteralPath $ResultPath -Encoding utf8NoBOM
