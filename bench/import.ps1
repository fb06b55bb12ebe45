# What Import-Module costs in a fresh session, against a binary module with one empty cmdlet, bare and with a manifest: medians of alternating runs.
# dotnet pwsh -NoProfile -File bench/import.ps1 [-Rounds 15]
param([int] $Rounds = 15)

$root = Split-Path $PSScriptRoot
$folder = Join-Path ([System.IO.Path]::GetTempPath()) ([System.IO.Path]::GetRandomFileName())
$null = New-Item -ItemType Directory -Path $folder
$empty = Join-Path $folder 'Empty.dll'
Add-Type -OutputAssembly $empty -TypeDefinition @'
using System.Management.Automation;
[Cmdlet(VerbsDiagnostic.Test, "Empty")]
public sealed class TestEmptyCommand : PSCmdlet { }
'@

$manifest = Join-Path $folder 'Empty.psd1'
Set-Content $manifest "@{ RootModule = 'Empty.dll'; ModuleVersion = '1.0.0'; CmdletsToExport = @('Test-Empty'); FunctionsToExport = @(); AliasesToExport = @() }"

function Measure-Import([string] $Module) {
    $script = "`$watch = [System.Diagnostics.Stopwatch]::StartNew(); Import-Module '$Module'; `$watch.Elapsed.TotalMilliseconds.ToString([cultureinfo]::InvariantCulture)"
    [double]::Parse((dotnet pwsh -NoProfile -NonInteractive -Command $script), [cultureinfo]::InvariantCulture)
}

function Get-Median([double[]] $Values) { ($Values | Sort-Object)[[int][math]::Floor($Values.Count / 2)] }

Push-Location $root
$ours = @()
$theirs = @()
$described = @()
foreach ($round in 1..$Rounds) {
    $ours += Measure-Import (Join-Path $root 'EmailSecurity.psd1')
    $theirs += Measure-Import $empty
    $described += Measure-Import $manifest
}
Pop-Location
Remove-Item -Recurse $folder

[pscustomobject]@{
    EmailSecurity     = '{0:0.0} ms' -f (Get-Median $ours)
    Empty             = '{0:0.0} ms' -f (Get-Median $theirs)
    EmptyWithManifest = '{0:0.0} ms' -f (Get-Median $described)
}
