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
        '*:NameServer' = $Sandbox.nameServer; '*:TrustedRoot' = $Sandbox.trustedRoot; '*:ConnectTo' = $Sandbox.connectTo
    }
}

function Get-Hmac($Key, $Text) { , [System.Security.Cryptography.HMACSHA256]::HashData([byte[]]$Key, [System.Text.Encoding]::UTF8.GetBytes($Text)) }

# A Route 53 call of the test's own, signed here: what is under test takes no part in setting the stage.
function Invoke-TestRoute53($Sandbox, $Path, $Body) {
    $utf8 = [System.Text.Encoding]::UTF8
    $stamp = [datetime]::UtcNow.ToString('yyyyMMddTHHmmssZ', [cultureinfo]::InvariantCulture)
    $day = $stamp.Substring(0, 8)
    $uri = [uri]($Sandbox.endpointUrl + $Path)
    $hash = [System.Convert]::ToHexString([System.Security.Cryptography.SHA256]::HashData($utf8.GetBytes($Body))).ToLowerInvariant()
    $canonical = "POST`n$($uri.AbsolutePath)`n`nhost:$($uri.Authority)`nx-amz-date:$stamp`n`nhost;x-amz-date`n$hash"
    $canonicalHash = [System.Convert]::ToHexString([System.Security.Cryptography.SHA256]::HashData($utf8.GetBytes($canonical))).ToLowerInvariant()
    $scope = "$day/us-east-1/route53/aws4_request"
    $key = $utf8.GetBytes("AWS4$($Sandbox.secretKey)")
    foreach ($part in $scope.Split('/')) { $key = Get-Hmac $key $part }
    $signature = [System.Convert]::ToHexString((Get-Hmac $key "AWS4-HMAC-SHA256`n$stamp`n$scope`n$canonicalHash")).ToLowerInvariant()
    $request = [System.Net.Http.HttpRequestMessage]::new('POST', $uri)
    $request.Content = [System.Net.Http.StringContent]::new($Body, $utf8, 'text/xml')
    $null = $request.Headers.TryAddWithoutValidation('x-amz-date', $stamp)
    $null = $request.Headers.TryAddWithoutValidation('Authorization', "AWS4-HMAC-SHA256 Credential=$($Sandbox.accessKey)/$scope, SignedHeaders=host;x-amz-date, Signature=$signature")
    $client = [System.Net.Http.HttpClient]::new()
    try {
        $response = $client.Send($request)
        $text = $response.Content.ReadAsStringAsync().GetAwaiter().GetResult()
        if (-not $response.IsSuccessStatusCode) { throw "Route 53 said $([int]$response.StatusCode): $text" }
        $text
    }
    finally { $client.Dispose() }
}

# A hosted zone with mail servers and an enforcing DMARC record, as a domain that is ready for everything has it.
function New-TestZone($Sandbox, $Name, $Mx = @('mx1', 'mx2'), $Dmarc = 'v=DMARC1; p=reject') {
    $xmlns = 'xmlns="https://route53.amazonaws.com/doc/2013-04-01/"'
    $answer = Invoke-TestRoute53 $Sandbox '/2013-04-01/hostedzone' "<CreateHostedZoneRequest $xmlns><Name>$Name</Name><CallerReference>$([guid]::NewGuid())</CallerReference></CreateHostedZoneRequest>"
    $id = [regex]::Match($answer, '<Id>/hostedzone/([^<]+)</Id>').Groups[1].Value
    $records = @(foreach ($one in $Mx) { "<ResourceRecord><Value>10 $one.$Name.</Value></ResourceRecord>" }) -join ''
    $changes = ''
    if ($records) { $changes += "<Change><Action>CREATE</Action><ResourceRecordSet><Name>$Name</Name><Type>MX</Type><TTL>300</TTL><ResourceRecords>$records</ResourceRecords></ResourceRecordSet></Change>" }
    if ($Dmarc) { $changes += "<Change><Action>CREATE</Action><ResourceRecordSet><Name>_dmarc.$Name</Name><Type>TXT</Type><TTL>300</TTL><ResourceRecords><ResourceRecord><Value>""$Dmarc""</Value></ResourceRecord></ResourceRecords></ResourceRecordSet></Change>" }
    if ($changes) { $null = Invoke-TestRoute53 $Sandbox "/2013-04-01/hostedzone/$id/rrset" "<ChangeResourceRecordSetsRequest $xmlns><ChangeBatch><Changes>$changes</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>" }
    $id
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
