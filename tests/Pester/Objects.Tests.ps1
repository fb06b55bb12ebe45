# What every command emits, through every way in which people keep and show objects. A new command or type that has no example or no view here fails.
BeforeDiscovery {
    . "$PSScriptRoot/Sandbox.ps1"
    $commands = (Get-Command -Module EmailSecurity).Name | ForEach-Object { @{ Command = $_ } }
    $emitting = @($commands | Where-Object { (Get-Command $_.Command).OutputType.Name -match '^EmailSecurity\.' })
    $types = (Get-Command -Module EmailSecurity).OutputType.Name | Where-Object { $_ -like 'EmailSecurity.*' } | Sort-Object -Unique | ForEach-Object { @{ Type = $_ } }
}

BeforeAll {
    . "$PSScriptRoot/Sandbox.ps1"
    $sandbox = Start-TestSandbox
    $PSDefaultParameterValues = Get-TestDefault $sandbox
    $rendering, $culture = $PSStyle.OutputRendering, [cultureinfo]::CurrentCulture
    $PSStyle.OutputRendering = 'PlainText'
    [cultureinfo]::CurrentCulture = 'en-US'
    $WarningPreference = 'SilentlyContinue'

    foreach ($domain in 'objects.example', 'other.example', 'gone.example', 'waiting-for-a-rather-long-name.example') { New-TestZone $sandbox $domain }
    $settings = @{
        ReportUri = 'tls@objects.example', 'https://reports.objects.example/v1'; Tag = @{ Owner = 'mail'; Cost = '7' }; LogoPath = $Logo
        Mode = 'Testing'; MxHost = 'mx1.objects.example', '*.objects.example'; MaxAge = 3600
    }
    $described = New-EmailSecurityStack objects.example @settings
    $planned = $described | Publish-EmailSecurityStack -WhatIf
    $plan = $described | Get-EmailSecurityPlan
    $published = $described | Publish-EmailSecurityStack
    $drift = $published | Get-EmailSecurityPlan
    $null = New-EmailSecurityStack gone.example -MxHost mx1.gone.example | Publish-EmailSecurityStack
    $dot = Get-Item (New-Item -ItemType Directory "$TestDrive/out")
    $pem = "$TestDrive/mark.pem"
    [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=objects.example', [Security.Cryptography.ECDsa]::Create(),
        [Security.Cryptography.HashAlgorithmName]::SHA256).CreateSelfSigned('2026-01-01', '2030-01-01').ExportCertificatePem() | Set-Content $pem

    $reportFile = "$TestDrive/reports.json"
    @'
    {"organization-name":"Sender of a Rather Long Name Inc.","date-range":{"start-datetime":"2026-03-01T00:00:00Z","end-datetime":"2026-03-01T23:59:59Z"},"contact-info":"tls@sender.example",
     "report-id":"r1","policies":[{"policy":{"policy-type":"sts","policy-string":["version: STSv1","mode: testing"],"policy-domain":"a-rather-long-name.objects.example","mx-host":["mx1.objects.example","mx2.objects.example"],"x-note":[1]},
     "summary":{"total-successful-session-count":123456,"total-failure-session-count":3},"failure-details":[{"result-type":"certificate-expired","sending-mta-ip":"192.0.2.1","receiving-mx-hostname":"mx1.objects.example","failed-session-count":3}]}]}
    {"organization-name":"B","report-id":"r2","policies":[]}
'@ | Set-Content $reportFile
    $reports = Import-TlsRptReport $reportFile

    # Examples of what each command emits, in as many states as there are.
    $emitted = @{
        'New-EmailSecurityStack'           = $described, (New-EmailSecurityStack plain.example)
        'New-MtaStsPolicy'                 = (New-MtaStsPolicy objects.example -MxHost mx1.objects.example), ($described | New-MtaStsPolicy -MxHost mx1.objects.example)
        'Publish-EmailSecurityStack'       = $planned, $published, ($described | Publish-EmailSecurityStack -WhatIf),
        (New-EmailSecurityStack waiting-for-a-rather-long-name.example -DnsHost External -MxHost mx.objects.example | Publish-EmailSecurityStack -NoWait)
        'Publish-MtaStsPolicy'             = (New-MtaStsPolicy other.example -MxHost mx1.other.example | Publish-MtaStsPolicy)
        'Publish-BimiAssets'               = (Publish-BimiAssets other.example -LogoPath $Logo)
        'Set-TlsRptRecord'                 = (Set-TlsRptRecord other.example -ReportUri tls@other.example), (Set-TlsRptRecord gone.example -ReportUri tls@other.example -WhatIf)
        'Get-EmailSecurityStack'           = (Get-EmailSecurityStack)
        'Get-EmailSecurityPlan'            = $plan
        'Get-EmailSecurityDnsRecord'       = (Get-EmailSecurityDnsRecord objects.example), (New-EmailSecurityStack plain.example -MxHost mx.plain.example | Get-EmailSecurityDnsRecord)
        'Export-EmailSecurityDnsRecord'    = (Export-EmailSecurityDnsRecord objects.example), (Export-EmailSecurityDnsRecord objects.example -Path $dot)
        'Remove-EmailSecurityStack'        = (Remove-EmailSecurityStack gone.example -Confirm:$false)
        'Test-EmailSecurity'               = (Test-EmailSecurity objects.example, nothing.example)
        'Test-MtaSts'                      = (Test-MtaSts objects.example, gone.example)
        'Test-TlsRpt'                      = (Test-TlsRpt objects.example)
        'Test-Bimi'                        = (Test-Bimi objects.example)
        'Test-Dmarc'                       = (Test-Dmarc objects.example)
        'Test-MtaStsPolicy'                = (Test-MtaStsPolicy -Text "version: STSv1`nmode: enforced`nmax_age: 5"), ($published | Test-MtaStsPolicy)
        'Test-MtaStsReadiness'             = (Test-MtaStsReadiness objects.example -Report $reports), (Test-MtaStsReadiness nothing.example)
        'Test-EmailSecurityRecord'         = @(
            Test-EmailSecurityRecord -Kind MtaSts -Value 'v=STSv1; id=1; a=b; c=d;'
            Test-EmailSecurityRecord -Kind TlsRpt -Value 'v=TLSRPTv1; rua=mailto:a@objects.example,https://b.objects.example; x=y'
            Test-EmailSecurityRecord -Kind Bimi -Value 'v=BIMI1; l=https://objects.example/l.svg; a=; avp=brand; lps=news,offers'
            Test-EmailSecurityRecord -Kind Dmarc -Value 'v=DMARC1; p=quarantine; sp=none; rua=mailto:a@objects.example,mailto:b@objects.example; fo=1:d; pct=50'
        )
        'Test-BimiLogo'                    = (Test-BimiLogo $Logo)
        'Test-MarkCertificate'             = (Test-MarkCertificate $pem -Domain objects.example)
        'ConvertTo-BimiLogo'               = (ConvertTo-BimiLogo $Logo -Destination "$TestDrive/out/logo.svg"), (ConvertTo-BimiLogo $Logo -Destination "$TestDrive/out/again.svg" -PassThru)
        'Export-EmailSecurityReport'       = (Test-Dmarc objects.example | Export-EmailSecurityReport "$TestDrive/out/report.md")
        'Export-TlsRptReport'              = ($reports | Export-TlsRptReport "$TestDrive/out/store"), (Export-TlsRptReport "$TestDrive/out/store" -Compact)
        'Get-EmailSecurityVerification'    = (Get-EmailSecurityVerification)
        'Get-TlsRptAthenaTable'            = (Get-TlsRptAthenaTable bucket-1 tls/)
        'Import-TlsRptReport'              = $reports
        'Measure-TlsRptReport'             = ($reports | Measure-TlsRptReport), ($reports | Measure-TlsRptReport ResultType, MailServer, Day), ($reports | Measure-TlsRptReport Sender, Policy)
    }
    foreach ($command in @($emitted.Keys)) { $emitted[$command] = @($emitted[$command] | ForEach-Object { $_ }) }

    # A policy that came with a deployed stack, and objects inside of objects that people pipe on.
    $inside = @{
        Finding = $emitted['Test-EmailSecurity'].Findings; Observation = $emitted['Test-EmailSecurity'].Observed; History = (Get-EmailSecurityStack gone.example).PolicyHistory
        Record = $published.Records; Removal = $emitted['Remove-EmailSecurityStack'].Removal; Logo = $described.Logo; Value = $emitted.Values.Value | Where-Object { $_ }
    }
    function Get-Kept($Object) {
        $Object | Export-Clixml "$TestDrive/kept.xml"
        Import-Clixml "$TestDrive/kept.xml"
    }

    # A type's name, what .NET calls an array, or what PowerShell makes of an object that is too deep.
    $unreadable = '\b(System|EmailSecurity|Deserialized)\.[A-Z]|<>|`\d\[|@\{'
    function Get-Cell($Objects) { ($Objects | ConvertTo-Csv | ConvertFrom-Csv | ForEach-Object { $_.PSObject.Properties }) }
    function Get-Text($Objects, $Width = 80) { ($Objects | Out-String -Width $Width) -replace ' +(\r?\n)', '$1' }
    function Get-Squeezed($Text) { "$Text" -replace '\s' }
    $of = { param($command) $emitted[$command] | Where-Object { $_.GetType().FullName -like 'EmailSecurity.*' } }
}

AfterAll {
    $PSStyle.OutputRendering = $rendering
    [cultureinfo]::CurrentCulture = $culture
    Stop-TestSandbox $sandbox
}

Describe 'What <Command> emits' -ForEach $commands {
    It 'is here, and of the types that the command names' {
        $emitted[$Command] | Should -Not -BeNullOrEmpty
        $named = (Get-Command $Command).OutputType.Type
        foreach ($object in $emitted[$Command]) { $object.GetType() | Should -BeIn $named }
    }
}

Describe 'An object of <Command>' -ForEach $emitting {
    It 'has no property that throws' {
        { foreach ($object in & $of $Command) { foreach ($property in $object.PSObject.Properties) { $null = $property.Value } } } | Should -Not -Throw
    }

    It 'is whole in JSON, with names for values' {
        foreach ($object in & $of $Command) {
            $json = ConvertTo-Json $object -Depth $(if ($Command -eq 'Import-TlsRptReport') { 5 } else { 2 }) -WarningVariable cut
            $cut | Should -BeNullOrEmpty -Because "nothing of this is too deep: $json"
            $json | Should -Not -Match $unreadable
            $read = $json | ConvertFrom-Json
            foreach ($property in $object.PSObject.Properties) { if ($property.Value -is [enum]) { $read.($property.Name) | Should -BeExactly "$($property.Value)" } }
        }

        $null = & $of $Command | ConvertTo-Json -Depth $(if ($Command -eq 'Import-TlsRptReport') { 6 } else { 3 }) -WarningVariable cut
        $cut | Should -BeNullOrEmpty -Because 'a list is one level more'
    }

    It 'has only readable cells in CSV' {
        Get-Cell (& $of $Command) | Where-Object Value -match $unreadable | ForEach-Object { "$_" } | Should -BeNullOrEmpty
    }

    It 'is the same after Export-Clixml and Import-Clixml' {
        foreach ($object in & $of $Command) {
            $kept = Get-Kept $object
            Get-Text $kept | Should -BeExactly (Get-Text $object)
            # What was parsed comes back as its properties.
            $shown = { param($o) $o | Select-Object -ExcludeProperty Value * }
            & $shown $kept | ConvertTo-Csv | Should -BeExactly (& $shown $object | ConvertTo-Csv)
            & $shown $kept | ConvertTo-Json -Depth 6 | Should -BeExactly (& $shown $object | ConvertTo-Json -Depth 6)
        }
    }

    It 'groups and compares by names' {
        foreach ($object in @(& $of $Command; Get-Kept (& $of $Command))) {
            foreach ($property in $object.PSObject.Properties) {
                if ($property.Value -isnot [enum]) { continue }
                $name = "$($property.Value)"
                ($object | Group-Object $property.Name).Name -ceq $name -and $property.Value -eq $name -and $property.Value -eq $object.($property.Name) |
                    Should -BeTrue -Because "$($property.Name) is $name"
            }
        }
    }

    It 'is not cut off at 80 columns' {
        foreach ($object in & $of $Command) {
            $text = Get-Text $object
            $text | Should -Not -Match ([char]0x2026)
            ($text -split '\r?\n' | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 80
        }
    }
}

Describe 'The type <Type>' -ForEach $types {
    It 'has a view of its own' { Get-FormatData -TypeName $Type | Should -Not -BeNullOrEmpty }
}

Describe 'What matters' {
    It 'is all in the table at 80 columns: <What>' -ForEach @(
        @{ What = 'the worst finding'; Objects = { $emitted['Test-MtaStsPolicy'], $emitted['Test-MarkCertificate'] | ForEach-Object { $_ } | Where-Object Status -eq 'Fail' }; Needed = { @($_.Findings | Where-Object Severity -eq 'Error')[0].Message } }
        @{ What = 'the domain'; Objects = { $emitted['Test-EmailSecurity'] }; Needed = { $_.Domain } }
        @{ What = 'a finding'; Objects = { $inside.Finding }; Needed = { $_.Message } }
        @{ What = 'what a stack waits for'; Objects = { $emitted.Values | ForEach-Object { $_ } | Where-Object WaitingFor }; Needed = { $_.WaitingFor } }
        @{ What = 'why something is to change'; Objects = { $plan }; Needed = { $_.Consequence ? $_.Consequence : $_.Reason } }
        @{ What = 'what is to change'; Objects = { $plan }; Needed = { $_.Target } }
        @{ What = 'the value of a record'; Objects = { $published.Records }; Needed = { $_.Value } }
        @{ What = 'the name of a record'; Objects = { $published.Records }; Needed = { $_.Name } }
        @{ What = 'mail servers'; Objects = { $published.Policy }; Needed = { $_.MxHosts -join ',' } }
        @{ What = 'ids of policies'; Objects = { $inside.History }; Needed = { $_.Id } }
        @{ What = 'the name of a checked file'; Objects = { $emitted['Test-BimiLogo'] }; Needed = { 'logo.svg' } }
    ) {
        $all = @(& $Objects)
        $all | Should -Not -BeNullOrEmpty
        foreach ($object in $all) {
            # Each column from top to bottom: a cell goes on in the lines below it.
            $lines = @((Get-Text $object) -split '\r?\n' | Where-Object { $_ })
            $rule = $lines | Where-Object { $_ -match '^-[- ]+$' } | Select-Object -First 1
            $starts = @([regex]::Matches($rule, '-+').Index) + 80
            $rows = $lines[([array]::IndexOf($lines, $rule) + 1)..($lines.Count - 1)]
            $cells = for ($i = 0; $i -lt $starts.Count - 1; $i++) {
                Get-Squeezed (@($rows | ForEach-Object { $_.PadRight(80).Substring($starts[$i], $starts[$i + 1] - $starts[$i]) }) -join '')
            }
            $all = $cells -join '|'
            foreach ($text in $object | ForEach-Object $Needed) { if (-not $all.Contains((Get-Squeezed $text))) { $all | Should -BeExactly $text } }
        }
    }

    It 'is readable where objects inside are piped on: <_>' -ForEach 'Finding', 'Observation', 'History', 'Record', 'Removal', 'Logo' {
        $objects = $inside[$_]
        $objects | Should -Not -BeNullOrEmpty
        Get-Cell $objects | Where-Object Value -match $unreadable | ForEach-Object { "$_" } | Should -BeNullOrEmpty
        $json = $objects | ConvertTo-Json -WarningVariable cut
        $cut | Should -BeNullOrEmpty
        $json | Should -Not -Match $unreadable
        Get-Text (Get-Kept $objects) | Should -BeExactly (Get-Text $objects)
    }

    It 'is in what was parsed' {
        foreach ($value in $inside.Value) {
            Get-Cell $value | Where-Object Value -match $unreadable | ForEach-Object { "$($value.GetType()) $_" } | Should -BeNullOrEmpty
            $json = $value | ConvertTo-Json -WarningVariable cut
            $cut | Should -BeNullOrEmpty -Because $value.GetType()
            $json | Should -Not -Match $unreadable
        }
    }
}

Describe 'Lists and tables' {
    It 'are lists to PowerShell, and their items in text' {
        $described.MxHost | Should -HaveCount 2
        $described.MxHost[1] | Should -Be '*.objects.example'
        $described.MxHost -contains 'mx1.objects.example' | Should -BeTrue
        "$($described.MxHost)" | Should -Be 'mx1.objects.example *.objects.example'
        $described.Tag['Owner'] | Should -Be 'mail'
        $described.Tag.Cost | Should -Be '7'
        $row = $described | ConvertTo-Csv | ConvertFrom-Csv
        $row.MxHost | Should -Be 'mx1.objects.example; *.objects.example'
        $row.Tag | Should -Be 'Cost=7; Owner=mail'
        ($described | ConvertTo-Json | ConvertFrom-Json).MxHost | Should -HaveCount 2
    }

    It 'keep what is hidden reachable by name' {
        $described.Wish.MxHost | Should -HaveCount 2
        $published.State.Status | Should -Be 'Deployed'
        $described.Logo.Bytes | Should -HaveCount $described.Logo.Size
        $published.Policy.Findings.Code | Should -Be 'PolicyMaxAgeShort'
        $emitted['Test-BimiLogo'].Value.Providers.Provider | Should -Be 'Gmail', 'Apple', 'Yahoo', 'Fastmail'
        (Get-Kept $described).Logo.Bytes | Should -Be $described.Logo.Bytes
    }
}

Describe 'Colours' {
    It 'are those of $PSStyle, and only where output is rendered with them' {
        $results = $emitted['Test-EmailSecurity']
        $PSStyle.OutputRendering = 'Ansi'
        try {
            $coloured = $results | Out-String -Width 120
            $coloured | Should -Match ([regex]::Escape("$($PSStyle.Formatting.Warning)Warning$($PSStyle.Reset)"))
        }
        finally { $PSStyle.OutputRendering = 'PlainText' }

        $plain = $results | Out-String -Width 120
        $plain | Should -Not -Match ([char]27)
        # The same text in the same columns.
        $coloured -replace '\x1b\[[0-9;]*m' -replace ' +(?=\r?\n)' | Should -BeExactly ($plain -replace ' +(?=\r?\n)')
    }

    It 'are in no value' {
        $emitted.Values | ForEach-Object { $_ } | ForEach-Object { $_ | ConvertTo-Csv } | Where-Object { $_.Contains([char]27) } | Should -BeNullOrEmpty
    }
}

Describe 'A stack' {
    It 'is whole, whichever command emits it' {
        foreach ($stack in $published, ($described | Publish-EmailSecurityStack -WhatIf), ($described | Publish-EmailSecurityStack -NoWait),
            (New-EmailSecurityStack objects.example | Publish-EmailSecurityStack -WhatIf), (New-MtaStsPolicy objects.example -MxHost mx1.objects.example | Publish-MtaStsPolicy -WhatIf)) {
            foreach ($property in 'AssetBucket', 'LogBucket', 'DistributionId', 'DistributionDomainName', 'CertificateArn', 'CertificateStatus', 'CertificateNotAfter',
                'HostedZoneId', 'PolicyId', 'PolicyUrl', 'LogoUrl', 'ReportUri', 'Policy', 'Mode', 'MxHost', 'AccountId', 'BucketRegion', 'Records', 'Tag') {
                $stack.$property | Should -Not -BeNullOrEmpty -Because $property
            }

            $stack.Status | Should -Be 'Deployed'
            $stack.Records.Name | Sort-Object -Unique | Should -Be ($published.Records.Name | Sort-Object -Unique)
            $stack.Tag.Owner | Should -Be 'mail'
        }
    }

    It 'is absent where -WhatIf found nothing of it' {
        $planned.Status | Should -Be 'Absent'
        $planned.Records | Should -Not -BeNullOrEmpty
        $planned.AccountId | Should -Not -BeNullOrEmpty
        $planned.Mode | Should -Be 'Testing'
    }

    It 'is not in what Remove-EmailSecurityStack -WhatIf emits, for it would be gone' {
        Remove-EmailSecurityStack objects.example -WhatIf | Should -BeNullOrEmpty
    }
}

Describe 'Exported records' {
    It 'are what the zone has, as <_>' -ForEach 'Json', 'Csv' {
        $zone = (Get-TestZone $sandbox objects.example).Id
        $sets = (Invoke-TestAws $sandbox route53 GET "/2013-04-01$zone/rrset").Xml.ListResourceRecordSetsResponse.ResourceRecordSets.ResourceRecordSet
        $ours = $sets | Where-Object { $_.AliasTarget -or $_.Type -in 'CNAME', 'TXT' } | Where-Object Name -notlike '_dmarc.*' | ForEach-Object {
            "$($_.Name.TrimEnd('.')) $($_.Type) $($_.AliasTarget ? $_.AliasTarget.DNSName : $_.ResourceRecords.ResourceRecord.Value)" -replace '"' -replace '\.$'
        }
        $text = Export-EmailSecurityDnsRecord objects.example -Format $_
        $exported = $(if ($_ -eq 'Json') { $text | ConvertFrom-Json } else { $text | ConvertFrom-Csv }) | ForEach-Object { "$($_.name) $($_.type) $($_.value)" }
        $exported | Sort-Object | Should -Be ($ours | Sort-Object)
    }

    It 'have no CNAME where an alias is, as <_>' -ForEach 'Bind', 'Json', 'Csv', 'DnsControl', 'OctoDns' {
        $text = Export-EmailSecurityDnsRecord objects.example -Format $_
        $text -split '\r?\n' | Where-Object { $_ -match 'cloudfront' } | Should -Not -Match 'CNAME'
        $text | Should -Match 'acm-validations'
    }

    It 'go to a file whose name has brackets' {
        $null = Export-EmailSecurityDnsRecord objects.example -LiteralPath "$TestDrive/records[1].zone"
        Test-Path -LiteralPath "$TestDrive/records[1].zone" | Should -BeTrue
    }
}
