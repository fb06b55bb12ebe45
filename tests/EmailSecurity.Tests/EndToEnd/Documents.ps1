# Runs the PowerShell blocks of documents as a reader types them: the blocks of a document in order, as one session. Writes what each printed, and its errors.
param(
    # A copy of the project folder as a reader has it after the build, with the files that a reader brings.
    [Parameter(Mandatory)] [string] $Folder,
    # The documents, as JSON: name, the file that leads to the document's sandbox, and the blocks: text, whether it runs here, and what the reader has done before.
    [Parameter(Mandatory)] [string] $DocumentsPath,
    # Where the result goes, as JSON: for each document's name an array of output and errors for each block.
    [Parameter(Mandatory)] [string] $ResultPath
)

# Commands that only Windows has, or another module.
$elsewhere = 'New-ScheduledTaskAction', 'New-ScheduledTaskTrigger', 'Register-ScheduledTask', 'Get-CWMetricStatistic'

# What the owner of example.com does in the console of the DNS host: publishes the records that are missing.
function Publish-MissingRecord($Stack) {
    $sandbox = Get-Content $env:EMAILSECURITY_SANDBOX | ConvertFrom-Json
    $zone = "$($sandbox.adminUrl)/hostedzones/example.com"
    $records = @(
        Invoke-RestMethod $zone -NoProxy | ForEach-Object { $_ } | Where-Object type -notin NS, SOA
        $Stack | Get-EmailSecurityDnsRecord -Status Missing | ForEach-Object {
            @{ name = $_.Name; type = "$($_.Type)"; values = @(if ("$($_.Type)" -eq 'TXT') { """$($_.Value)""" } else { $_.Value }) }
        })
    $null = Invoke-RestMethod -Method Put $zone -Body (ConvertTo-Json $records -Depth 5) -ContentType application/json -NoProxy
}

# What the owner of another domain has before: a hosted zone with a mail server.
function Add-HostedZone($Name) {
    $sandbox = Get-Content $env:EMAILSECURITY_SANDBOX | ConvertFrom-Json
    $records = @{ name = $Name; type = 'MX'; values = @("10 mx1.$Name.") }, @{ name = "_dmarc.$Name"; type = 'TXT'; values = @('"v=DMARC1; p=reject"') }
    $null = Invoke-RestMethod -Method Put "$($sandbox.adminUrl)/hostedzones/$Name" -Body (ConvertTo-Json $records) -ContentType application/json -NoProxy
}

# What a certification authority sends: a mark certificate for the logo.
function Save-MarkCertificate {
    $sandbox = Get-Content $env:EMAILSECURITY_SANDBOX | ConvertFrom-Json
    Invoke-RestMethod -Method Post "$($sandbox.adminUrl)/markcertificates?domain=example.com&kind=vmc" -InFile ./assets/logo.svg -OutFile mark.pem -NoProxy
}

. "$PSScriptRoot/../Support/Test-Block.ps1"

function Invoke-Document($__document) {
    $env:EMAILSECURITY_SANDBOX = $__document.Sandbox
    foreach ($__block in $__document.Blocks) {
        $__output = ''
        $Error.Clear()
        if (-not $__block.Runs) {
            @{ Output = ''; Errors = @(Test-Block $__block.Text $elsewhere) }
            continue
        }

        # Dot-sourced, so that variables last until the document's end; rendered, as a prompt would: a view that fails is an error too.
        try {
            $null = . ([scriptblock]::Create($__block.Before))
            $__output = . ([scriptblock]::Create($__block.Text)) | Out-String -Width 400
        } catch { $Error.Add($_) }
        # A test that Pester skips is no error, though Pester raises it as one.
        @{ Output = "$__output"; Errors = @($Error | Where-Object FullyQualifiedErrorId -NE PesterTestSkipped | ForEach-Object { "$_ [$($_.FullyQualifiedErrorId)]" } | Select-Object -Unique) }
    }
}

Set-Location $Folder
Import-Module ./EmailSecurity.psd1 -ErrorAction Stop
$result = @{}
foreach ($document in Get-Content $DocumentsPath -Raw | ConvertFrom-Json) {
    Copy-Item $document.Sandbox ./sandbox.json
    $result[$document.Name] = @(Invoke-Document $document)
}

ConvertTo-Json $result -Depth 5 | Set-Content $ResultPath
