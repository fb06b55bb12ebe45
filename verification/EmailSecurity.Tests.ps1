<#
.SYNOPSIS
    Pester tests of live email domains: what senders and mailbox providers see, and whether AWS is still as it was published.
.EXAMPLE
    Invoke-Pester -Container (New-PesterContainer -Path (Get-EmailSecurityVerification) -Data @{ Domain = 'example.com' })
.EXAMPLE
    $data = @{ Domain = 'example.com', 'example.org'; Expect = @{ Mode = 'Enforce'; ReportUri = 'mailto:tls@example.com' } }
    Invoke-Pester -Container (New-PesterContainer -Path (Get-EmailSecurityVerification) -Data $data) -Output Detailed
#>
[CmdletBinding()]
param(
    # The domains.
    [Parameter(Mandatory)] [string[]] $Domain,
    # What is expected of each; @{ 'example.org' = @{ Mode = 'Testing' } } beside the rest is for one domain alone.
    [hashtable] $Expect = @{},
    # Parameters for Test-EmailSecurity: @{ NameServer = '192.0.2.53'; ProbeSmtp = $true }.
    [hashtable] $TestParameter = @{},
    # Parameters for Get-EmailSecurityPlan, such as @{ ProfileName = 'mail' }.
    [hashtable] $PlanParameter = @{},
    # Where to write reports of the same results: ./report.html, ./summary.md, ./findings.sarif.
    [string[]] $ReportPath = @()
)

BeforeDiscovery {
    # Every expectation, and what it is without being given.
    $defaults = @{
        Mechanism = @('MtaSts', 'TlsRpt', 'Dmarc'); Mode = $null; PolicyId = $null; MaxAge = $null; MxHost = $null; ReportUri = $null; DmarcPolicy = $null
        IgnoreCode = @(); NoWarning = $false; CertificateLife = 0.2; Stack = $true
    }

    function Resolve-Expectation([hashtable] $Given, [string] $Where) {
        foreach ($key in $Given.Keys) {
            if (-not $defaults.ContainsKey($key)) { throw "Expect$Where has no key '$key'. Use $(($defaults.Keys | Sort-Object) -join ', '), or a domain." }
        }
        $Given
    }

    $common = @{}
    foreach ($key in $Expect.Keys) { if ($Expect[$key] -isnot [hashtable]) { $common[$key] = $Expect[$key] } }
    $null = Resolve-Expectation $common ''
    $names = @{ MtaSts = 'MTA-STS'; TlsRpt = 'TLS-RPT'; Dmarc = 'DMARC'; Bimi = 'BIMI' }

    $domains = foreach ($name in $Domain) {
        $all = $defaults.Clone()
        foreach ($key in $common.Keys) { $all[$key] = $common[$key] }
        if ($Expect[$name] -is [hashtable]) { $own = Resolve-Expectation $Expect[$name] ".'$name'"; foreach ($key in $own.Keys) { $all[$key] = $own[$key] } }
        @{
            Name       = $name
            Want       = $all
            Mechanisms = @($names.Keys | Sort-Object | ForEach-Object { @{ Mechanism = $_; Title = $names[$_]; Required = $_ -in $all.Mechanism; Want = $all; Name = $name } })
        }
    }

    foreach ($key in $Expect.Keys) {
        if ($Expect[$key] -is [hashtable] -and $key -notin $Domain) { throw "Expect has the domain '$key', which is not in Domain." }
    }
}

BeforeAll {
    Import-Module (Join-Path (Split-Path $PSScriptRoot) EmailSecurity.psd1)
    # All domains side by side. What goes wrong with one is told by its own tests.
    $script:results = @{}
    foreach ($result in $Domain | Test-EmailSecurity @TestParameter -ErrorAction SilentlyContinue -ErrorVariable script:failures) {
        $script:results["$($result.Domain) $($result.Mechanism)"] = $result
    }

    foreach ($path in $ReportPath) { $null = $script:results.Values | Export-EmailSecurityReport -Path $path }

    # Results have the domain as DNS has it.
    function Get-Result([string] $Name, [string] $Mechanism) {
        $script:results["$((New-EmailSecurityStack $Name).Domain) $Mechanism"]
    }

    # Findings as the lines of a failure: what, and how to fix it.
    function Format-Finding($Finding) { $Finding | ForEach-Object { "`n    $($_.Code): $($_.Message) $($_.Fix)" } }

    function Get-Life($Result, $Type) {
        $Result.Observed | Where-Object { "$($_.Kind)" -eq 'Certificate' -and $_.Type -in $Type -and $_.NotBefore } | ForEach-Object {
            $left = ($_.NotAfter - [DateTimeOffset]::UtcNow).TotalDays
            [pscustomobject]@{ Name = $_.Name; End = $_.NotAfter.UtcDateTime; Days = [Math]::Floor($left); Part = $left / [Math]::Max(($_.NotAfter - $_.NotBefore).TotalDays, 1) }
        }
    }
}

Describe 'Email security of <name>' -ForEach $domains {
    It 'can be checked' {
        $failures = @($script:failures | Where-Object { "$($_.TargetObject)" -eq $name })
        $failures | Should -HaveCount 0 -Because "$($failures -join '; ')"
        (Get-Result $name MtaSts) | Should -Not -BeNullOrEmpty
    }

    Context '<title>' -ForEach $mechanisms {
        BeforeAll { $result = Get-Result $name $mechanism }

        It 'is published' -Skip:(-not $required) {
            "$($result.Status)" | Should -Not -Be 'Absent' -Because "$title is expected of $name"
        }

        It 'has no errors' {
            $found = @($result.Findings | Where-Object { "$($_.Severity)" -eq 'Error' -and $_.Code -notin $want.IgnoreCode })
            $found.Code | Should -BeNullOrEmpty -Because "of$(Format-Finding $found)"
        }

        It 'has no warnings' -Skip:(-not $want.NoWarning) {
            $found = @($result.Findings | Where-Object { "$($_.Severity)" -eq 'Warning' -and $_.Code -notin $want.IgnoreCode })
            $found.Code | Should -BeNullOrEmpty -Because "of$(Format-Finding $found)"
        }

        It 'has certificates with more than <want.CertificateLife> of their life left' -Skip:($mechanism -notin 'MtaSts', 'Bimi') {
            $lives = @(Get-Life $result Server, Vmc, Cmc)
            if (-not $lives) { Set-ItResult -Skipped -Because 'there is no certificate' }
            foreach ($life in $lives) {
                $life.Part | Should -BeGreaterThan $want.CertificateLife -Because "the certificate of $($life.Name) has $($life.Days) days left, until $($life.End.ToString('u'))"
            }
        }
    }

    Context 'Expected values' {
        BeforeAll {
            $mtaSts = Get-Result $name MtaSts
            $policy = $mtaSts.Value
        }

        It 'has policy mode <want.Mode>' -Skip:(-not $want.Mode) { "$($policy.Mode)" | Should -Be $want.Mode }

        It 'has policy id <want.PolicyId>' -Skip:(-not $want.PolicyId) {
            $record = $mtaSts.Observed | Where-Object Name -Like '_mta-sts.*' | Select-Object -First 1 -ExpandProperty Text
            $record | Should -Match "\bid=$([regex]::Escape($want.PolicyId))(;|\s|$)"
        }

        It 'has a max_age of at least <want.MaxAge> seconds' -Skip:(-not $want.MaxAge) { $policy.MaxAge | Should -BeGreaterOrEqual $want.MaxAge }

        It 'allows the mail servers <want.MxHost>' -Skip:(-not $want.MxHost) {
            @($policy.MxHosts | Sort-Object) | Should -Be @($want.MxHost | Sort-Object)
        }

        It 'sends TLS reports to <want.ReportUri>' -Skip:(-not $want.ReportUri) {
            $wanted = @($want.ReportUri | ForEach-Object { $_ -match '^(mailto|https):' ? $_ : "mailto:$_" } | Sort-Object)
            @((Get-Result $name TlsRpt).Value.ReportUris | Sort-Object) | Should -Be $wanted
        }

        It 'has DMARC policy <want.DmarcPolicy>' -Skip:(-not $want.DmarcPolicy) { "$((Get-Result $name Dmarc).Value.Policy)" | Should -Be $want.DmarcPolicy }
    }

    Context 'AWS' {
        It 'is as it was published: the plan is empty' -Skip:(-not $want.Stack) {
            $plan = @(Get-EmailSecurityPlan $name @PlanParameter -ErrorAction SilentlyContinue -ErrorVariable problem -WarningAction SilentlyContinue)
            if ("$($problem | Select-Object -First 1 -ExpandProperty FullyQualifiedErrorId)" -like 'CredentialsNotFound*') {
                Set-ItResult -Skipped -Because "there are no AWS credentials"
            }

            $problem | Should -BeNullOrEmpty
            $plan | ForEach-Object { "$_" } | Should -BeNullOrEmpty -Because 'each line is a change that somebody made since, and that a publish would undo'
        }
    }
}
