<#
Runs a test file written for Pester in the bare engine, where Pester itself cannot be: the subset that tests/Pester keeps to.
Discovery runs the bodies of Describe and Context; then each It runs in a scope below its block's set-up, which is dot-sourced so that
its variables are seen. Emits one object for each It: Name, Result (Passed, Failed, Skipped), Message.

No $ErrorActionPreference is set in here: it would make non-terminating errors of the cmdlets under test look thrown.
#>
param(
    [Parameter(Mandatory)] [string] $Path,
    [switch] $DiscoverOnly
)

function New-Block($Name, $Parent, $Data, $Skip) {
    @{
        Name = $Name; Parent = $Parent; Data = $Data; Skip = $Skip -or ($Parent -and $Parent.Skip)
        Children = [System.Collections.Generic.List[object]]::new()
        BeforeAll = @(); BeforeEach = @(); AfterEach = @(); AfterAll = @()
    }
}

function Format-TestName($Name, $Data) {
    # <key> stands for a value of the case, <_> for the case itself.
    [regex]::Replace($Name, '<([^<>]+)>', {
        param($match)
        $key = $match.Groups[1].Value
        if ($key -eq '_') { "$Data" }
        elseif ($Data -is [System.Collections.IDictionary] -and $Data.Contains($key)) { "$($Data[$key])" }
        else { $match.Value }
    })
}

# ---- Discovery ----

function Add-PesterBlock($Name, $Fixture, $ForEach, $Skip, $HasForEach) {
    $cases = @($null)
    if ($HasForEach) { $cases = @($ForEach) }
    foreach ($case in $cases) {
        $block = New-Block (Format-TestName $Name $case) $script:current $case $Skip
        $script:current.Children.Add($block)
        $outer = $script:current
        $script:current = $block
        # As in Pester, a block's cases are variables in its body at discovery too.
        & {
            if ($case -is [System.Collections.IDictionary]) { foreach ($key in $case.Keys) { Set-PesterVariable $key $case[$key] } }
            $_ = $case
            . $Fixture
        }
        $script:current = $outer
    }
}

function Set-PesterVariable($Name, $Value) { $ExecutionContext.SessionState.PSVariable.Set("script:$Name", $Value) }

function Describe {
    param([Parameter(Mandatory, Position = 0)] [string] $Name, [string[]] $Tag, $ForEach, [switch] $Skip, [Parameter(Position = 1)] [scriptblock] $Fixture)
    Add-PesterBlock $Name $Fixture $ForEach $Skip $PSBoundParameters.ContainsKey('ForEach')
}

function Context {
    param([Parameter(Mandatory, Position = 0)] [string] $Name, [string[]] $Tag, $ForEach, [switch] $Skip, [Parameter(Position = 1)] [scriptblock] $Fixture)
    Add-PesterBlock $Name $Fixture $ForEach $Skip $PSBoundParameters.ContainsKey('ForEach')
}

function It {
    param([Parameter(Mandatory, Position = 0)] [string] $Name, [string[]] $Tag, [Alias('TestCases')] $ForEach, [switch] $Skip, [Parameter(Position = 1)] [scriptblock] $Test)
    $cases = @($null)
    if ($PSBoundParameters.ContainsKey('ForEach')) { $cases = @($ForEach) }
    foreach ($case in $cases) {
        $script:current.Children.Add(@{ Name = (Format-TestName $Name $case); Data = $case; Skip = [bool]$Skip -or $script:current.Skip; Test = $Test })
    }
}

function BeforeDiscovery { param([scriptblock] $Body) . $Body }
function BeforeAll { param([scriptblock] $Body) $script:current.BeforeAll += $Body }
function BeforeEach { param([scriptblock] $Body) $script:current.BeforeEach += $Body }
function AfterEach { param([scriptblock] $Body) $script:current.AfterEach += $Body }
function AfterAll { param([scriptblock] $Body) $script:current.AfterAll += $Body }

# ---- Assertions ----

function Format-Value($Value) {
    if ($null -eq $Value) { '$null' }
    elseif ($Value -is [string]) { "'$Value'" }
    elseif ($Value -is [System.Collections.IEnumerable]) { '@(' + (@(foreach ($item in $Value) { Format-Value $item }) -join ', ') + ')' }
    else { "$Value" }
}

function Test-SameValue($Actual, $Expected, [switch] $Exact) {
    if ($Expected -is [array] -or $Actual -is [array]) {
        $left = @($Actual); $right = @($Expected)
        if ($left.Count -ne $right.Count) { return $false }
        for ($i = 0; $i -lt $left.Count; $i++) { if (-not (Test-SameValue $left[$i] $right[$i] -Exact:$Exact)) { return $false } }
        return $true
    }

    if ($Exact) { $Actual -ceq $Expected } else { $Actual -eq $Expected }
}

function Test-Thrown($Actual, $ExpectedMessage, $ErrorId, $ExceptionType) {
    if ($Actual -isnot [scriptblock]) { throw 'Should -Throw takes a script block.' }
    $caught = $null
    try { $null = & $Actual } catch { $caught = $_ }
    if ($null -eq $caught) { return @{ Ok = $false; Why = 'nothing was thrown' } }
    $id = $caught.FullyQualifiedErrorId
    if ($ExpectedMessage -and $caught.Exception.Message -notlike $ExpectedMessage) { return @{ Ok = $false; Why = "the message was '$($caught.Exception.Message)'" } }
    if ($ErrorId -and $id -notlike $ErrorId -and $id -notlike "$ErrorId,*") { return @{ Ok = $false; Why = "the error id was '$id'" } }
    if ($ExceptionType -and $caught.Exception -isnot $ExceptionType) { return @{ Ok = $false; Why = "the exception was $($caught.Exception.GetType().FullName)" } }
    @{ Ok = $true; Why = "'$($caught.Exception.Message)' was thrown" }
}

function Should {
    param(
        [Parameter(ValueFromPipeline)] $ActualValue,
        [Parameter(Position = 0)] $ExpectedValue,
        [switch] $Not, [string] $Because,
        [switch] $Be, [switch] $BeExactly, [switch] $BeTrue, [switch] $BeFalse, [switch] $BeNullOrEmpty,
        [switch] $Match, [switch] $BeLike, [switch] $Contain, [switch] $HaveCount, [switch] $BeOfType,
        [switch] $BeGreaterThan, [switch] $BeLessThan, [switch] $BeGreaterOrEqual, [switch] $BeLessOrEqual, [switch] $BeIn,
        [switch] $Throw, [string] $ExpectedMessage, [string] $ErrorId, [type] $ExceptionType
    )
    begin { $all = [System.Collections.Generic.List[object]]::new() }
    process { $all.Add($ActualValue) }
    end {
        # One value is itself; several are a list; an empty pipeline is nothing.
        $count = $all.Count
        if ($count -eq 1 -and $null -eq $all[0] -and -not $MyInvocation.ExpectingInput) { $count = 0 }
        $actual = if ($count -eq 1) { $all[0] } elseif ($count -eq 0) { $null } else { , $all.ToArray() }
        $why = ''
        switch ($true) {
            $Be { $operator = 'Be'; $ok = Test-SameValue $actual $ExpectedValue; break }
            $BeExactly { $operator = 'BeExactly'; $ok = Test-SameValue $actual $ExpectedValue -Exact; break }
            $BeTrue { $operator = 'BeTrue'; $ok = [bool]$actual; break }
            $BeFalse { $operator = 'BeFalse'; $ok = -not $actual; break }
            $BeNullOrEmpty { $operator = 'BeNullOrEmpty'; $ok = $null -eq $actual -or ($actual -is [string] -and $actual -eq '') -or ($actual -is [System.Collections.ICollection] -and $actual.Count -eq 0); break }
            $Match { $operator = 'Match'; $ok = "$actual" -match $ExpectedValue; break }
            $BeLike { $operator = 'BeLike'; $ok = "$actual" -like $ExpectedValue; break }
            $Contain { $operator = 'Contain'; $ok = $all.ToArray() -contains $ExpectedValue; break }
            $HaveCount { $operator = 'HaveCount'; $ok = $count -eq $ExpectedValue; $why = "the count was $count"; break }
            $BeOfType { $operator = 'BeOfType'; $type = if ($ExpectedValue -is [type]) { $ExpectedValue } else { [type]"$ExpectedValue".Trim('[', ']') }; $ok = $null -ne $actual -and @($all | & { process { $_ -is $type } }) -notcontains $false; break }
            $BeGreaterThan { $operator = 'BeGreaterThan'; $ok = $actual -gt $ExpectedValue; break }
            $BeLessThan { $operator = 'BeLessThan'; $ok = $actual -lt $ExpectedValue; break }
            $BeGreaterOrEqual { $operator = 'BeGreaterOrEqual'; $ok = $actual -ge $ExpectedValue; break }
            $BeLessOrEqual { $operator = 'BeLessOrEqual'; $ok = $actual -le $ExpectedValue; break }
            $BeIn { $operator = 'BeIn'; $ok = @($ExpectedValue) -contains $actual; break }
            $Throw { $operator = 'Throw'; $thrown = Test-Thrown $actual $(if ($ExpectedMessage) { $ExpectedMessage } else { $ExpectedValue }) $ErrorId $ExceptionType; $ok = $thrown.Ok; $why = $thrown.Why; break }
            default { throw 'Should was called with an operator that is not in the subset.' }
        }

        if ([bool]$ok -eq [bool]$Not) {
            $values = if ($Throw) { "$ExpectedMessage$ErrorId" } else { (Format-Value $ExpectedValue) + ', got ' + (Format-Value $actual) }
            throw "Should $(if ($Not) { '-Not ' })-$operator $values$(if ($why) { " ($why)" })$(if ($Because) { ", because $Because" })"
        }
    }
}

# ---- Run ----

function Write-Outcome($Name, $Result, $Message) { [pscustomobject]@{ Name = $Name; Result = $Result; Message = $Message } }

function Get-Leaf($Block, $Prefix) {
    foreach ($child in $Block.Children) {
        $name = if ($Prefix) { "$Prefix > $($child.Name)" } else { $child.Name }
        if ($child.Test) { @{ Name = $name; Skip = $child.Skip } } else { Get-Leaf $child $name }
    }
}

function Invoke-Block($Block, $Prefix, $Each, $EachAfter) {
    if (-not (Get-Leaf $Block | Where-Object { -not $_.Skip })) {
        foreach ($leaf in Get-Leaf $Block $Prefix) { Write-Outcome $leaf.Name 'Skipped' '' }
        return
    }

    . {
        $pesterBlock = $Block; $pesterPrefix = $Prefix; $pesterEach = @($Each) + $Block.BeforeEach; $pesterAfter = @($Block.AfterEach) + $EachAfter
        if ($Block.Data -is [System.Collections.IDictionary]) { foreach ($pesterKey in $Block.Data.Keys) { $ExecutionContext.SessionState.PSVariable.Set($pesterKey, $Block.Data[$pesterKey]) } }
        $_ = $Block.Data
        $pesterSetup = $null
        try { foreach ($pesterBody in $pesterBlock.BeforeAll) { $null = . $pesterBody } } catch { $pesterSetup = $_ }
        foreach ($pesterChild in $pesterBlock.Children) {
            $pesterName = if ($pesterPrefix) { "$pesterPrefix > $($pesterChild.Name)" } else { $pesterChild.Name }
            if ($pesterSetup) {
                # As in Pester: what stands below a failed BeforeAll has failed.
                if ($pesterChild.Test) { Write-Outcome $pesterName 'Failed' "BeforeAll: $pesterSetup`n$($pesterSetup.ScriptStackTrace)" }
                else { foreach ($leaf in Get-Leaf $pesterChild $pesterName) { Write-Outcome $leaf.Name 'Failed' "BeforeAll: $pesterSetup" } }
            }
            elseif (-not $pesterChild.Test) { & { Invoke-Block $pesterChild $pesterName $pesterEach $pesterAfter } }
            elseif ($pesterChild.Skip) { Write-Outcome $pesterName 'Skipped' '' }
            else {
                & {
                    if ($pesterChild.Data -is [System.Collections.IDictionary]) { foreach ($pesterKey in $pesterChild.Data.Keys) { $ExecutionContext.SessionState.PSVariable.Set($pesterKey, $pesterChild.Data[$pesterKey]) } }
                    if ($null -ne $pesterChild.Data) { $_ = $pesterChild.Data }
                    try {
                        foreach ($pesterBody in $pesterEach) { if ($pesterBody) { $null = . $pesterBody } }
                        $null = . $pesterChild.Test
                        Write-Outcome $pesterName 'Passed' ''
                    }
                    catch { Write-Outcome $pesterName 'Failed' "$_`n$($_.ScriptStackTrace)" }
                    finally { foreach ($pesterBody in $pesterAfter) { if ($pesterBody) { $null = . $pesterBody } } }
                }
            }
        }

        try { foreach ($pesterBody in $pesterBlock.AfterAll) { $null = . $pesterBody } } catch { Write-Outcome "$pesterPrefix > AfterAll" 'Failed' "$_" }
    }
}

$script:current = $root = New-Block '' $null $null $false
. $Path
if ($DiscoverOnly) {
    foreach ($leaf in Get-Leaf $root '') { Write-Outcome $leaf.Name $(if ($leaf.Skip) { 'Skipped' } else { '' }) '' }
}
else {
    Invoke-Block $root '' @() @()
}
