BeforeAll {
    . "$PSScriptRoot/Sandbox.ps1"
    $plain = @{
        'organization-name' = 'Sender Inc.'; 'contact-info' = 'tls@sender.example'; 'report-id' = 'r1'
        'date-range' = @{ 'start-datetime' = '2026-03-01T00:00:00Z'; 'end-datetime' = '2026-03-01T23:59:59Z' }
        policies = , @{
            policy = @{ 'policy-type' = 'sts'; 'policy-domain' = 'example.com'; 'policy-string' = @('version: STSv1'); 'mx-host' = @('mx1.example.com') }
            summary = @{ 'total-successful-session-count' = 40; 'total-failure-session-count' = 3 }
            'failure-details' = , @{
                'result-type' = 'certificate-expired'; 'sending-mta-ip' = '192.0.2.1'; 'receiving-mx-hostname' = 'mx1.example.com'; 'failed-session-count' = 3
            }
        }
    }
    function New-TestReport([string] $Path, [hashtable] $With = @{}) {
        $report = $plain.Clone()
        foreach ($key in $With.Keys) { $report[$key] = $With[$key] }
        $json = ConvertTo-Json $report -Depth 9
        if ($Path) { [IO.File]::WriteAllText($Path, $json) } else { $json }
    }
    function New-TestGZip([string] $Path, [string] $Text) {
        $file = [IO.Compression.GZipStream]::new([IO.File]::Create($Path), [IO.Compression.CompressionMode]::Compress)
        $file.Write([Text.Encoding]::UTF8.GetBytes($Text)); $file.Dispose()
    }
    function Get-TestMessage([string] $Json, [string] $Type = 'application/tlsrpt+json') {
        @"
From: tls@sender.example
TLS-Report-Domain: example.com
MIME-Version: 1.0
Content-Type: multipart/report; report-type=tlsrpt; boundary="b"

--b
Content-Type: text/plain

A report.
--b
Content-Type: $Type
Content-Transfer-Encoding: base64

$([Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($Json), 'InsertLineBreaks'))
--b--

"@
    }
}

Describe 'Import-TlsRptReport' {
    BeforeAll {
        $folder = Join-Path $TestDrive 'in'
        $null = New-Item -ItemType Directory "$folder/mail/cur", "$folder/mail/new", "$folder/mail/tmp"
        New-TestReport "$folder/plain.json"
        New-TestGZip "$folder/odd name [1].gz" (New-TestReport -With @{ 'report-id' = 'r2' })
        Compress-Archive -DestinationPath "$folder/two.zip" -LiteralPath "$folder/plain.json", "$folder/odd name [1].gz"
        [IO.File]::WriteAllText("$folder/mail/cur/1:2,S", (Get-TestMessage (New-TestReport -With @{ 'report-id' = 'r3' })))
        [IO.File]::WriteAllText("$folder/mail/new/2", (Get-TestMessage (New-TestReport -With @{ 'report-id' = 'r4' }) 'application/octet-stream'))
        [IO.File]::WriteAllText("$folder/mail/tmp/3", 'half a mess')
        [IO.File]::WriteAllText("$folder/box.mbox", (5, 6 | ForEach-Object { "From a@b Mon Mar  2 00:00:00 2026`n$(Get-TestMessage (New-TestReport -With @{ 'report-id' = "r$_" }))`n" }) -join '')
        [IO.File]::WriteAllText("$folder/notes.txt", 'call the provider')
    }

    It 'reads everything below a folder, whatever it is packed in, and names what is no report' {
        $reports = Import-TlsRptReport $folder -ErrorVariable problem -ErrorAction SilentlyContinue
        $reports.ReportId | Sort-Object -Unique | Should -Be 'r1', 'r2', 'r3', 'r4', 'r5', 'r6'
        $reports | Should -HaveCount 8
        $reports.IsValid | Should -Not -Contain $false -Because ($reports.Findings -join ' ')
        $problem | Should -HaveCount 1
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'TlsReportRefused,*'
        $problem[0].TargetObject | Should -Be (Join-Path $folder notes.txt)
    }

    It 'reads what lies beside a store, below its parent, behind a link and in a Maildir' {
        $root = New-Item -ItemType Directory "$TestDrive/beside"
        1..6 | ForEach-Object { New-TestReport "$TestDrive/b$_.json" -With @{ 'report-id' = "b$_" } }
        $null = Import-TlsRptReport "$TestDrive/b1.json" | Export-TlsRptReport "$root/store"
        Move-Item "$TestDrive/b2.json" "$root/store"
        $null = New-Item -ItemType Directory "$root/domain=example.com", "$root/mail/cur", "$root/mail/new", "$root/mail/tmp"
        Move-Item "$TestDrive/b3.json" "$root/domain=example.com"
        $null = New-Item -ItemType SymbolicLink "$root/link.json" -Target "$TestDrive/b4.json"
        $null = New-Item -ItemType SymbolicLink "$root/loop" -Target "$root"
        Get-TestMessage (Get-Content "$TestDrive/b5.json" -Raw) | Set-Content "$root/mail/cur/1"
        'x' | Set-Content "$root/mail/dovecot-uidlist"
        Import-TlsRptReport $root -ErrorVariable notRead | ForEach-Object ReportId | Sort-Object | Should -Be b1, b2, b3, b4, b5
        $notRead | Should -BeNullOrEmpty
        Remove-Item "$TestDrive/b6.json"
    }

    It 'says where each report was' {
        (Import-TlsRptReport "$folder/two.zip").Source | Should -Be "$folder/two.zip!plain.json", "$folder/two.zip!odd name [1].gz"
        (Import-TlsRptReport "$folder/box.mbox").Source | Should -Be "$folder/box.mbox#1", "$folder/box.mbox#2"
    }

    It 'takes wildcards, literal names and what Get-ChildItem emits' {
        Import-TlsRptReport "$folder/*.json" | Should -HaveCount 1
        Import-TlsRptReport -LiteralPath "$folder/odd name [1].gz" | Should -HaveCount 1
        Get-ChildItem $folder -File | Where-Object Name -ne notes.txt | Import-TlsRptReport | Should -HaveCount 6
    }

    It 'refuses <Name> and goes on' -ForEach @(
        @{ Name = 'a message without a report'; Text = "From: a@b.example`nSubject: x`n`nhello`n"; Reason = '*without a TLS report: it has text/plain*' }
        @{ Name = 'JSON of something else'; Text = '{"name":"x"}'; Reason = '*no TLS report*' }
        @{ Name = 'an empty file'; Text = ''; Reason = '*It is empty*' }
        @{ Name = 'half a report'; Text = '{"report-id":"x","policies":[{'; Reason = '*not whole JSON*' }
    ) {
        [IO.File]::WriteAllText("$TestDrive/bad", $Text)
        Import-TlsRptReport "$TestDrive/bad", "$folder/plain.json" -ErrorVariable problem -ErrorAction SilentlyContinue | Should -HaveCount 1
        "$problem" | Should -BeLike $Reason
    }

    It 'reads messages of every type, also signed and encrypted ones, without the libraries for these' {
        foreach ($type in 'multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256', 'multipart/encrypted; protocol="application/pgp-encrypted"', 'multipart/alternative', 'multipart/digest') {
            $text = (Get-TestMessage (New-TestReport)) -replace 'multipart/report; report-type=tlsrpt', $type
            [IO.File]::WriteAllText("$TestDrive/m.eml", $text)
            Import-TlsRptReport "$TestDrive/m.eml" | Should -HaveCount 1 -Because $type
        }
        foreach ($type in 'application/pkcs7-mime', 'application/pgp-encrypted', 'application/pgp-keys', 'application/pkcs7-signature', 'message/rfc822', 'message/delivery-status', 'application/ms-tnef') {
            [IO.File]::WriteAllText("$TestDrive/m.eml", ((Get-TestMessage (New-TestReport)) -replace 'text/plain', $type))
            Import-TlsRptReport "$TestDrive/m.eml" | Should -HaveCount 1 -Because $type
        }
    }
}

Describe 'Measure-TlsRptReport' {
    BeforeAll {
        1..4 | ForEach-Object {
            $day = "2026-03-0$_"
            New-TestReport "$TestDrive/m$_.json" @{
                'report-id' = "m$_"; 'organization-name' = ('A', 'B')[$_ % 2]; 'date-range' = @{ 'start-datetime' = "${day}T00:00:00Z"; 'end-datetime' = "${day}T23:59:59Z" }
            }
        }
        $reports = Import-TlsRptReport "$TestDrive/m*.json"
    }

    It 'sums up by <By>' -ForEach @(
        @{ By = @('Domain'); Count = 1 }, @{ By = @('Day'); Count = 4 }, @{ By = @('Sender'); Count = 2 }, @{ By = @('MailServer'); Count = 1 }
        @{ By = @('ResultType'); Count = 1 }, @{ By = @('Policy'); Count = 1 }, @{ By = @('Day', 'Sender', 'ResultType'); Count = 4 }
    ) {
        $rows = $reports | Measure-TlsRptReport -By $By
        $rows | Should -HaveCount $Count
        ($rows | Measure-Object TotalFailureSessionCount -Sum).Sum | Should -Be 12
        ($rows | Measure-Object ReportCount -Sum).Sum | Should -Be 4
    }

    It 'counts a report that comes twice once, in any order' {
        $shuffled = @($reports) + @($reports) | Get-Random -Shuffle
        ($shuffled | Measure-TlsRptReport | ConvertTo-Json) | Should -Be ($reports | Measure-TlsRptReport | ConvertTo-Json)
    }

    It 'explains the result types and compares with the days before' {
        $row = $reports | Measure-TlsRptReport ResultType -Days 2
        $row.Meaning | Should -BeLike '*expired*'
        $row.Fix | Should -BeLike 'Renew*'
        "$($row.Owner)" | Should -Be MailServer
        $row.ReportCount | Should -Be 2
        "$($row.Trend)" | Should -Be Same
    }
}
