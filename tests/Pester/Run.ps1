<#
.SYNOPSIS
    Runs every test file beside this one under one version of Pester, in this session. The exit code is the number of failures, 255 for more.
.EXAMPLE
    ./build.ps1 Pester
    Builds, then runs this script in a PowerShell of its own for each version that the tests support.
#>
[CmdletBinding()]
param(
    # Pester's manifest.
    [Parameter(Mandatory)] [string] $PesterPath,
    # Where to write the result as JSON, for a program; without it, Pester tells it to the reader.
    [string] $ResultPath,
    # List the tests, run none.
    [switch] $DiscoverOnly
)

# No $ErrorActionPreference in this file: the tests would inherit it, and an error that ends nothing would look thrown to them.
Import-Module $PesterPath -ErrorAction Stop

# File, blocks and name; '<key>' is replaced by the case's value, as far as it is known before anything runs. So a test has one name in both ways to run.
function Get-TestName($Test) {
    $data = @{}
    foreach ($item in $Test.Block.Data, $Test.Data | Where-Object { $null -ne $_ }) {
        if ($item -is [System.Collections.IDictionary]) {
            foreach ($key in $item.Keys) { $data[$key] = $item[$key] }
        }
        else { $data['_'] = $item }
    }

    $Test.Path -join ' > ' -replace '<(\w+)>', { $key = $_.Groups[1].Value; $data.ContainsKey($key) ? "$($data[$key])" : $_.Value }
}

# What went wrong and where in the test files, without Pester's own way there.
function Get-Problem($Item) {
    foreach ($record in $Item.ErrorRecord) {
        $record.Exception.Message
        $record.ScriptStackTrace -split '\r?\n' | Where-Object { $_ -match '\.Tests\.ps1|Sandbox\.ps1' }
    }
}

$configuration = New-PesterConfiguration
$configuration.Run.Path = $PSScriptRoot
$configuration.Run.PassThru = $true
$configuration.Run.SkipRun = [bool]$DiscoverOnly
$configuration.Output.Verbosity = if ($ResultPath) { 'None' } else { 'Detailed' }
$run = Invoke-Pester -Configuration $configuration

# A file that does not load and a set-up or clean-up that throws are no test's failure, and failures all the same.
$broken = @($run.FailedContainers) + @($run.FailedBlocks) | Where-Object { $_ }
if ($ResultPath) {
    @{
        Version = "$((Get-Module Pester).Version)"
        Tests   = @($run.Tests | ForEach-Object {
                @{ File = Split-Path -Leaf $_.ScriptBlock.File; Name = Get-TestName $_; Result = "$($_.Result)"; Message = (Get-Problem $_) -join "`n" }
            })
        Broken  = @($broken | ForEach-Object { @("$_"; Get-Problem $_) -join "`n" })
    } | ConvertTo-Json -Depth 4 | Set-Content -LiteralPath $ResultPath -Encoding utf8NoBOM
}

exit [Math]::Min($run.FailedCount + @($broken).Count, 255)
