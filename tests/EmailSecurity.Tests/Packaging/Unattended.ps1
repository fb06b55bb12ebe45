# Runs the container's and the action's commands where no engine is: the same scripts with the same arguments and variables, in folders that stand for theirs.
param(
    # The packaged module, and Pester's manifest.
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [string] $PesterPath,
    # The file that leads to a sandbox with a hosted zone for example.com.
    [Parameter(Mandatory)] [string] $SandboxPath,
    # What runs, as JSON.
    [Parameter(Mandatory)] [string] $PlanPath,
    # A folder of its own. HOME is inside it.
    [Parameter(Mandatory)] [string] $Folder,
    # Where the result goes, as JSON.
    [Parameter(Mandatory)] [string] $ResultPath
)

$ErrorActionPreference = 'Stop'
$plan = Get-Content -Raw $PlanPath | ConvertFrom-Json
$result = @{}
$env:EMAILSECURITY_SANDBOX = $SandboxPath

# A repository that has both modules, as the Gallery does.
$feed = New-Item -ItemType Directory -Path (Join-Path $Folder feed)
Register-PSResourceRepository -Name Local -Uri $feed.FullName -Trusted
Copy-Item -Recurse (Split-Path $PesterPath) (Join-Path $Folder Pester)
Publish-PSResource -Path (Join-Path $Folder Pester) -Repository Local
Publish-PSResource -Path $Module -Repository Local

# $null removes a variable: an empty one is another thing.
function Set-EnvironmentVariable([string] $Name, $Value) {
    if ($null -eq $Value) { Remove-Item Env:$Name -ErrorAction Ignore } else { Set-Item Env:$Name $Value }
}

# Runs PowerShell with some variables.
function Invoke-Process([string[]] $Argument, $Variable, [string] $In) {
    $before = @{}
    foreach ($name in $Variable.Keys) {
        $before[$name] = [Environment]::GetEnvironmentVariable($name)
        Set-EnvironmentVariable $name $Variable[$name]
    }

    Push-Location $In
    try { $output = dotnet (Join-Path $PSHOME pwsh.dll) @Argument 2>&1 | ForEach-Object { "$_" } }
    finally {
        Pop-Location
        foreach ($name in $before.Keys) { Set-EnvironmentVariable $name $before[$name] }
    }

    @{ ExitCode = $LASTEXITCODE; Output = "$($output -join "`n")"; Files = @(Get-ChildItem $In -Recurse -File | Where-Object Length | ForEach-Object Name | Sort-Object) }
}

# The image: Pester as it saves it, the module as it copies it (done already).
$save = $plan.Save
& ([scriptblock]::Create("`$env:PESTER_VERSION = '$($plan.PesterVersion)'; $save"))
$variables = @{ PSModulePath = $plan.Modules + [System.IO.Path]::PathSeparator + (Join-Path $PSHOME Modules) }
'XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME' | ForEach-Object { $variables[$_] = $null }
foreach ($pair in $plan.Environment.PSObject.Properties) { $variables[$pair.Name] = $pair.Value }
Import-Module (Join-Path $Module EmailSecurity.psd1)
$null = New-EmailSecurityStack example.com -ReportUri tls-reports@example.com | Publish-EmailSecurityStack -WarningAction SilentlyContinue
$image = @(Get-ChildItem $plan.Modules -Recurse -Force | ForEach-Object { "$($_.FullName) $($_.LastWriteTimeUtc.Ticks)" })
$result.Container = Invoke-Process ($plan.Entry + 'example.com') $variables $plan.Results
$result.ModulesAreUntouched = -not (Compare-Object $image @(Get-ChildItem $plan.Modules -Recurse -Force | ForEach-Object { "$($_.FullName) $($_.LastWriteTimeUtc.Ticks)" }))

# The action, step after step, as the service runs steps.
foreach ($run in $plan.Runs) {
    $workspace = New-Item -ItemType Directory -Path (Join-Path $Folder "run $($run.Name)")
    $files = @{ GITHUB_OUTPUT = Join-Path $Folder "$($run.Name).output"; GITHUB_STEP_SUMMARY = Join-Path $Folder "$($run.Name).summary" }
    $files.Values | ForEach-Object { $null = New-Item -ItemType File -Path $_ }
    $steps = foreach ($step in $run.Steps) {
        $own = @{} + $files
        foreach ($pair in $step.Environment.PSObject.Properties) { $own[$pair.Name] = $pair.Value }
        $file = Join-Path $Folder step.ps1
        Set-Content $file @('$ErrorActionPreference = ''stop''', $step.Run, 'if ((Test-Path -LiteralPath variable:\LASTEXITCODE)) { exit $LASTEXITCODE }')
        $done = Invoke-Process @('-NoProfile', '-NonInteractive', '-Command', ". '$file'") $own $workspace
        $done
        if ($done.ExitCode) { break }
    }

    $result["Action $($run.Name)"] = @{ Steps = @($steps); Set = @(Get-Content $files.GITHUB_OUTPUT); Summary = "$(Get-Content -Raw $files.GITHUB_STEP_SUMMARY)" }
}

# What the script says to who calls it the wrong way.
$script = Join-Path $Module verification Invoke-EmailSecurityVerification.ps1
Import-Module $PesterPath
$mistakes = Join-Path $Folder mistakes
$result.Mistakes = @(
    @{ Domain = '  ' }, @{ DomainFile = "$Folder/none.txt" }, @{ Domain = 'example.com'; Expect = '{ "Mode": ' }, @{ Domain = 'example.com'; Expect = "$Folder/none.json" }
    @{ Domain = 'example.com'; Expect = '{ "Mod": "Enforce" }' }
) | ForEach-Object {
    $own = $_
    $was = [Console]::Error
    $told = [System.IO.StringWriter]::new()
    [Console]::SetError($told)
    try { $null = & $script @own -OutputFolder $mistakes *>&1 } finally { [Console]::SetError($was) }
    "$LASTEXITCODE $($told.ToString().Trim())"
}

# Commands and parameters that the definitions name.
$result.Commands = @(foreach ($text in $plan.Scripts) {
    $problems = $null
    $tree = [System.Management.Automation.Language.Parser]::ParseInput($text, [ref]$null, [ref]$problems)
    foreach ($problem in $problems) { "syntax: $($problem.Message)" }
    foreach ($call in $tree.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
        $name = $call.GetCommandName() ?? $script
        $command = Get-Command $name -ErrorAction Ignore
        if (-not $command) { "unknown: $name"; continue }
        $named = $call.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] } | ForEach-Object ParameterName
        $unknown = @($named | Where-Object { $_ -notin $command.Parameters.Keys })
        if ($unknown) { "unknown: $name -$($unknown -join ' -')" } else { "known: $(Split-Path -Leaf $name) $($named -join ' ')".Trim() }
    }
})

ConvertTo-Json $result -Depth 6 | Set-Content -LiteralPath $ResultPath -Encoding utf8NoBOM
