<#
.SYNOPSIS
    Builds what the PowerShell Gallery takes: the module's folder and the same as a nupkg. The same sources give the same bytes.
.EXAMPLE
    ./build.ps1 Package
    Leaves artifacts/EmailSecurity and artifacts/EmailSecurity.<version>.nupkg.
#>
#Requires -Version 7.5
[CmdletBinding()]
param(
    # Where the folder EmailSecurity and the nupkg go.
    [Parameter(Mandatory)] [string] $Destination
)

$ErrorActionPreference = 'Stop'
$root = Split-Path $PSScriptRoot
$target = Join-Path $Destination EmailSecurity
$project = Join-Path $root src EmailSecurity.PowerShell
. (Join-Path $PSScriptRoot Package.Functions.ps1)

# module/ stays as it is: a session may hold it.
Remove-Item -Recurse -Force -Path $target -ErrorAction Ignore
$null = New-Item -ItemType Directory -Path $target
dotnet build $project --configuration Release "-p:ModuleDirectory=$target/module/" "-p:HelpDirectory=$target/en-US/"
if ($LASTEXITCODE -ne 0) { throw "The build ended with exit code $LASTEXITCODE." }
Get-ChildItem -LiteralPath $target/module -Recurse -Filter *.pdb | Remove-Item

# What errors, help and guides name is in the package: policies, and the pages about findings, errors and permissions.
'EmailSecurity.format.ps1xml', 'EmailSecurity.types.ps1xml', 'LICENSE', 'THIRD-PARTY-NOTICES.md', 'README.md', 'CONTRIBUTING.md', 'CHANGELOG.md',
'licenses', 'verification', 'docs', 'assets' |
    ForEach-Object { Copy-Item -Recurse -LiteralPath (Join-Path $root $_) -Destination $target }
Remove-Item -Recurse -Force -LiteralPath $target/docs/en-US, $target/assets/.well-known

$about = (dotnet msbuild $project -getProperty:Version -getProperty:PackageProjectUrl -getProperty:PackageIconUrl | ConvertFrom-Json).Properties
$notes = Get-ReleaseNote -Path (Join-Path $root CHANGELOG.md) -Version $about.Version
$manifest = Get-Content -Raw -LiteralPath (Join-Path $root EmailSecurity.psd1)
Add-GalleryData -Manifest $manifest -Note $notes -ProjectUri $about.PackageProjectUrl -IconUri $about.PackageIconUrl |
    Set-Content -NoNewline -LiteralPath $target/EmailSecurity.psd1
if ((Test-ModuleManifest $target/EmailSecurity.psd1).Version -ne $about.Version) {
    throw "EmailSecurity.psd1 and Directory.Build.props differ in the version. Give both the same."
}

$name = "EmailSecurity.$($about.Version).nupkg"
$raw = New-Item -ItemType Directory -Path (Join-Path $Destination ([System.IO.Path]::GetRandomFileName()))
try {
    Compress-PSResource -Path $target -DestinationPath $raw
    Write-StablePackage -From (Join-Path $raw $name) -To (Join-Path $Destination $name)
}
finally { Remove-Item -Recurse -LiteralPath $raw }

Get-Item -LiteralPath $target, (Join-Path $Destination $name)
