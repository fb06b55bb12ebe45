# What the test files share: dot-source it in BeforeAll.
$Root = Split-Path (Split-Path $PSScriptRoot)
$Logo = Join-Path $Root assets logo.svg
Import-Module (Join-Path $Root EmailSecurity.psd1)

# A sandbox for one file, in a process of its own: the newest that was built.
function Start-TestSandbox {
    $program = Get-ChildItem (Join-Path $Root src EmailSecurity.Sandbox bin) -Recurse -Filter EmailSecurity.Sandbox.dll |
        Sort-Object LastWriteTime | Select-Object -Last 1
    $ready = New-TemporaryFile
    $log = New-TemporaryFile
    $process = Start-Process dotnet -ArgumentList exec, """$program""", serve, --output, """$ready""" -RedirectStandardError $log -NoNewWindow -PassThru

    # It writes the file when it is ready.
    while (-not (Get-Item $ready).Length) {
        if ($process.HasExited) { throw "The sandbox did not start: $(Get-Content $log -Raw)" }
        Start-Sleep -Milliseconds 50
    }

    Get-Content $ready | ConvertFrom-Json | Add-Member -PassThru @{ Process = $process; Files = $ready, $log }
}

function Stop-TestSandbox($Sandbox) {
    $Sandbox.Process | Stop-Process
    $Sandbox.Process | Wait-Process
    Remove-Item $Sandbox.Files
}

# Parameters that send a cmdlet to the sandbox, for $PSDefaultParameterValues.
function Get-TestDefault($Sandbox) {
    @{
        '*:AccessKey' = $Sandbox.accessKey; '*:SecretKey' = $Sandbox.secretKey; '*:Region' = 'eu-central-1'; '*:EndpointUrl' = $Sandbox.endpointUrl
        '*:NameServer' = $Sandbox.nameServer; '*:TrustedRoot' = $Sandbox.trustedRoot; '*:ConnectTo' = $Sandbox.connectTo; '*:AllowPrivateNetwork' = $true
    }
}

function Invoke-TestAdmin($Sandbox, $Method, $Path, $Body) {
    Invoke-RestMethod -Method $Method -Uri "$($Sandbox.adminUrl)$Path" -Body $Body -ContentType application/json -NoProxy
}

# A hosted zone with mail servers and an enforcing DMARC record, as a domain that is ready for everything has it.
function New-TestZone($Sandbox, $Name, $Mx = @('mx1', 'mx2'), $Dmarc = 'v=DMARC1; p=reject') {
    $records = @(
        if ($Mx) { @{ name = $Name; type = 'MX'; values = @($Mx | ForEach-Object { "10 $_.$Name." }) } }
        if ($Dmarc) { @{ name = "_dmarc.$Name"; type = 'TXT'; values = @("""$Dmarc""") } }
    )
    $null = Invoke-TestAdmin $Sandbox Put "/hostedzones/$Name" (ConvertTo-Json $records)
}

# Operations that changed something since the log was cleared, as service:operation.
function Get-TestWrite($Sandbox) { (Invoke-TestAdmin $Sandbox Get /calls) | Where-Object write | ForEach-Object { "$($_.service):$($_.operation)" } }

function Clear-TestCall($Sandbox) { $null = Invoke-TestAdmin $Sandbox Delete /calls }
