#!/usr/bin/env pwsh
<#
.SYNOPSIS
    Builds, tests or rehearses: a thin wrapper over the dotnet commands, which do the same without PowerShell. To have one: dotnet tool restore; dotnet pwsh
.EXAMPLE
    ./build.ps1
    Builds the module in place: Import-Module ./EmailSecurity.psd1
.EXAMPLE
    ./build.ps1 Test
.EXAMPLE
    ./build.ps1 Pester
    Runs tests/Pester under every version of Pester that is supported, as 'dotnet test' does, and tells it in Pester's words.
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
        dotnet build tests/EmailSecurity.Tests --configuration $Configuration
        if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }

        # The versions and their folder are the tests' own, and so is the PowerShell; each version has a session of its own.
        $about = (dotnet msbuild tests/EmailSecurity.Tests -getProperty:PesterVersions -getProperty:NuGetPackageRoot | ConvertFrom-Json).Properties
        $failed = 0
        foreach ($version in $about.PesterVersions.Split(';').Trim('[', ']')) {
            "Pester $version"
            dotnet pwsh -NoProfile -File tests/Pester/Run.ps1 -PesterPath (Join-Path $about.NuGetPackageRoot pester $version tools Pester.psd1)
            $failed += $LASTEXITCODE
        }

        exit [int]($failed -gt 0)
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
        Copy-Item -Recurse -Destination $target -Path licenses, verification
    }
}

exit $LASTEXITCODE
