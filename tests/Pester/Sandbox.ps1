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

# A signed call past the module, as another administrator of the account makes it, or with -Other, one of another account. The answer's body, ETag in $Tag.
function Invoke-TestAws($Sandbox, $Service, $Method, $Path, $Body = '', $Header = @{}, [switch] $Other) {
    $utf8 = [Text.Encoding]::UTF8
    $hex = { param($bytes) [Convert]::ToHexString($bytes).ToLowerInvariant() }
    $hash = [Security.Cryptography.SHA256]::HashData($utf8.GetBytes($Body))
    $region = $Service -eq 's3' ? 'eu-central-1' : 'us-east-1'
    $time = [DateTime]::UtcNow.ToString('yyyyMMdd\THHmmss\Z', [cultureinfo]::InvariantCulture)
    $address = [Uri]"$($Sandbox.endpointUrl)$Path"
    $headers = [Collections.Generic.SortedDictionary[string, string]]::new([StringComparer]::Ordinal)
    foreach ($key in $Header.Keys) { $headers[$key.ToLowerInvariant()] = $Header[$key] }
    $headers['host'] = $address.Authority
    $headers['x-amz-date'] = $time
    $headers['x-amz-content-sha256'] = & $hex $hash
    if ($Service -eq 's3' -and $Body) { $headers['x-amz-checksum-sha256'] = [Convert]::ToBase64String($hash) }

    # Signature Version 4.
    $query = @($address.Query.TrimStart('?') -split '&' | Where-Object { $_ } | ForEach-Object { $_ -match '=' ? $_ : "$_=" })
    [Array]::Sort($query, [StringComparer]::Ordinal)
    $lines = foreach ($key in $headers.Keys) { "${key}:$($headers[$key])" }
    $signed = $headers.Keys -join ';'
    $request = @($Method, $address.AbsolutePath, ($query -join '&'), ($lines -join "`n"), '', $signed, (& $hex $hash)) -join "`n"
    $scope = "$($time.Substring(0, 8))/$region/$Service/aws4_request"
    $text = "AWS4-HMAC-SHA256`n$time`n$scope`n$(& $hex ([Security.Cryptography.SHA256]::HashData($utf8.GetBytes($request))))"
    [byte[]] $signingKey = $utf8.GetBytes("AWS4$($Other ? $Sandbox.otherSecretKey : $Sandbox.secretKey)")
    foreach ($part in @($scope -split '/') + $text) { $signingKey = [Security.Cryptography.HMACSHA256]::HashData($signingKey, $utf8.GetBytes($part)) }
    $accessKey = $Other ? $Sandbox.otherAccessKey : $Sandbox.accessKey
    $headers['authorization'] = "AWS4-HMAC-SHA256 Credential=$accessKey/$scope, SignedHeaders=$signed, Signature=$(& $hex $signingKey)"
    $null = $headers.Remove('host')
    $answer = Invoke-WebRequest -Method $Method -Uri $address -Headers $headers -Body ($Body ? $utf8.GetBytes($Body) : $null) -NoProxy `
        -SkipHttpErrorCheck -SkipHeaderValidation
    $content = $answer.Content -is [byte[]] ? $utf8.GetString($answer.Content) : $answer.Content
    if ($answer.StatusCode -ge 300) { throw "$Service $Method ${Path}: $content" }
    [pscustomobject]@{ Content = $content; Xml = $content -match '^\s*<' ? [xml]$content.Trim([char]0xFEFF) : $null; ETag = "$($answer.Headers.ETag)" }
}

# Hands of other administrators: each changes one thing in AWS, past the module.
$cloudFront = 'http://cloudfront.amazonaws.com/doc/2020-05-31/'

function Get-TestDistribution($Sandbox, $Domain) {
    $list = (Invoke-TestAws $Sandbox cloudfront GET /2020-05-31/distribution).Xml.DistributionList
    $list.Items.DistributionSummary | Where-Object { $_.Aliases.Items.CNAME -contains "mta-sts.$Domain" }
}

# The asset bucket of a deployed stack.
function Get-TestBucket($Sandbox, $Domain) { ((Get-TestDistribution $Sandbox $Domain).Origins.Items.Origin.DomainName -split '\.')[0] }

# A certificate of ACM's, issued: its validation records are in the hosted zone of the name given.
function New-TestCertificate($Sandbox, [string[]] $Names, [switch] $Pending, [switch] $Other) {
    $acm = { param($operation, $body) (Invoke-TestAws $Sandbox acm POST / ($body | ConvertTo-Json) -Other:$Other @{
                'content-type' = 'application/x-amz-json-1.1'; 'x-amz-target' = "CertificateManager.$operation"
            }).Content | ConvertFrom-Json }
    $arn = (& $acm RequestCertificate @{ DomainName = $Names[0]; SubjectAlternativeNames = $Names; ValidationMethod = 'DNS' }).CertificateArn
    if (-not $Pending) {
        # ACM names the records a moment later.
        do { $options = (& $acm DescribeCertificate @{ CertificateArn = $arn }).Certificate.DomainValidationOptions } until ($options[0].ResourceRecord)
        Set-TestRecord $Sandbox @($options | ForEach-Object { @{ Name = $_.ResourceRecord.Name; Type = 'CNAME'; Value = $_.ResourceRecord.Value } })
    }

    $arn
}

# A stack with no settings, published in no time.
function New-TestStack($Domain) {
    New-TestZone $sandbox $Domain
    $null = Publish-EmailSecurityStack $Domain
}

# The hosted zone of a name's last two labels.
function Get-TestZone($Sandbox, $Name) {
    $zone = ($Name.TrimEnd('.') -split '\.')[-2..-1] -join '.'
    $zones = (Invoke-TestAws $Sandbox route53 GET "/2013-04-01/hostedzonesbyname?dnsname=$zone").Xml.ListHostedZonesByNameResponse.HostedZones.HostedZone
    $zones | Where-Object Name -eq "$zone." | Select-Object -First 1
}

function Set-TestRecord($Sandbox, $Records) {
    Edit-TestZone $Sandbox $Records[0].Name ($Records | ForEach-Object {
            $values = $_.Value | ForEach-Object { "<ResourceRecord><Value>$_</Value></ResourceRecord>" }
            "<Change><Action>UPSERT</Action><ResourceRecordSet><Name>$($_.Name)</Name><Type>$($_.Type)</Type><TTL>300</TTL>" +
            "<ResourceRecords>$values</ResourceRecords></ResourceRecordSet></Change>"
        })
}

# Deletes the alias records of a name.
function Remove-TestAlias($Sandbox, $Name) {
    $id = (Get-TestZone $Sandbox $Name).Id
    $sets = (Invoke-TestAws $Sandbox route53 GET "/2013-04-01$id/rrset").Xml.ListResourceRecordSetsResponse.ResourceRecordSets.ResourceRecordSet
    Edit-TestZone $Sandbox $Name ($sets | Where-Object { $_.Name -eq "$Name." -and $_.AliasTarget } | ForEach-Object {
            "<Change><Action>DELETE</Action>$($_.OuterXml)</Change>"
        })
}

function Edit-TestZone($Sandbox, $Name, $Changes) {
    $null = Invoke-TestAws $Sandbox route53 POST "/2013-04-01$((Get-TestZone $Sandbox $Name).Id)/rrset" -Header @{ 'content-type' = 'text/xml' } -Body (
        '<ChangeResourceRecordSetsRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/">' +
        "<ChangeBatch><Changes>$Changes</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>")
}

function Edit-TestDistribution($Sandbox, $Id, [scriptblock] $Edit, [switch] $Other) {
    $now = Invoke-TestAws $Sandbox cloudfront GET "/2020-05-31/distribution/$Id/config" -Other:$Other
    $null = & $Edit $now.Xml.DistributionConfig
    $header = @{ 'If-Match' = $now.ETag; 'content-type' = 'text/xml' }
    $null = Invoke-TestAws $Sandbox cloudfront PUT "/2020-05-31/distribution/$Id/config" $now.Xml.OuterXml $header -Other:$Other
}

# All alternate domain names of a distribution.
function Set-TestAlias($Sandbox, $Id, [string[]] $Names, $Certificate, [switch] $Other) {
    Edit-TestDistribution $Sandbox $Id -Other:$Other {
        param($config)
        $config.Aliases.InnerXml = "<Quantity xmlns='$cloudFront'>$($Names.Count)</Quantity>" + ($Names ?
            "<Items xmlns='$cloudFront'>$($Names.ForEach({ "<CNAME>$_</CNAME>" }))</Items>" : '')
        if ($Certificate) { $config.ViewerCertificate.ACMCertificateArn = $Certificate }
    }
}

# A distribution of another tool: it has one name, and reads a bucket as the AWS CDK's sample does, or another web server.
function New-TestDistribution($Sandbox, $Alias, $Certificate, $Bucket, $Identity, [switch] $Other) {
    $origin = $Bucket ? "<DomainName>$Bucket.s3.eu-central-1.amazonaws.com</DomainName><S3OriginConfig><OriginAccessIdentity>origin-access-identity/cloudfront/" +
        "$Identity</OriginAccessIdentity></S3OriginConfig>" : '<DomainName>www.example.org</DomainName><CustomOriginConfig><HTTPPort>80</HTTPPort>' +
        '<HTTPSPort>443</HTTPSPort><OriginProtocolPolicy>https-only</OriginProtocolPolicy></CustomOriginConfig>'
    $body = "<DistributionConfig xmlns='$cloudFront'><CallerReference>$Alias</CallerReference><Aliases><Quantity>1</Quantity><Items><CNAME>$Alias</CNAME></Items>" +
        "</Aliases><Origins><Quantity>1</Quantity><Items><Origin><Id>o</Id>$origin</Origin></Items></Origins><DefaultCacheBehavior><TargetOriginId>o</TargetOriginId>" +
        '<ViewerProtocolPolicy>https-only</ViewerProtocolPolicy><CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId></DefaultCacheBehavior>' +
        "<Comment>theirs</Comment><ViewerCertificate><ACMCertificateArn>$Certificate</ACMCertificateArn><SSLSupportMethod>sni-only</SSLSupportMethod>" +
        '<MinimumProtocolVersion>TLSv1.2_2021</MinimumProtocolVersion></ViewerCertificate><Enabled>true</Enabled></DistributionConfig>'
    (Invoke-TestAws $Sandbox cloudfront POST /2020-05-31/distribution $body @{ 'content-type' = 'text/xml' } -Other:$Other).Xml.Distribution
}

# A bucket that others made, with one object; in the account's own namespace where its name ends so.
function New-TestBucket($Sandbox, $Name, $Key, $Content = 'theirs', [switch] $Other) {
    $region = '<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>eu-central-1</LocationConstraint></CreateBucketConfiguration>'
    $header = $Name -like '*-an' ? @{ 'x-amz-bucket-namespace' = 'account-regional' } : @{}
    $null = Invoke-TestAws $Sandbox s3 PUT "/$Name" $region $header -Other:$Other
    if ($Key) { $null = Invoke-TestAws $Sandbox s3 PUT "/$Name/$Key" $Content -Other:$Other }
}

# The names of the buckets that a domain would have.
function Get-TestBucketName($Domain, [string] $Suffix) {
    $stack = $Suffix ? (New-EmailSecurityStack $Domain -BucketSuffix $Suffix) : (New-EmailSecurityStack $Domain)
    ($stack | Get-EmailSecurityPlan | Where-Object Resource -eq 'S3 bucket').Target
}

function Remove-TestDistribution($Sandbox, $Id) {
    Edit-TestDistribution $Sandbox $Id { $args[0].Enabled = 'false' }
    $etag = (Invoke-TestAws $Sandbox cloudfront GET "/2020-05-31/distribution/$Id/config").ETag
    $null = Invoke-TestAws $Sandbox cloudfront DELETE "/2020-05-31/distribution/$Id" -Header @{ 'If-Match' = $etag }
}

function Remove-TestBucket($Sandbox, $Bucket) {
    $all = (Invoke-TestAws $Sandbox s3 GET "/${Bucket}?versions").Xml.ListVersionsResult
    foreach ($item in @($all.Version) + @($all.DeleteMarker) | Where-Object { $_ }) {
        $null = Invoke-TestAws $Sandbox s3 DELETE "/$Bucket/$($item.Key)?versionId=$($item.VersionId)"
    }

    $null = Invoke-TestAws $Sandbox s3 DELETE "/$Bucket"
}
