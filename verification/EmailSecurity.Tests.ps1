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

    # Results have the domain as DNS has it. A domain that could not be checked passes no test.
    function Get-Result([string] $Name, [string] $Mechanism) {
        $stack = New-EmailSecurityStack $Name -ErrorAction SilentlyContinue
        $found = if ($stack) { $script:results["$($stack.Domain) $Mechanism"] }
        if (-not $found) { throw "$Name could not be checked." }
        $found
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
        Get-Result $name MtaSts | Should -Not -BeNullOrEmpty
    }

    Context '<title>' -ForEach $mechanisms {
        if ($required) {
            It 'is published' { "$((Get-Result $name $mechanism).Status)" | Should -Not -Be 'Absent' -Because "$title is expected of $name" }
        }

        It 'has no errors' {
            $found = @((Get-Result $name $mechanism).Findings | Where-Object { "$($_.Severity)" -eq 'Error' -and $_.Code -notin $want.IgnoreCode })
            $found.Code | Should -BeNullOrEmpty -Because "of$(Format-Finding $found)"
        }

        if ($want.NoWarning) {
            It 'has no warnings' {
                $found = @((Get-Result $name $mechanism).Findings | Where-Object { "$($_.Severity)" -eq 'Warning' -and $_.Code -notin $want.IgnoreCode })
                $found.Code | Should -BeNullOrEmpty -Because "of$(Format-Finding $found)"
            }
        }

        if ($mechanism -in 'MtaSts', 'Bimi') {
            It 'has certificates with more than <want.CertificateLife> of their life left' {
                $lives = @(Get-Life (Get-Result $name $mechanism) Server, Vmc, Cmc)
                if (-not $lives) { Set-ItResult -Skipped -Because 'there is no certificate' }
                foreach ($life in $lives) {
                    $life.Part | Should -BeGreaterThan $want.CertificateLife -Because "the certificate of $($life.Name) has $($life.Days) days left, until $($life.End.ToString('u'))"
                }
            }
        }
    }

    # Only what somebody expects is tested.
    Context 'Expected values' {
        if ($want.Mode) { It 'has policy mode <want.Mode>' { "$((Get-Result $name MtaSts).Value.Mode)" | Should -Be $want.Mode } }

        if ($want.PolicyId) {
            It 'has policy id <want.PolicyId>' {
                $record = (Get-Result $name MtaSts).Observed | Where-Object Name -Like '_mta-sts.*' | Select-Object -First 1 -ExpandProperty Text
                $record | Should -Match "\bid=$([regex]::Escape($want.PolicyId))(;|\s|$)"
            }
        }

        if ($want.MaxAge) {
            It 'has a max_age of at least <want.MaxAge> seconds' { (Get-Result $name MtaSts).Value.MaxAge | Should -BeGreaterOrEqual $want.MaxAge }
        }

        if ($want.MxHost) {
            It 'allows the mail servers <want.MxHost>' { @((Get-Result $name MtaSts).Value.MxHosts | Sort-Object) | Should -Be @($want.MxHost | Sort-Object) }
        }

        if ($want.ReportUri) {
            It 'sends TLS reports to <want.ReportUri>' {
                $wanted = @($want.ReportUri | ForEach-Object { $_ -match '^(mailto|https):' ? $_ : "mailto:$_" } | Sort-Object)
                @((Get-Result $name TlsRpt).Value.ReportUris | Sort-Object) | Should -Be $wanted
            }
        }

        if ($want.DmarcPolicy) { It 'has DMARC policy <want.DmarcPolicy>' { "$((Get-Result $name Dmarc).Value.Policy)" | Should -Be $want.DmarcPolicy } }
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
