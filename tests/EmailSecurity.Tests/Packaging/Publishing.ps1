# Takes the package the whole way, as its maintainers and users do: to a repository, from there to a computer, and into a session. Leaves what it saw.
param(
    # The package: the module's folder, and the nupkg.
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [string] $Package,
    # The tools of the project.
    [Parameter(Mandatory)] [string] $Tools,
    # A folder of its own for repositories and installed modules. HOME is inside it, so that nothing of the user's is touched.
    [Parameter(Mandatory)] [string] $Folder,
    # Where the result goes, as JSON.
    [Parameter(Mandatory)] [string] $ResultPath
)

$ErrorActionPreference = 'Stop'
. (Join-Path $Tools Package.Functions.ps1)
$result = @{}

# What a PowerShell of its own sees, as a new session of the user does.
function Get-Seen([string] $Script) { dotnet (Join-Path $PSHOME pwsh.dll) -NoProfile -NonInteractive -Command $Script 2>&1 | ForEach-Object { "$_" } }

# The manifest.
$manifest = Test-ModuleManifest (Join-Path $Module EmailSecurity.psd1)
$result.Manifest = @{
    Version      = "$($manifest.Version)"; Author = $manifest.Author; Description = $manifest.Description; Tags = @($manifest.Tags)
    LicenseUri   = "$($manifest.LicenseUri)"; ProjectUri = "$($manifest.ProjectUri)"; IconUri = "$($manifest.IconUri)"; HelpInfoUri = "$($manifest.HelpInfoUri)"
    ReleaseNotes = $manifest.ReleaseNotes; Cmdlets = @($manifest.ExportedCmdlets.Keys | Sort-Object)
}

# To a repository, as the folder and as the nupkg; from both to the computer.
foreach ($name in 'FromFolder', 'FromPackage') {
    $feed = New-Item -ItemType Directory -Path (Join-Path $Folder $name)
    Register-PSResourceRepository -Name $name -Uri $feed.FullName -Trusted
}

Publish-PSResource -Path $Module -Repository FromFolder
Publish-PSResource -NupkgPath $Package -Repository FromPackage
$result.Found = @(Find-PSResource EmailSecurity -Repository FromFolder, FromPackage | ForEach-Object { "$($_.Repository) $($_.Name) $($_.Version)" } | Sort-Object)
$saved = New-Item -ItemType Directory -Path (Join-Path $Folder saved)
Save-PSResource EmailSecurity -Repository FromFolder -Path $saved
$result.Saved = @(Get-ChildItem $saved/EmailSecurity/$($manifest.Version) -Recurse -File | ForEach-Object { [System.IO.Path]::GetRelativePath("$saved/EmailSecurity/$($manifest.Version)", $_.FullName).Replace('\', '/') })
Install-PSResource EmailSecurity -Repository FromPackage -Scope CurrentUser
$result.Installed = @(Get-Seen @'
Import-Module EmailSecurity
$module = Get-Module EmailSecurity
$module.ModuleBase
"$($module.Version) $($module.ExportedCmdlets.Count)"
(New-MtaStsPolicy example.com -MxHost mx1.example.com).Text -split '\r?\n' | Select-Object -First 1
(Get-Help Publish-EmailSecurityStack).Synopsis
Get-EmailSecurityVerification | ForEach-Object FullName
'@)

# Without a repository, over an older one of the same version.
$env:XDG_DATA_HOME = Join-Path $Folder data
$first = & (Join-Path $Tools Install.ps1) -Path $Module
Set-Content (Join-Path $first stale.txt) 'from an older build'
$second = & (Join-Path $Tools Install.ps1) -Path $Module
$result.Copied = @{
    First = "$first"; Second = "$second"; Beside = @(Get-ChildItem (Split-Path $second) -Name); Stale = Test-Path (Join-Path $second stale.txt)
    Seen  = @(Get-Seen '(Get-Module -ListAvailable EmailSecurity).ModuleBase')
}

# Notes and addresses, as they come out of the manifest.
$changelog = Join-Path $Folder changes.md
Set-Content $changelog "# Changelog`n`n## Unreleased`n`n- New.`n`n## [1.2.0] - 2030-01-01`n`n### Added`n- It's O$([char]0x2019)Brien's `"quoted`" `$value.`n`n## 1.2.0-rc`n`n- Candidate.`n`n## 1.1.0`n"
$result.Notes = @('1.2.0', '1.2.0-rc', '1.3.0' | ForEach-Object { Get-ReleaseNote -Path $changelog -Version $_ })
$result.NoNotes = try { Set-Content $changelog "# Changelog`n`n## Unreleased`n"; Get-ReleaseNote -Path $changelog -Version 1.1.0 } catch { "$_" }
$source = Get-Content -Raw (Join-Path (Split-Path $Tools) EmailSecurity.psd1)
$own = Join-Path $Folder Own.psd1
Add-GalleryData -Manifest $source -Note $result.Notes[0] -ProjectUri 'https://code.example.com/project' -IconUri 'https://code.example.com/icon.png' | Set-Content $own
$data = (Import-PowerShellDataFile $own).PrivateData.PSData
$result.Addresses = @{ ProjectUri = $data.ProjectUri; IconUri = $data.IconUri; ReleaseNotes = $data.ReleaseNotes; LicenseUri = $data.LicenseUri }

ConvertTo-Json $result -Depth 5 | Set-Content -LiteralPath $ResultPath -Encoding utf8NoBOM
