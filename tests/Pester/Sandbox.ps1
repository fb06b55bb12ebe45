<#
What the test files share; dot-source it in BeforeAll. Written for pwsh with Pester and for the bare engine alike, so it keeps to the
language, .NET and Microsoft.PowerShell.Core.
#>
$Root = [System.IO.Path]::GetFullPath([System.IO.Path]::Combine($PSScriptRoot, '..', '..'))
Import-Module ([System.IO.Path]::Combine($Root, 'EmailSecurity.psd1'))

# A sandbox for this file: the one that the test host put into $EmailSecuritySandboxLine, or a process of our own.
function Start-TestSandbox {
    $line = $EmailSecuritySandboxLine
    $process = $null
    if (-not $line) {
        $newest = $null
        foreach ($file in [System.IO.Directory]::GetFiles([System.IO.Path]::Combine($Root, 'src', 'EmailSecurity.Sandbox', 'bin'), 'EmailSecurity.Sandbox.dll', 'AllDirectories')) {
            if (-not $newest -or [System.IO.File]::GetLastWriteTimeUtc($file) -gt [System.IO.File]::GetLastWriteTimeUtc($newest)) { $newest = $file }
        }

        $start = [System.Diagnostics.ProcessStartInfo]::new('dotnet', "exec ""$newest"" serve")
        $start.RedirectStandardOutput = $true
        $process = [System.Diagnostics.Process]::Start($start)
        $line = $process.StandardOutput.ReadLine()
    }

    $sandbox = @{ Process = $process }
    $json = [System.Text.Json.JsonDocument]::Parse($line)
    foreach ($property in $json.RootElement.EnumerateObject()) { if ($property.Value.ValueKind -eq 'String') { $sandbox[$property.Name] = $property.Value.GetString() } }
    $sandbox
}

function Stop-TestSandbox($Sandbox) {
    if ($Sandbox.Process) { $Sandbox.Process.Kill(); $Sandbox.Process.Dispose() }
}

# Parameters that send a cmdlet to the sandbox, for $PSDefaultParameterValues.
function Get-TestDefault($Sandbox) {
    @{
        '*:AccessKey' = $Sandbox.accessKey; '*:SecretKey' = $Sandbox.secretKey; '*:Region' = 'eu-central-1'; '*:EndpointUrl' = $Sandbox.endpointUrl
        '*:NameServer' = $Sandbox.nameServer; '*:TrustedRoot' = $Sandbox.trustedRoot; '*:ConnectTo' = $Sandbox.connectTo; '*:AllowPrivateNetwork' = $true
    }
}

# A hosted zone with mail servers and an enforcing DMARC record, as a domain that is ready for everything has it.
function New-TestZone($Sandbox, $Name, $Mx = @('mx1', 'mx2'), $Dmarc = 'v=DMARC1; p=reject') {
    $records = @()
    if ($Mx) { $records += '{"name":"' + $Name + '","type":"MX","values":["' + (@(foreach ($one in $Mx) { "10 $one.$Name." }) -join '","') + '"]}' }
    if ($Dmarc) { $records += '{"name":"_dmarc.' + $Name + '","type":"TXT","values":["\"' + $Dmarc + '\""]}' }
    $null = Invoke-TestAdmin $Sandbox 'PUT' "/hostedzones/$Name" ('[' + ($records -join ',') + ']')
}

function Invoke-TestAdmin($Sandbox, $Method, $Path, $Body) {
    $request = [System.Net.Http.HttpRequestMessage]::new($Method, $Sandbox.adminUrl + $Path)
    if ($Body) { $request.Content = [System.Net.Http.StringContent]::new($Body, [System.Text.Encoding]::UTF8, 'application/json') }
    $client = [System.Net.Http.HttpClient]::new()
    try { $client.Send($request).EnsureSuccessStatusCode().Content.ReadAsStringAsync().GetAwaiter().GetResult() }
    finally { $client.Dispose() }
}

# Operations that changed something since the log was cleared, as service:operation.
function Get-TestWrite($Sandbox) {
    $calls = [System.Text.Json.JsonDocument]::Parse((Invoke-TestAdmin $Sandbox 'GET' '/calls'))
    foreach ($call in $calls.RootElement.EnumerateArray()) {
        if ($call.GetProperty('write').GetBoolean()) { $call.GetProperty('service').GetString() + ':' + $call.GetProperty('operation').GetString() }
    }
}

function Clear-TestCall($Sandbox) { $null = Invoke-TestAdmin $Sandbox 'DELETE' '/calls' }

$Logo = [System.IO.Path]::Combine($Root, 'assets', 'logo.svg')
