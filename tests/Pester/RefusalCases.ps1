# The cases of Refusals.Tests.ps1. A case:
#   Id       the error id.
#   Set      prepares what the user does not know of.
#   Command  what the user types.
#   Told     in the message; * stands for anything.
#   Next     in the recommended action, word for word; a command is run as it is, <..> in it being what only the user knows (Known).
#   Run      what the user types next where Next is no whole command: an addition to the same command that begins with a space, or another command.
#   Fix      does before that what Next says in words: in DNS, in a console of AWS.
#   After    in the recommended action too, and run after the next command.
#   Then     error ids that the next command meets; without it, there are none.
#   Writes   true where the refused command has changed something by then.
@(
    @{
        Id = 'HostedZoneNotFound'; Command = 'Publish-EmailSecurityStack nozone.example'; Told = 'no public Route 53 hosted zone for nozone.example'
        Set = { $null = Invoke-TestAdmin $sandbox Put /zones/nozone.example '[{"name":"nozone.example","type":"MX","values":["10 mx1.nozone.example."]}]' }
        Next = 'New-EmailSecurityStack nozone.example -DnsHost External | Publish-EmailSecurityStack'
    }
    @{
        Id = 'MxNotFound'; Command = 'Publish-EmailSecurityStack nomail.example'; Told = 'nomail.example has no MX records'
        Set = { New-TestZone $sandbox nomail.example -Mx $null }
        Next = 'Publish-MtaStsPolicy nomail.example -MxHost <host>'; Known = @{ '<host>' = 'mx1.nomail.example' }
    }
    @{
        Id = 'PolicyDoesNotCoverMx'; Command = 'Publish-MtaStsPolicy gap.example -Mode Enforce -MxHost mx1.gap.example -OverrideReason test'
        Set = { New-TestZone $sandbox gap.example }
        Told = 'does not cover these live MX hosts of gap.example: mx2.gap.example'
        Next = 'Publish-MtaStsPolicy gap.example -Mode Enforce -MxHost mx1.gap.example, mx2.gap.example'; Then = 'EnforceNotReady'
    }
    @{
        Id = 'EnforceNotReady'; Command = 'Publish-MtaStsPolicy early.example -Mode Enforce'; Told = 'is not ready for mode enforce'
        Set = { New-TestZone $sandbox early.example }
        Next = 'Publish-MtaStsPolicy early.example -Mode Testing'
    }
    @{
        Id = 'EnforceNotReady'; Command = 'Publish-MtaStsPolicy early.example -Mode Enforce -MinimumTestingDays 30'; Told = '30 days are required'
        Next = 'Publish-MtaStsPolicy early.example -Mode Enforce -OverrideReason <reason>'; Known = @{ '<reason>' = '''ticket 4711''' }
    }
    @{
        Id = 'StackNotFound'; Command = 'Get-EmailSecurityStack none.example'; Told = 'No stack of none.example is deployed'
        Set = { New-TestZone $sandbox none.example }
        Next = 'Publish-EmailSecurityStack none.example'
    }
    @{
        Id = 'DmarcNotEnforcing'; Command = 'Publish-BimiAssets weak.example -LogoPath $Logo'; Told = 'weak.example'; Writes = $true
        Set = { New-TestZone $sandbox weak.example -Dmarc 'v=DMARC1; p=none' }
        Next = 'Test-Dmarc weak.example'
    }
    @{
        Id = 'OverrideReasonInvalid'; Command = 'Publish-MtaStsPolicy early.example -OverrideReason "no; way"'; Told = 'takes at most 200 letters'
        Next = '-OverrideReason ''ticket 4711'''; Run = 'Publish-MtaStsPolicy early.example -OverrideReason ''ticket 4711'''
    }
    @{
        Id = 'LogoMissing'; Command = 'Publish-BimiAssets early.example'; Told = 'logo'; Next = 'Publish-BimiAssets early.example -LogoPath <file>'
        Known = @{ '<file>' = '$Logo' }
    }
    @{
        Id = 'ReportUriMissing'; Command = 'Set-TlsRptRecord early.example'; Told = 'report'
        Next = 'Set-TlsRptRecord early.example -ReportUri tls-reports@early.example'
    }

    # Removal.
    @{
        Id = 'DistributionMissing'; Command = 'Remove-EmailSecurityStack gone.example'
        Set = { New-TestStack gone.example; Remove-TestDistribution $sandbox (Get-TestDistribution $sandbox gone.example).Id }
        Told = 'Nothing was removed. Senders may have a policy of gone.example cached until *: the distribution that serves mta-sts.gone.example*mail is not at risk.'
        Next = 'Publish-EmailSecurityStack gone.example'; After = 'Remove-EmailSecurityStack gone.example'
    }
    @{
        Id = 'DistributionDisabled'; Command = 'Remove-EmailSecurityStack off.example'
        Set = {
            New-TestStack off.example
            $null = Publish-MtaStsPolicy off.example -Mode Enforce -OverrideReason test
            Edit-TestDistribution $sandbox (Get-TestDistribution $sandbox off.example).Id { $args[0].Enabled = 'false' }
        }
        Told = 'senders may enforce it: they deliver only to mail servers that it lists'
        Next = 'Publish-EmailSecurityStack off.example'; After = 'Remove-EmailSecurityStack off.example'
    }
    @{
        Id = 'AssetBucketMissing'; Command = 'Remove-EmailSecurityStack nobucket.example'; Told = 'which contains the policy, no longer exists'
        Set = { New-TestStack nobucket.example; Remove-TestBucket $sandbox (Get-TestBucket $sandbox nobucket.example) }
        Next = 'Publish-EmailSecurityStack nobucket.example'; After = 'Remove-EmailSecurityStack nobucket.example'
    }
    @{
        Id = 'PolicyHostElsewhere'; Command = 'Remove-EmailSecurityStack elsewhere.example'; Told = 'is no longer an alternate domain name of CloudFront distribution'
        Set = { New-TestStack elsewhere.example; Set-TestAlias $sandbox (Get-TestDistribution $sandbox elsewhere.example).Id @() }
        Next = 'Remove-EmailSecurityStack elsewhere.example -Force'
    }
    @{
        Id = 'AliasTaken'; Command = 'Remove-EmailSecurityStack stolen.example'; Told = 'the alternate domain name mta-sts.stolen.example is on CloudFront distribution E'
        Set = {
            New-TestStack stolen.example
            Set-TestAlias $sandbox (Get-TestDistribution $sandbox stolen.example).Id @('bimi-assets.stolen.example')
            $null = New-TestDistribution $sandbox mta-sts.stolen.example (New-TestCertificate $sandbox mta-sts.stolen.example)
        }
        Next = 'Publish-EmailSecurityStack stolen.example -Adopt'; After = 'Remove-EmailSecurityStack stolen.example'
    }
    @{
        Id = 'DistributionServesOthers'; Command = 'Remove-EmailSecurityStack others.example -Force'; Told = 'also serves www.others.example'
        Set = {
            New-TestZone $sandbox others.example
            $null = New-EmailSecurityStack others.example -CertificateArn (New-TestCertificate $sandbox '*.others.example') | Publish-EmailSecurityStack
            $dist = (Get-TestDistribution $sandbox others.example).Id
            Set-TestAlias $sandbox $dist mta-sts.others.example, www.others.example
        }
        Next = 'In CloudFront, move that name to another distribution, or remove it'
        Fix = { Set-TestAlias $sandbox $dist mta-sts.others.example }
    }
    @{
        Id = 'ForeignObjects'; Command = 'Remove-EmailSecurityStack objects.example -Force'; Told = '1 object that this stack did not put there: holiday.jpg.'; Writes = $true
        Set = { New-TestStack objects.example; $null = Invoke-TestAws $sandbox s3 PUT "/$(Get-TestBucket $sandbox objects.example)/holiday.jpg" theirs }
        Next = 'run the same command again with -RemoveForeignObject'; Run = ' -RemoveForeignObject'
    }
    @{
        Id = 'DistributionNotOurs'; Command = 'Remove-EmailSecurityStack untagged.example'; Told = 'has no tag EmailSecurity:Stack=untagged.example; nothing was removed'
        Set = {
            New-TestZone $sandbox untagged.example
            $arn = (New-TestDistribution $sandbox mta-sts.untagged.example (New-TestCertificate $sandbox mta-sts.untagged.example)).ARN
        }
        Next = 'add the tag EmailSecurity:Stack=untagged.example to it in CloudFront, then run the same command again'; Then = 'AssetBucketMissing' # now it is the stack's, and the rest of the stack is what is missing
        Fix = {
            $tag = "<Tags xmlns='$cloudFront'><Items><Tag><Key>EmailSecurity:Stack</Key><Value>untagged.example</Value></Tag></Items></Tags>"
            $null = Invoke-TestAws $sandbox cloudfront POST "/2020-05-31/tagging?Operation=Tag&Resource=$([Uri]::EscapeDataString($arn))" $tag @{ 'content-type' = 'text/xml' }
        }
    }
    @{
        Id = 'BucketNotOurs'; Command = 'Remove-EmailSecurityStack pail.example'; Told = 'has no tag EmailSecurity:Stack=pail.example; nothing was removed'
        Set = { New-TestZone $sandbox pail.example; $bucket = @(Get-TestBucketName pail.example) -like '*-assets*'; New-TestBucket $sandbox $bucket holiday.jpg }
        Next = 'empty and delete it in S3, then run the same command again'; Fix = { Remove-TestBucket $sandbox $bucket }
    }

    # Adoption.
    @{
        Id = 'ForeignRecord'; Command = 'Publish-EmailSecurityStack record.example'
        Set = { New-TestZone $sandbox record.example; Set-TestRecord $sandbox @(@{ Name = '_mta-sts.record.example'; Type = 'TXT'; Value = '"v=STSv1; id=2020;"' }) }
        Told = 'already has a TXT record that this stack did not create: TXT "v=STSv1; id=2020;". Nothing was changed.'
        Next = 'Run the same command again with -Adopt'; Run = ' -Adopt'
    }
    @{
        # As Terraform modules and the AWS CDK's sample leave it.
        Id = 'ForeignRecord'; Command = 'Get-EmailSecurityPlan sample.example'
        Set = {
            New-TestZone $sandbox sample.example
            $body = "<CloudFrontOriginAccessIdentityConfig xmlns='$cloudFront'><CallerReference>a</CallerReference><Comment>a</Comment></CloudFrontOriginAccessIdentityConfig>"
            $identity = (Invoke-TestAws $sandbox cloudfront POST /2020-05-31/origin-access-identity/cloudfront $body @{ 'content-type' = 'text/xml' }
            ).Xml.CloudFrontOriginAccessIdentity.Id
            New-TestBucket $sandbox sample-site .well-known/mta-sts.txt "version: STSv1`r`nmode: enforce`r`nmx: mx1.sample.example`r`nmx: mx2.sample.example`r`nmax_age: 86400`r`n"
            $reader = @{ AWS = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity $identity" }
            $statement = @{ Effect = 'Allow'; Principal = $reader; Action = 's3:GetObject'; Resource = 'arn:aws:s3:::sample-site/*' }
            $null = Invoke-TestAws $sandbox s3 PUT '/sample-site?policy' (@{ Version = '2012-10-17'; Statement = @($statement) } | ConvertTo-Json -Depth 4)
            $site = New-TestDistribution $sandbox mta-sts.sample.example (New-TestCertificate $sandbox mta-sts.sample.example) sample-site $identity
            Set-TestRecord $sandbox @(
                @{ Name = '_mta-sts.sample.example'; Type = 'TXT'; Value = '"v=STSv1; id=2020;"' }
                @{ Name = 'mta-sts.sample.example'; Type = 'CNAME'; Value = $site.DomainName }
            )
        }
        Told = '3 things are in the way of sample.example: *read with an origin access identity*mode enforce, max_age 86400, mx mx1.sample.example*CNAME d*Nothing was changed.'
        Next = 'Get-EmailSecurityPlan sample.example -Adopt'
    }
    @{
        Id = 'DistributionNotOurs'; Command = 'Publish-EmailSecurityStack theirs.example'; Told = 'has the alternate domain name mta-sts.theirs.example, and it has no tag'
        Set = {
            New-TestZone $sandbox theirs.example
            $null = New-TestDistribution $sandbox mta-sts.theirs.example (New-TestCertificate $sandbox mta-sts.theirs.example)
        }
        Next = 'Run the same command again with -Adopt'; Run = ' -Adopt'
    }
    @{
        Id = 'AliasTaken'; Command = 'Publish-EmailSecurityStack taken.example'; Told = 'of a CloudFront distribution of another AWS account'; Writes = $true
        Set = {
            New-TestZone $sandbox taken.example
            $dist = (New-TestDistribution $sandbox mta-sts.taken.example (New-TestCertificate $sandbox mta-sts.taken.example -Other) -Other).Id
        }
        Next = 'In that account, remove the name from the alternate domain names of the distribution in CloudFront, then run the same command again'
        Fix = { Set-TestAlias $sandbox $dist @() -Other }
    }
    @{
        Id = 'BucketNotOurs'; Command = 'Publish-EmailSecurityStack bucket.example'; Told = 'is not empty (1 object version, holiday.jpg first). Nothing was changed.'
        Set = { New-TestZone $sandbox bucket.example; New-TestBucket $sandbox (@(Get-TestBucketName bucket.example) -like '*-assets*') holiday.jpg }
        Next = 'Run the same command again with -Adopt to use it; what is in it stays.'; Run = ' -Adopt'
    }
    @{
        Id = 'BucketNameTaken'; Command = 'New-EmailSecurityStack shared.example -BucketSuffix one | Publish-EmailSecurityStack'; Told = 'belongs to another AWS account'
        Set = {
            New-TestZone $sandbox shared.example
            New-TestBucket $sandbox (@(Get-TestBucketName shared.example one) -like '*-assets*') -Other
        }
        Next = 'New-EmailSecurityStack -BucketSuffix, with 1 to 12 letters and digits'; Run = 'New-EmailSecurityStack shared.example -BucketSuffix two | Publish-EmailSecurityStack'
    }
    @{
        Id = 'BucketSuffixDiffers'; Command = 'New-EmailSecurityStack early.example -BucketSuffix one | Publish-EmailSecurityStack'; Told = 'buckets cannot be renamed'
        Next = 'Publish-EmailSecurityStack early.example'
    }
    @{
        Id = 'BucketSuffixAmbiguous'; Command = 'Publish-EmailSecurityStack pails.example'; Told = 'has buckets with more than one form of name'
        Set = { New-TestZone $sandbox pails.example; 'one', 'two' | ForEach-Object { New-TestBucket $sandbox (@(Get-TestBucketName pails.example $_) -like '*-assets*') } }
        Next = 'pipe this to the same command: New-EmailSecurityStack pails.example -BucketSuffix one'
        Run = 'New-EmailSecurityStack pails.example -BucketSuffix one | Publish-EmailSecurityStack'
    }
    @{
        Id = 'RegionNotSupportedForLogging'; Command = 'Publish-EmailSecurityStack region.example -Region eu-south-1'; Told = 'eu-south-1'
        Set = { New-TestZone $sandbox region.example }; Next = 'Choose another -Region'; Run = 'Publish-EmailSecurityStack region.example -Region eu-central-1'
    }
    @{
        Id = 'PolicyNotKnown'; Command = 'Publish-EmailSecurityStack lost.example -Adopt'; Told = 'senders may have an enforce policy cached. Nothing was changed.'
        Set = {
            New-TestStack lost.example
            $buckets = (Invoke-TestAws $sandbox s3 GET /).Xml.ListAllMyBucketsResult.Buckets.Bucket.Name -like 'es-lost-exam*'
            Remove-TestDistribution $sandbox (Get-TestDistribution $sandbox lost.example).Id
            $buckets | ForEach-Object { Remove-TestBucket $sandbox $_ }
        }
        Next = 'Publish-MtaStsPolicy lost.example -Mode Testing -MaxAge 604800 -Adopt'
    }

    # Certificates.
    @{
        Id = 'CertificateNotUsable'; Command = 'New-EmailSecurityStack pending.example -CertificateArn $arn | Publish-EmailSecurityStack'
        Set = { New-TestZone $sandbox pending.example; $arn = New-TestCertificate $sandbox mta-sts.pending.example, bimi-assets.pending.example -Pending }
        Told = 'is PendingValidation, not Issued'; Next = 'Publish-EmailSecurityStack pending.example'
    }
    @{
        Id = 'CertificateDoesNotCover'; Command = 'New-EmailSecurityStack early.example -CertificateArn $arn | Publish-EmailSecurityStack'
        Set = { $arn = New-TestCertificate $sandbox www.early.example }
        Told = 'is for www.early.example; it does not cover *mta-sts.early.example'; Next = 'Publish-EmailSecurityStack early.example'
    }
    @{
        Id = 'CertificateNotFound'; Command = 'New-EmailSecurityStack early.example -CertificateArn $arn | Publish-EmailSecurityStack'; Told = 'was not found in us-east-1'
        Set = { $arn = "arn:aws:acm:us-east-1:$($sandbox.accountId):certificate/$([guid]::Empty)" }
        Next = 'Publish-EmailSecurityStack early.example'
    }
    @{
        Id = 'CertificateNeededByOthers'; Command = 'New-EmailSecurityStack needed.example -CertificateArn $own | Publish-EmailSecurityStack'
        Set = {
            New-TestStack needed.example
            $dist = (Get-TestDistribution $sandbox needed.example).Id
            $ours = 'mta-sts.needed.example', 'bimi-assets.needed.example'
            Set-TestAlias $sandbox $dist ($ours + 'www.needed.example') (New-TestCertificate $sandbox ($ours + 'www.needed.example'))
            $own = New-TestCertificate $sandbox $ours
        }
        Told = 'also serves www.needed.example, which this stack did not add'; Next = 'move the other names to another distribution first; then run the same command again'
        Fix = { Set-TestAlias $sandbox $dist $ours }
    }
    @{
        Id = 'CaaForbidsAmazon'; Command = 'Publish-EmailSecurityStack caa.example'; Told = 'The certificate was not requested.'
        Set = { New-TestZone $sandbox caa.example; Set-TestRecord $sandbox @(@{ Name = 'caa.example'; Type = 'CAA'; Value = '0 issue "letsencrypt.org"' }) }
        Next = 'add: caa.example. CAA 0 issue "amazon.com". Then run the same command again.'
        Fix = { Set-TestRecord $sandbox @(@{ Name = 'caa.example'; Type = 'CAA'; Value = '0 issue "letsencrypt.org"', '0 issue "amazon.com"' }) }
    }

    # DNS.
    @{
        Id = 'HostedZoneAmbiguous'; Command = 'Publish-EmailSecurityStack twin.example'; Told = '2 public hosted zones named twin.example: Z* with the name servers ns*; Z* with the name servers ns*'
        Set = {
            New-TestZone $sandbox twin.example
            $null = Invoke-TestAdmin $sandbox Put /zones/twin.example '[{"name":"twin.example","type":"MX","values":["10 mx1.twin.example."]}]'
            $zone = (Get-TestZone $sandbox twin.example).Id -replace '.*/'
            $body = '<CreateHostedZoneRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Name>twin.example</Name><CallerReference>twin</CallerReference></CreateHostedZoneRequest>'
            $null = Invoke-TestAws $sandbox route53 POST /2013-04-01/hostedzone $body @{ 'content-type' = 'text/xml' }
        }
        Next = 'New-EmailSecurityStack twin.example -HostedZoneId <id> | Publish-EmailSecurityStack'; Known = @{ '<id>' = '$zone' }
        Fix = { $null = Invoke-TestAdmin $sandbox Delete /zones/twin.example }
    }
    @{
        Id = 'NameDelegatedAway'; Command = 'Publish-EmailSecurityStack away.example'; Told = 'The hosted zone away.example has an NS record at mta-sts.away.example'
        Set = { New-TestZone $sandbox away.example; Set-TestRecord $sandbox @(@{ Name = 'mta-sts.away.example'; Type = 'NS'; Value = 'ns1.other.example' }) }
        Next = 'New-EmailSecurityStack away.example -DnsHost External | Publish-EmailSecurityStack'
    }
    @{
        Id = 'MxLookupFailed'; Command = 'Publish-EmailSecurityStack mxfail.example'; Told = 'The MX records of mxfail.example could not be looked up'
        Set = { New-TestZone $sandbox mxfail.example; $null = Invoke-TestAdmin $sandbox Put /zones/mxfail.example '[{"name":"mxfail.example","type":"SERVFAIL","values":["MX"]}]' }
        Next = 'Publish-MtaStsPolicy mxfail.example -MxHost <host>'; Known = @{ '<host>' = 'mx1.mxfail.example, mx2.mxfail.example' }
        Fix = { $null = Invoke-TestAdmin $sandbox Delete /zones/mxfail.example }
    }
    @{
        Id = 'DmarcLookupFailed'; Command = 'Publish-BimiAssets early.example -LogoPath $Logo'; Told = 'The DMARC record _dmarc.early.example could not be looked up'; Writes = $true
        Set = { $null = Invoke-TestAdmin $sandbox Put /zones/_dmarc.early.example '[{"name":"_dmarc.early.example","type":"SERVFAIL","values":["TXT"]}]' }
        Next = 'Run the same command again when DNS answers'; Fix = { $null = Invoke-TestAdmin $sandbox Delete /zones/_dmarc.early.example }
    }
    @{
        Id = 'RecordNotVisible'; Command = 'Publish-EmailSecurityStack hidden.example -Timeout 0:0:0.3'; Told = 'but DNS does not answer for it in the time allowed'; Writes = $true
        Set = {
            New-TestStack hidden.example
            Remove-TestAlias $sandbox mta-sts.hidden.example
            $null = Invoke-TestAdmin $sandbox Put /zones/mta-sts.hidden.example '[{"name":"mta-sts.hidden.example","type":"SERVFAIL","values":["A"]}]'
        }
        Next = 'Compare the name servers at your registrar with the zone''s NS record, then run the same command again.'
        Fix = { $null = Invoke-TestAdmin $sandbox Delete /zones/mta-sts.hidden.example }
    }

    # AWS.
    @{
        Id = 'AccessDenied'; Command = 'Publish-EmailSecurityStack denied.example'; Told = 'is not authorized to perform: acm:RequestCertificate'; Writes = $true
        Set = { New-TestZone $sandbox denied.example; $null = Invoke-TestAdmin $sandbox Put /denials '[{"service":"acm","operation":"RequestCertificate"}]' }
        Next = 'allow this user or role the action that the message names'; Fix = { $null = Invoke-TestAdmin $sandbox Delete /denials }
    }
    @{
        Id = 'Throttled'; Command = 'Publish-EmailSecurityStack early.example'; Told = 'was throttled: Rate exceeded'
        Set = { $null = Invoke-TestAdmin $sandbox Put /faults '[{"service":"acm","nth":1,"times":100,"kind":"throttle"}]' }
        Next = 'Run the same command again in a minute'; Fix = { $null = Invoke-TestAdmin $sandbox Delete /faults }
    }
    @{
        Id = 'AwsUnavailable'; Command = 'Publish-EmailSecurityStack early.example'; Told = 'failed at AWS'
        Set = { $null = Invoke-TestAdmin $sandbox Put /faults '[{"service":"acm","nth":1,"times":100,"kind":"error500"}]' }
        Next = 'Run the same command again in a few minutes'; Fix = { $null = Invoke-TestAdmin $sandbox Delete /faults }
    }
    @{
        Id = 'CredentialsInvalid'; Command = 'Publish-EmailSecurityStack early.example -SecretKey wrong'; Told = 'The credentials came from -AccessKey AKIA'
        Next = 'Check the access key, the secret key'; Run = 'Publish-EmailSecurityStack early.example'
    }
    @{
        Id = 'CredentialsMixed'; Command = 'Publish-EmailSecurityStack early.example -ProfileName mail'; Told = '-AccessKey/-SecretKey/-SessionToken and -ProfileName'
        Next = 'Use only one of them'; Run = 'Publish-EmailSecurityStack early.example'
    }

    # Waits, at a hundredth of AWS's usual durations and more: longer than a busy computer takes from a change to the look at it.
    @{
        Id = 'CertificateNotValidated'; Command = 'Publish-EmailSecurityStack slow.example -Timeout 0:0:0.1'; Told = 'ACM has not issued the certificate for bimi-assets.slow.example and mta-sts.slow.example in the time allowed.'
        Set = { New-TestZone $sandbox slow.example; $null = Invoke-TestAdmin $sandbox Put /latency '{"profile":"real","scale":0.01}' }; Writes = $true
        Next = 'Run the same command again'; Run = 'Publish-EmailSecurityStack slow.example'
    }
    @{
        Id = 'DistributionNotDeployed'; Command = 'Publish-EmailSecurityStack slow.example -Timeout 0:0:0.1'; Told = 'to all edge locations in the time allowed.'; Writes = $true
        Set = { Edit-TestDistribution $sandbox (Get-TestDistribution $sandbox slow.example).Id { $args[0].Enabled = 'false' } }
        Next = 'Run the same command again; it continues from here.'; Run = 'Publish-EmailSecurityStack slow.example'
    }
    @{
        Id = 'RecordNotInSync'; Command = 'Publish-EmailSecurityStack slow.example -Timeout 0:0:0.05'; Told = 'to all its name servers in the time allowed.'; Writes = $true
        Set = { Remove-TestAlias $sandbox mta-sts.slow.example; $null = Invoke-TestAdmin $sandbox Put /latency '{"profile":"real","scale":0.05}' }
        Next = 'Run the same command again; it continues from here.'; Run = 'Publish-EmailSecurityStack slow.example'
    }
    @{
        Id = 'InvalidationNotCompleted'; Command = 'Publish-MtaStsPolicy slow.example -MaxAge 700000 -Timeout 0:0:0.05'; Told = 'CloudFront has not completed the invalidation in the time allowed.'
        Next = 'Run the same command again; nothing that depends on it was changed.'; Run = 'Publish-MtaStsPolicy slow.example -MaxAge 700000'; Writes = $true
        Fix = { $null = Invoke-TestAdmin $sandbox Put /latency '{"profile":"none"}' }
    }

    # Values. Here the user has to decide what was meant.
    @{
        Id = 'DomainMissing'; Command = 'Publish-EmailSecurityStack'; Told = 'No domain was specified'; Next = 'Add -Domain'; Run = ' -Domain early.example'
    }
    @{
        Id = 'DomainMismatch'; Command = 'New-EmailSecurityStack early.example | Publish-EmailSecurityStack -Domain gap.example'
        Told = '-Domain is gap.example, but the stack is for early.example: nothing was done for either'
        Next = 'Leave -Domain out to work on what the pipeline brings'; Run = 'New-EmailSecurityStack early.example | Publish-EmailSecurityStack'
    }
    @{
        Id = 'DomainTooLong'; Command = 'New-EmailSecurityStack $long -DnsHost External -MxHost mx1.early.example | Publish-EmailSecurityStack'; Told = 'certificate'
        Set = { $long = (1..4).ForEach({ 'a' * 60 }) -join '.' }; Next = 'specify it with -CertificateArn'; Run = 'Publish-EmailSecurityStack early.example'
    }
    @{
        Id = 'InvalidDomainName'; Command = 'Publish-EmailSecurityStack https://early.example/'; Told = '''https://early.example/'' is a URL, not the domain of email addresses'
        Next = 'early.example'; Run = 'Publish-EmailSecurityStack early.example'
    }
    @{
        Id = 'InvalidMxHost'; Command = 'Publish-MtaStsPolicy early.example -MxHost smtp://mx1.early.example'; Told = 'is not a valid mx pattern'
        Next = 'Use names as the MX records have them'; Run = 'Publish-MtaStsPolicy early.example -MxHost mx1.early.example, mx2.early.example'
    }
    @{
        Id = 'InvalidReportUri'; Command = 'Set-TlsRptRecord early.example -ReportUri tls-reports'; Told = 'is neither an address nor a mailto: or https: URI'
        Next = 'Use an address such as tls-reports@'; Run = 'Set-TlsRptRecord early.example -ReportUri tls-reports@early.example'
    }
    @{
        Id = 'TlsRptRecordTooLong'; Command = 'Set-TlsRptRecord early.example -ReportUri (1..200).ForEach({ "$_@a-long-name-for-reports.early.example" })'; Told = 'record'
        Next = 'fewer or shorter'; Run = 'Set-TlsRptRecord early.example -ReportUri tls-reports@early.example'
    }
    @{
        Id = 'InvalidBimiSelector'; Command = 'Publish-BimiAssets early.example -LogoPath $Logo -Selector "a b"'; Told = '''a b'' is not a valid BIMI selector'
        Next = 'Use ''default'''; Run = 'Publish-BimiAssets early.example -LogoPath $Logo -Selector default'
    }
    @{
        Id = 'TagInvalid'; Command = 'New-EmailSecurityStack early.example -Tag @{ "aws:owner" = "mail" } | Publish-EmailSecurityStack'
        Told = 'keys that begin with aws: are reserved'; Next = 'Change the tag'; Run = 'New-EmailSecurityStack early.example -Tag @{ owner = "mail" } | Publish-EmailSecurityStack'
    }
    @{
        Id = 'PolicyGivenTwice'; Command = 'New-EmailSecurityStack early.example -PolicyPath $folder/bad.txt -Mode Enforce'; Told = 'Both a policy file and individual settings were specified'
        Next = 'Use either -PolicyPath, or -Mode, -MxHost and -MaxAge'; Run = 'New-EmailSecurityStack early.example -Mode Enforce'
    }
    @{
        Id = 'PolicyTooLarge'; Command = 'New-MtaStsPolicy early.example -MxHost (1..4000).ForEach({ "mail-server-$_.early.example" })'; Told = 'senders may stop reading at 65536'
        Next = 'one wildcard for many'; Run = 'New-MtaStsPolicy early.example -MxHost *.early.example'
    }
    @{
        Id = 'ParameterArgumentValidationError'; Command = 'Publish-MtaStsPolicy early.example -MaxAge 99999999'; Told = '99999999 is out of range. Use a number from 0 to 31557600.'
        Next = ''; Run = 'Publish-MtaStsPolicy early.example -MaxAge 31557600'
    }
    @{
        Id = 'InvalidRegion'; Command = 'Publish-EmailSecurityStack early.example -Region Frankfurt'; Told = '''Frankfurt'', from -Region, is not the name of an AWS region'
        Next = 'Use a name such as eu-west-1'; Run = 'Publish-EmailSecurityStack early.example'
    }
    @{
        Id = 'EndpointNotSecure'; Command = 'Publish-EmailSecurityStack early.example -EndpointUrl http://aws.example'; Told = 'would cross the network in clear text'
        Next = 'Use an https:// URL'; Run = 'Publish-EmailSecurityStack early.example'
    }

    # Files.
    @{
        Id = 'PolicyInvalid'; Command = 'New-EmailSecurityStack early.example -PolicyPath $folder/bad.txt | Publish-EmailSecurityStack'; Told = 'is not a valid MTA-STS policy'
        Next = 'Test-MtaStsPolicy -Path '; Run = 'Test-MtaStsPolicy -Path $folder/bad.txt'
    }
    @{
        Id = 'LogoInvalid'; Command = 'Publish-BimiAssets early.example -LogoPath $folder/bad.svg'; Told = 'The root has no version. *The BIMI part was left out.'; Writes = $true
        Next = 'run: Test-BimiLogo '; Run = 'Test-BimiLogo $folder/bad.svg'
    }
    @{
        Id = 'MarkCertificateInvalid'; Command = 'Publish-BimiAssets early.example -LogoPath $Logo -MarkCertificatePath $folder/bad.pem'; Writes = $true
        Told = 'is not a mark certificate that mailbox providers accept for early.example'; Next = 'run: Test-MarkCertificate '; Run = 'Test-MarkCertificate $folder/bad.pem'
    }
    @{
        Id = 'LogoNotSvg'; Command = 'Publish-BimiAssets early.example -LogoPath $folder/logo.png'; Told = 'logo.png is a PNG image. A BIMI logo is an SVG drawing'
        Next = 'Ask for the logo as a vector drawing in SVG'; Run = 'Publish-BimiAssets early.example -LogoPath $Logo'
    }
    @{
        Id = 'MarkCertificateNotPem'; Command = 'Publish-BimiAssets early.example -LogoPath $Logo -MarkCertificatePath $folder/logo.png'
        Told = 'A mark certificate is hosted in PEM format'; Next = 'Use the PEM file with the whole chain'
        Run = 'Publish-BimiAssets early.example -LogoPath $Logo'
    }
    @{
        Id = 'DomainNotFound'; Command = 'Publish-EmailSecurityStack nosuch.example'; Told = 'nosuch.example does not exist in DNS'
        Next = 'Publish-MtaStsPolicy nosuch.example -MxHost <host>'; Known = @{ '<host>' = 'mx1.nosuch.example' }; Then = 'HostedZoneNotFound'
    }
    @{
        Id = 'MarkCertificateAmbiguous'; Command = 'New-EmailSecurityStack early.example -AssetPath $folder/two'; Told = 'has 2 .pem files: a.pem, b.pem'
        Next = 'Specify the mark certificate with -MarkCertificatePath'; Run = ' -MarkCertificatePath $folder/two/a.pem'
    }
    @{
        Id = 'AssetNotFound'; Command = 'Publish-BimiAssets early.example -LogoPath $folder/lost.svg'; Told = 'There is no file'; Next = 'Check the path'
        Run = 'Publish-BimiAssets early.example -LogoPath $Logo'
    }
    @{
        Id = 'PolicyFileNotFound'; Command = 'Test-MtaStsPolicy -Path $folder/lost.txt'; Told = 'There is no policy file'; Next = 'Check the path'; Run = 'Test-MtaStsPolicy -Path $folder/bad.txt'
    }
    @{
        Id = 'PolicyFileUnreadable'; Command = 'Test-MtaStsPolicy -Path $folder'; Told = 'cannot be read'; Next = 'Check that the path is a file'; Run = 'Test-MtaStsPolicy -Path $folder/bad.txt'
    }
    @{
        Id = 'LogoNotFound'; Command = 'Test-BimiLogo $folder/lost.svg'; Told = 'There is no logo file'; Next = 'Check the path'; Run = 'Test-BimiLogo $folder/bad.svg'
    }
    @{
        Id = 'LogoUnreadable'; Command = 'Test-BimiLogo $folder'; Told = 'cannot be read'; Next = 'Check that the path is a file'; Run = 'Test-BimiLogo $folder/bad.svg'
    }
    @{
        Id = 'TlsReportNotFound'; Command = 'Import-TlsRptReport $folder/lost.json'; Told = 'There is no file or folder'; Next = 'Check the path'; Run = 'Test-BimiLogo $folder/bad.svg'
    }
    @{
        Id = 'TlsReportRefused'; Command = 'Import-TlsRptReport $folder/bad.svg'; Told = 'It is not JSON'; Next = 'Everything else was read'; Run = 'Test-BimiLogo $folder/bad.svg'
    }
    @{
        Id = 'MailboxCredentialMissing'; Command = 'Import-TlsRptReport -ImapServer localhost:1 -Credential 5'; Told = 'not user name and password'; Next = 'Get-Credential'
        Run = 'Test-BimiLogo $folder/bad.svg'
    }
    @{
        Id = 'MailboxUnavailable'; Told = 'could not be reached'; Next = 'Check -ImapServer'; Run = 'Test-BimiLogo $folder/bad.svg'
        Command = 'Import-TlsRptReport -ImapServer localhost:1 -Credential ([pscredential]::new("u", (ConvertTo-SecureString p -AsPlainText -Force)))'
    }
    @{
        Id = 'BucketNotFound'; Command = 'Import-TlsRptReport -BucketName no-such-reports'; Told = 'does not exist'; Next = 'Check the name of the bucket'
        Set = { $null = Invoke-TestAws $sandbox s3 PUT /some-reports "<CreateBucketConfiguration xmlns='http://s3.amazonaws.com/doc/2006-03-01/'><LocationConstraint>eu-central-1</LocationConstraint></CreateBucketConfiguration>" }
        Run = 'Import-TlsRptReport -BucketName some-reports -WarningAction SilentlyContinue'
    }
    @{
        Id = 'StoreFileUnreadable'; Command = 'Export-TlsRptReport $folder/store'; Told = 'which is not a file of Export-TlsRptReport, or is damaged'
        Set = { $month = (New-Item -ItemType Directory "$folder/store/domain=a.example/month=2026-03").FullName; Set-Content $month/other.parquet 'PAR1' }
        Next = 'Move this file out of the store'; Fix = { Remove-Item $month/other.parquet }
    }
    @{
        Id = 'MarkCertificateNotFound'; Command = 'Test-MarkCertificate $folder/lost.pem'; Told = 'There is no file'; Next = 'Check the path'; Run = 'Test-MarkCertificate $folder/bad.pem'
    }
    @{
        Id = 'PathNotFileSystem'; Command = 'Test-MtaStsPolicy -Path env:PATH'; Told = 'is a path of the Environment provider'; Next = 'Use the path of a file'
        Run = 'Test-MtaStsPolicy -Path $folder/bad.txt'
    }
    @{
        Id = 'TrustedRootNotFound'; Command = 'Publish-EmailSecurityStack early.example -TrustedRoot $folder/lost.pem'; Told = 'There is no file'; Next = 'Check the path'
        Run = 'Publish-EmailSecurityStack early.example'
    }
    @{
        Id = 'TrustedRootUnreadable'; Command = 'Publish-EmailSecurityStack early.example -TrustedRoot $folder/bad.pem'; Told = 'could not be read from'
        Next = 'PEM file'; Run = 'Publish-EmailSecurityStack early.example'
    }
    @{
        Id = 'FolderNotFound'; Command = 'Export-EmailSecurityDnsRecord early.example -Path $folder/lost/zone.txt'; Told = 'There is no folder *zone.txt was not written'
        Next = 'New-Item -ItemType Directory '; Run = '$null = New-Item -ItemType Directory $folder/lost; Export-EmailSecurityDnsRecord early.example -Path $folder/lost/zone.txt'
    }
    @{
        Id = 'PathNotFound'; Command = 'Export-EmailSecurityDnsRecord early.example -Path "$folder/*.zone"'; Told = 'No file or folder matches'
        Next = 'without the wildcards'; Run = 'Export-EmailSecurityDnsRecord early.example -Path $folder/early.zone'
    }
    @{
        Id = 'PathAmbiguous'; Command = 'Export-EmailSecurityDnsRecord early.example -Path "$folder/two/*.pem" -Force'; Told = 'matches 2 files or folders: a.pem, b.pem'
        Next = 'Name one of them.'; Run = 'Export-EmailSecurityDnsRecord early.example -Path $folder/two/c.zone'
    }
    @{
        Id = 'ReportInputUnknown'; Command = '"early.example" | Export-EmailSecurityReport -Path $folder/report.html'; Told = 'not a result of a check, a stack, a change or a TLS report'
        Next = 'Test-EmailSecurity early.example | Export-EmailSecurityReport -Path report.html'
        Run = 'Test-EmailSecurity early.example | Export-EmailSecurityReport -Path $folder/report.html'
    }
    @{
        Id = 'LogoNotConverted'; Command = 'ConvertTo-BimiLogo $folder/text.svg -Destination $folder/out.svg'; Told = 'would look different or be invalid'
        Next = 'outlines'; Run = 'ConvertTo-BimiLogo $Logo -Destination $folder/out.svg'
    }
    @{
        Id = 'FileExists'; Command = 'Export-EmailSecurityDnsRecord early.example -Path $folder/bad.txt'; Told = 'exists'; Next = '-Force'; Run = ' -Force'
    }
    @{
        Id = 'AssetTooLarge'; Command = 'Publish-BimiAssets early.example -LogoPath $folder/big.svg'; Told = 'no file of a stack may have more than 1048576'
        Set = { [IO.File]::WriteAllBytes("$folder/big.svg", [byte[]]::new(1048577)) }; Next = 'Is it the right file?'; Run = 'Publish-BimiAssets early.example -LogoPath $Logo'
    }
    @{
        Id = 'AssetUnreadable'; Command = 'Publish-BimiAssets early.example -LogoPath $folder'; Told = 'cannot be read'; Next = 'Check that the path is a file'
        Run = 'Publish-BimiAssets early.example -LogoPath $Logo'
    }
    @{
        Id = 'MarkRootNotFound'; Command = 'Test-Bimi early.example -MarkRoot $folder/lost.pem'; Told = 'There is no file'; Next = 'Check the path'; Run = 'Test-Bimi early.example'
    }
    @{
        Id = 'TrustedRootInvalid'; Command = 'Test-MarkCertificate $folder/bad.pem -TrustedRoot $folder/bad.pem'; Told = 'The trusted roots cannot be used'
        Next = 'PEM'; Run = 'Test-MarkCertificate $folder/bad.pem'
    }
)
