# A block that cannot run here: its syntax, and whether there are such commands and parameters. $Elsewhere: commands that only Windows has, or another module.
function Test-Block([string] $Text, [string[]] $Elsewhere) {
    $wrong = $null
    $syntax = [System.Management.Automation.Language.Parser]::ParseInput($Text, [ref] $null, [ref] $wrong)
    $wrong | ForEach-Object { "$_" }
    foreach ($call in $syntax.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
        $command = Get-Command $call.GetCommandName() -ErrorAction Ignore
        if (-not $command) {
            if ($call.GetCommandName() -notin $Elsewhere) { "There is no command $($call.GetCommandName())." }
            continue
        }

        $call.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] -and -not $command.Parameters.ContainsKey($_.ParameterName) } |
            ForEach-Object { "$($command.Name) has no parameter $($_.ParameterName)." }
    }
}
