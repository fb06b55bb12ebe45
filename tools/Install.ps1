<#
.SYNOPSIS
    Copies a packaged module to where PowerShell finds the modules of this user, in a folder of its version.
.EXAMPLE
    ./build.ps1 Install
#>
[CmdletBinding()]
param(
    # The module's folder, as Package.ps1 leaves it.
    [Parameter(Mandatory)] [string] $Path
)

$ErrorActionPreference = 'Stop'
$version = (Test-ModuleManifest (Join-Path $Path EmailSecurity.psd1)).Version

# Where Install-PSResource puts modules of the user: about_PSModulePath.
$user = $IsWindows ? (Join-Path ([Environment]::GetFolderPath('MyDocuments')) PowerShell) :
    (Join-Path ($env:XDG_DATA_HOME ? $env:XDG_DATA_HOME : (Join-Path $HOME .local share)) powershell)
$modules = Join-Path $user Modules EmailSecurity
$target = Join-Path $modules $version

# The new folder is complete before it takes the place of an old one. A session that has the module loaded holds its files on Windows.
$fresh = Join-Path $modules "$version.new"
Remove-Item -Recurse -Force -Path $fresh -ErrorAction Ignore
$null = New-Item -ItemType Directory -Path $modules -Force
Copy-Item -Recurse -LiteralPath $Path -Destination $fresh
$old = Join-Path $modules "$version.old"
Remove-Item -Recurse -Force -Path $old -ErrorAction Ignore
if (Test-Path -LiteralPath $target) {
    try { Rename-Item -LiteralPath $target -NewName "$version.old" }
    catch { throw "$target could not be replaced: $_ Close the PowerShell sessions that imported the module, then run this again." }
}

Rename-Item -LiteralPath $fresh -NewName "$version"
Remove-Item -Recurse -Force -Path $old -ErrorAction Ignore
Get-Item -LiteralPath $target
