#!/usr/bin/env pwsh
<#
.SYNOPSIS
    Builds, tests or rehearses: a thin wrapper over the dotnet commands, which do the same without PowerShell.
.EXAMPLE
    ./build.ps1
    Builds the module in place: Import-Module ./EmailSecurity.psd1
.EXAMPLE
    ./build.ps1 Test
.EXAMPLE
    ./build.ps1 Rehearse
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Pester', 'Rehearse', 'Package')]
    [string] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Debug'
)

$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot

switch ($Task) {
    'Build' { dotnet build EmailSecurity.slnx --configuration $Configuration }
    'Test' { dotnet test --configuration $Configuration }
    'Pester' {
        dotnet build EmailSecurity.slnx --configuration $Configuration
        Invoke-Pester -Path tests/Pester -CI
    }
    'Rehearse' { dotnet run --project src/EmailSecurity.Sandbox --configuration $Configuration -- rehearse }
    'Package' {
        # What Publish-PSResource takes: the manifest, the built module, views, help. module/ stays as it is: a session may hold it.
        $target = Join-Path $PSScriptRoot 'artifacts/EmailSecurity'
        Remove-Item -Recurse -Force -Path $target -ErrorAction Ignore
        $null = New-Item -ItemType Directory -Path $target
        dotnet build src/EmailSecurity.PowerShell --configuration Release "-p:ModuleDirectory=$target/module/" "-p:HelpDirectory=$target/en-US/"
        if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
        Copy-Item -Destination $target -Path EmailSecurity.psd1, EmailSecurity.format.ps1xml, EmailSecurity.types.ps1xml, LICENSE, THIRD-PARTY-NOTICES.md, CHANGELOG.md
        Copy-Item -Recurse -Destination $target -Path licenses
    }
}

exit $LASTEXITCODE
