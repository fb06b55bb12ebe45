# Runs the examples of the help pages, each page's in order at a place of its own, as at a prompt; writes the errors of each example.
param(
    # The pages, as JSON: name, folder, the file that leads to the page's sandbox, and the examples.
    [Parameter(Mandatory)] [string] $PagesPath,
    # Pester's manifest, for the examples that run it.
    [Parameter(Mandatory)] [string] $PesterPath,
    # Where the result goes, as JSON: for each page's name an array of errors for each example.
    [Parameter(Mandatory)] [string] $ResultPath
)

. "$PSScriptRoot/../Support/Test-Block.ps1"
Import-Module "$PSScriptRoot/../../../EmailSecurity.psd1", $PesterPath -ErrorAction Stop
$result = @{}
foreach ($page in Get-Content $PagesPath -Raw | ConvertFrom-Json) {
    Set-Location $page.Folder
    $env:EMAILSECURITY_SANDBOX = $page.Sandbox
    $null = New-EmailSecurityStack example.com -ReportUri tls-reports@example.com | Publish-EmailSecurityStack -ErrorAction Stop
    $result[$page.Name] = @(foreach ($example in $page.Examples) {
            # What needs more than a sandbox says so; there are such commands and parameters all the same.
            if ($example.StartsWith('# Not on the sandbox: ')) {
                , @(Test-Block $example)
                continue
            }

            $Error.Clear()
            # Rendered, as a prompt would: a view that fails is an error too.
            try { $null = & ([scriptblock]::Create($example)) | Out-String } catch { $Error.Add($_) }
            # A test that Pester skips is no error, though Pester raises it as one.
            , @($Error | Where-Object FullyQualifiedErrorId -NE PesterTestSkipped | ForEach-Object { "$_ [$($_.FullyQualifiedErrorId)]" } | Select-Object -Unique)
        })
}

ConvertTo-Json $result -Depth 5 | Set-Content $ResultPath
