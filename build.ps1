#!/usr/bin/env pwsh
<#
.SYNOPSIS
    Builds, tests, packages, installs or rehearses. Build and Test are the dotnet commands, for people with PowerShell. To have one: dotnet tool restore; dotnet pwsh
.EXAMPLE
    ./build.ps1
    Builds the module in place: Import-Module ./EmailSecurity.psd1
.EXAMPLE
    ./build.ps1 Test
.EXAMPLE
    ./build.ps1 Pester
    Runs tests/Pester under every version of Pester that is supported, as 'dotnet test' does, and tells it in Pester's words.
.EXAMPLE
    ./build.ps1 Package
    Leaves artifacts/EmailSecurity, which Publish-PSResource takes, and the same as a nupkg. The same sources give the same bytes.
.EXAMPLE
    ./build.ps1 Install
    Packages, and copies the package to where PowerShell finds the modules of this user: Import-Module EmailSecurity
.EXAMPLE
    ./build.ps1 Rehearse
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Pester', 'Rehearse', 'Package', 'Install')]
    [string] $Task = 'Build',

    # For Build, Test, Pester and Rehearse. What ships is always a Release build.
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
    'Package' { tools/Package.ps1 -Destination (Join-Path $PSScriptRoot artifacts) }
    'Install' {
        tools/Package.ps1 -Destination (Join-Path $PSScriptRoot artifacts)
        tools/Install.ps1 -Path (Join-Path $PSScriptRoot artifacts EmailSecurity)
    }
}

exit $LASTEXITCODE
