<#
.SYNOPSIS
    Runs the verification of domains where nobody watches: by cron, in a container, in a pipeline. The exit code is the number of failed tests, at most 254;
    255 if the tests could not run.
.DESCRIPTION
    Writes junit.xml, nunit.xml, report.html, summary.md and findings.sarif to the output folder, and temporary files where the system has them.
.EXAMPLE
    pwsh -NoProfile -NonInteractive -File ./Invoke-EmailSecurityVerification.ps1 example.com, example.org -OutputFolder ./results
.EXAMPLE
    pwsh -NoProfile -NonInteractive -File ./Invoke-EmailSecurityVerification.ps1 -DomainFile ./domains.txt -Expect '{ "Mode": "Enforce" }'
#>
[CmdletBinding()]
param(
    # The domains; commas, semicolons, blanks and line breaks separate them.
    [Parameter(Position = 0, ValueFromRemainingArguments)] [string[]] $Domain = @(),
    # A file with more domains, one a line. A line that begins with # is a comment.
    [string] $DomainFile,
    # What is expected of the domains, as JSON with the keys of Get-EmailSecurityVerification's Expect; or a file that holds it.
    [string] $Expect,
    # Where the results go.
    [string] $OutputFolder = '.'
)

$ErrorActionPreference = 'Stop'

# A message without a stack trace: whoever reads it sees a job's log. No count of failed tests, least of all none.
trap {
    [Console]::Error.WriteLine("$_")
    exit 255
}

$names = @($Domain)
if ($DomainFile) {
    if (-not (Test-Path -LiteralPath $DomainFile -PathType Leaf)) { throw "There is no file $DomainFile. Name a file with one domain a line." }
    $names += Get-Content -LiteralPath $DomainFile | Where-Object { $_ -notmatch '^\s*#' }
}

$names = @($names -split '[\s,;]+' | Where-Object { $_ } | Select-Object -Unique)
if (-not $names) { throw 'No domain is given. Name domains as arguments, or a file that lists them: -DomainFile ./domains.txt' }

$expectation = @{}
if ($Expect) {
    $json = $Expect.TrimStart().StartsWith('{') ? $Expect : (Get-Content -Raw -LiteralPath $Expect -ErrorAction Ignore)
    if (-not $json) { throw "-Expect is neither JSON nor a file: $Expect" }
    try { $expectation = ConvertFrom-Json $json -AsHashtable }
    catch { throw "-Expect is not valid JSON: $($_.Exception.Message)" }
    if ($expectation -isnot [hashtable]) { throw '-Expect is not a JSON object. Example: { "Mode": "Enforce" }' }
}

if (-not (Get-Module Pester)) { Import-Module Pester -MinimumVersion 5.2 }
Import-Module (Join-Path (Split-Path $PSScriptRoot) EmailSecurity.psd1)
$folder = (New-Item -ItemType Directory -Path $OutputFolder -Force).FullName

$configuration = New-PesterConfiguration
$configuration.Run.Container = New-PesterContainer -Path (Get-EmailSecurityVerification) -Data @{
    Domain     = $names
    Expect     = $expectation
    ReportPath = 'report.html', 'summary.md', 'findings.sarif' | ForEach-Object { Join-Path $folder $_ }
}
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Detailed'
# The tests need no folder of their own: a container may be read-only.
$configuration.TestDrive.Enabled = $false
$configuration.TestRegistry.Enabled = $false
# An error that ends nothing is the tests' own business.
$ErrorActionPreference = 'Continue'
$run = Invoke-Pester -Configuration $configuration
$ErrorActionPreference = 'Stop'

$run | Export-JUnitReport -Path (Join-Path $folder junit.xml)
$run | Export-NUnitReport -Path (Join-Path $folder nunit.xml)

if ($run.FailedContainersCount) { throw 'The tests could not run: see above.' }
# Tests that could not be set up have not passed.
exit [Math]::Min($run.FailedCount + $run.FailedBlocksCount, 254)
