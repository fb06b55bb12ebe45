# Runs the command lines of the guide to scheduled checks as cron, Task Scheduler and a pipeline run them: each in a PowerShell of its own, in the folder of the checks.
param(
    # The folder of the checks: the module, and domains.txt.
    [Parameter(Mandatory)] [string] $Folder,
    # The folder with the modules that are installed: EmailSecurity and Pester.
    [Parameter(Mandatory)] [string] $ModulePath,
    # The file that leads to a sandbox with a hosted zone for example.com.
    [Parameter(Mandatory)] [string] $SandboxPath,
    # What runs, as JSON: the block that writes the script, and the lines, each with a name and the domains of the list.
    [Parameter(Mandatory)] [string] $RecipesPath,
    # Where the result goes, as JSON: for each line its exit code, and the files that it wrote.
    [Parameter(Mandatory)] [string] $ResultPath
)

$env:EMAILSECURITY_SANDBOX = $SandboxPath
$env:PSModulePath = $ModulePath + [System.IO.Path]::PathSeparator + $env:PSModulePath
$env:GITHUB_STEP_SUMMARY = "$Folder/step-summary.md"
Set-Location $Folder
Import-Module ./EmailSecurity.psd1 -ErrorAction Stop
$null = New-EmailSecurityStack example.com -ReportUri tls-reports@example.com | Publish-EmailSecurityStack -ErrorAction Stop -WarningAction SilentlyContinue
$recipes = Get-Content $RecipesPath -Raw | ConvertFrom-Json
. ([scriptblock]::Create($recipes.Script))

# The one that runs this script, whatever is installed.
function pwsh { dotnet (Join-Path $PSHOME pwsh.dll) @args }

$result = [ordered]@{}
foreach ($line in $recipes.Lines) {
    Set-Content ./domains.txt $line.Domains
    Get-ChildItem results.xml, report.html, summary.md, findings.sarif, step-summary.md -ErrorAction Ignore | Where-Object { -not $line.Keeps } | Remove-Item
    # A pipeline writes its step to a file; cron and Task Scheduler run the line itself.
    if ($line.IsStep) {
        Set-Content ./step.ps1 @('$ErrorActionPreference = ''stop''', $line.Text, 'if ((Test-Path -LiteralPath variable:\LASTEXITCODE)) { exit $LASTEXITCODE }')
        $output = pwsh -NoProfile -NonInteractive -Command '. ./step.ps1' 2>&1 | Out-String
    } else {
        $output = . ([scriptblock]::Create($line.Text)) 2>&1 | Out-String
    }

    $result[$line.Name] = @{
        ExitCode = $LASTEXITCODE; Output = "$output"
        Files    = @(Get-ChildItem results.xml, report.html, summary.md, findings.sarif, step-summary.md -ErrorAction Ignore | Where-Object Length | ForEach-Object Name)
    }
}

ConvertTo-Json $result -Depth 5 | Set-Content -LiteralPath $ResultPath -Encoding utf8NoBOM
