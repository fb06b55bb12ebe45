namespace EmailSecurity.Tests.Sandbox;

/// <summary>The walk through every emulated service, in Python.</summary>
internal static class SdkWalkPython
{
    public const string Script = """
        import boto3, sys, uuid
        from botocore.config import Config
        from botocore.exceptions import ClientError
        endpoint, key, secret, account = sys.argv[1:]
        def client(service, **more):
            keys = dict(aws_access_key_id=key, aws_secret_access_key=secret)
            keys.update(more)
            config = Config(retries={'total_max_attempts': 1}, s3={'addressing_style': 'path'})
            return boto3.client(service, region_name='us-east-1', endpoint_url=endpoint, config=config, **keys)
        def refused(code, call, **arguments):
            try:
                call(**arguments)
            except ClientError as e:
                assert e.response['Error']['Code'] == code, (code, e)
                return e
            raise AssertionError(code)

        # STS: a role of the account.
        sts = client('sts')
        role = sts.assume_role(RoleArn='arn:aws:iam::%s:role/Publisher' % account, RoleSessionName='walk')
        c = role['Credentials']
        acting = dict(aws_access_key_id=c['AccessKeyId'], aws_secret_access_key=c['SecretAccessKey'], aws_session_token=c['SessionToken'])
        who = client('sts', **acting).get_caller_identity()
        assert (who['Account'], who['Arn']) == (account, role['AssumedRoleUser']['Arn']), who
        refused('ValidationError', sts.assume_role, RoleArn='arn:aws:iam::%s:user/nobody' % account, RoleSessionName='walk')

        # Route 53, with the role's keys.
        r = client('route53', **acting)
        made = r.create_hosted_zone(Name='walk.example', CallerReference=str(uuid.uuid4()))
        zone = made['HostedZone']['Id']
        r.get_waiter('resource_record_sets_changed').wait(Id=made['ChangeInfo']['Id'])
        def change(action, name, type, *values):
            return {'Action': action, 'ResourceRecordSet': {'Name': name, 'Type': type, 'TTL': 60, 'ResourceRecords': [{'Value': v} for v in values]}}
        def send(*changes):
            return r.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={'Changes': list(changes)})
        done = send(change('CREATE', 'walk.example', 'MX', '10 mx.walk.example.'), change('UPSERT', 't.walk.example', 'TXT', '"a"', '"b"'))
        assert r.get_change(Id=done['ChangeInfo']['Id'])['ChangeInfo']['Status'] == 'INSYNC'
        error = refused('InvalidChangeBatch', r.change_resource_record_sets, HostedZoneId=zone, ChangeBatch={'Changes': [
            change('DELETE', 'gone.walk.example', 'A', '192.0.2.1'), change('CREATE', 't.walk.example', 'TXT', '"c"')]})
        message = error.response['Error']['Message']
        assert 'was not found' in message and 'already exists' in message, message
        assert error.response['ResponseMetadata']['RequestId']
        nothing = {'Action': 'CREATE', 'ResourceRecordSet': {'Name': 'x.walk.example', 'Type': 'A'}}
        refused('InvalidInput', r.change_resource_record_sets, HostedZoneId=zone, ChangeBatch={'Changes': [nothing]})
        refused('NoSuchHostedZone', r.get_hosted_zone, Id='ZNOTTHERE')
        pages = r.get_paginator('list_resource_record_sets').paginate(HostedZoneId=zone, PaginationConfig={'PageSize': 2})
        sets = [s['Name'] + ' ' + s['Type'] for p in pages for s in p['ResourceRecordSets']]
        assert sets == ['walk.example. MX', 'walk.example. NS', 'walk.example. SOA', 't.walk.example. TXT'], sets
        r.change_tags_for_resource(ResourceType='hostedzone', ResourceId=zone.split('/')[-1], AddTags=[{'Key': 'k', 'Value': 'v'}])
        assert r.list_tags_for_resource(ResourceType='hostedzone', ResourceId=zone.split('/')[-1])['ResourceTagSet']['Tags'] == [{'Key': 'k', 'Value': 'v'}]

        # ACM: asked for, proved by DNS, issued.
        acm = client('acm')
        arn = acm.request_certificate(DomainName='mta-sts.walk.example', ValidationMethod='DNS', IdempotencyToken='walk')['CertificateArn']
        assert acm.request_certificate(DomainName='mta-sts.walk.example', ValidationMethod='DNS', IdempotencyToken='walk')['CertificateArn'] == arn
        while 'ResourceRecord' not in acm.describe_certificate(CertificateArn=arn)['Certificate']['DomainValidationOptions'][0]:
            pass
        proof = acm.describe_certificate(CertificateArn=arn)['Certificate']['DomainValidationOptions'][0]['ResourceRecord']
        send(change('CREATE', proof['Name'], proof['Type'], proof['Value']))
        acm.get_waiter('certificate_validated').wait(CertificateArn=arn)
        assert arn in [x['CertificateArn'] for x in acm.list_certificates(CertificateStatuses=['ISSUED'])['CertificateSummaryList']]
        refused('ResourceNotFoundException', acm.describe_certificate, CertificateArn=arn[:-4] + '0000')

        # S3: a bucket, an object, parts of it.
        s3, bucket = client('s3'), 'walk-python'
        s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket=bucket, Key='ten', Body=b'0123456789', ContentType='text/plain')
        part = s3.get_object(Bucket=bucket, Key='ten', Range='bytes=2-4')
        assert (part['Body'].read(), part['ContentRange'], part['ResponseMetadata']['HTTPStatusCode']) == (b'234', 'bytes 2-4/10', 206)
        assert s3.get_object(Bucket=bucket, Key='ten', Range='bytes=-3')['Body'].read() == b'789'
        refused('InvalidRange', s3.get_object, Bucket=bucket, Key='ten', Range='bytes=10-')
        refused('PreconditionFailed', s3.get_object, Bucket=bucket, Key='ten', IfMatch='"other"')
        refused('304', s3.get_object, Bucket=bucket, Key='ten', IfNoneMatch=part['ETag'])
        refused('NoSuchKey', s3.get_object, Bucket=bucket, Key='missing')

        # CloudFront: a distribution with an origin access control, changed, invalidated, taken down.
        cf = client('cloudfront')
        signing = {'Name': 'walk', 'SigningProtocol': 'sigv4', 'SigningBehavior': 'always', 'OriginAccessControlOriginType': 's3'}
        control = cf.create_origin_access_control(OriginAccessControlConfig=signing)['OriginAccessControl']
        origin = {'Id': 's3', 'DomainName': bucket + '.s3.us-east-1.amazonaws.com', 'OriginAccessControlId': control['Id']}
        origin['S3OriginConfig'] = {'OriginAccessIdentity': ''}
        config = {
            'CallerReference': str(uuid.uuid4()), 'Comment': 'walk', 'Enabled': True,
            'Aliases': {'Quantity': 1, 'Items': ['mta-sts.walk.example']},
            'Origins': {'Quantity': 1, 'Items': [origin]},
            'DefaultCacheBehavior': {'TargetOriginId': 's3', 'ViewerProtocolPolicy': 'https-only', 'CachePolicyId': '658327ea-f89d-4fab-a63d-7e88639e58f6'},
            'ViewerCertificate': {'ACMCertificateArn': arn, 'SSLSupportMethod': 'sni-only', 'MinimumProtocolVersion': 'TLSv1.2_2021'}}
        tags = {'Items': [{'Key': 'k', 'Value': 'v'}]}
        d = cf.create_distribution_with_tags(DistributionConfigWithTags={'DistributionConfig': config, 'Tags': tags})['Distribution']
        cf.get_waiter('distribution_deployed').wait(Id=d['Id'])
        refused('CNAMEAlreadyExists', cf.create_distribution, DistributionConfig=dict(config, CallerReference=str(uuid.uuid4())))
        assert cf.list_tags_for_resource(Resource=d['ARN'])['Tags']['Items'] == [{'Key': 'k', 'Value': 'v'}]
        paths = {'CallerReference': 'walk', 'Paths': {'Quantity': 1, 'Items': ['/*']}}
        i = cf.create_invalidation(DistributionId=d['Id'], InvalidationBatch=paths)['Invalidation']
        cf.get_waiter('invalidation_completed').wait(DistributionId=d['Id'], Id=i['Id'])
        now = cf.get_distribution_config(Id=d['Id'])
        refused('PreconditionFailed', cf.update_distribution, Id=d['Id'], IfMatch='EOLD0000000000', DistributionConfig=now['DistributionConfig'])
        off = dict(now['DistributionConfig'], Enabled=False, Comment='off')
        updated = cf.update_distribution(Id=d['Id'], IfMatch=now['ETag'], DistributionConfig=off)
        assert updated['Distribution']['DistributionConfig'] == off, updated
        assert [x['Comment'] for x in cf.list_distributions()['DistributionList']['Items'] if x['Id'] == d['Id']] == ['off']
        refused('ResourceInUseException', acm.delete_certificate, CertificateArn=arn)
        refused('OriginAccessControlInUse', cf.delete_origin_access_control, Id=control['Id'], IfMatch=cf.get_origin_access_control(Id=control['Id'])['ETag'])
        # A second one, which reads its bucket as an origin access identity, gets the name of the first.
        identity = cf.create_cloud_front_origin_access_identity(CloudFrontOriginAccessIdentityConfig={'CallerReference': 'walk', 'Comment': 'walk'})
        oai = identity['CloudFrontOriginAccessIdentity']
        assert [x['S3CanonicalUserId'] for x in cf.list_cloud_front_origin_access_identities()['CloudFrontOriginAccessIdentityList']['Items']] == [oai['S3CanonicalUserId']]
        read_as = {'Id': 's3', 'DomainName': origin['DomainName'], 'S3OriginConfig': {'OriginAccessIdentity': 'origin-access-identity/cloudfront/' + oai['Id']}}
        second = dict(config, CallerReference=str(uuid.uuid4()), Aliases={'Quantity': 0}, Origins={'Quantity': 1, 'Items': [read_as]})
        e = cf.create_distribution(DistributionConfig=second)
        name, resource = 'mta-sts.walk.example', {'DistributionId': e['Distribution']['Id']}
        conflicts = cf.list_domain_conflicts(Domain=name, DomainControlValidationResource=resource)['DomainConflicts']
        assert [(x['Domain'], x['ResourceType'], x['ResourceId'].lstrip('*') in d['Id']) for x in conflicts] == [(name, 'distribution', True)], conflicts
        refused('InvalidIfMatchVersion', cf.update_domain_association, Domain=name, TargetResource=resource)
        moved = cf.update_domain_association(Domain=name, TargetResource=resource, IfMatch=e['ETag'])
        assert (moved['Domain'], moved['ResourceId']) == (name, resource['DistributionId']), moved
        got, lost = cf.get_distribution(Id=resource['DistributionId']), cf.get_distribution(Id=d['Id'])
        assert (got['ETag'], got['Distribution']['DistributionConfig']['Aliases']['Items']) == (moved['ETag'], [name])
        assert lost['Distribution']['DistributionConfig']['Aliases']['Quantity'] == 0 and lost['ETag'] != updated['ETag']
        refused('CloudFrontOriginAccessIdentityInUse', cf.delete_cloud_front_origin_access_identity, Id=oai['Id'], IfMatch=identity['ETag'])
        off = dict(got['Distribution']['DistributionConfig'], Enabled=False)
        cf.delete_distribution(Id=resource['DistributionId'], IfMatch=cf.update_distribution(Id=resource['DistributionId'], IfMatch=got['ETag'], DistributionConfig=off)['ETag'])
        cf.delete_cloud_front_origin_access_identity(Id=oai['Id'], IfMatch=identity['ETag'])
        cf.delete_distribution(Id=d['Id'], IfMatch=lost['ETag'])
        refused('NoSuchDistribution', cf.get_distribution, Id=d['Id'])
        acm.delete_certificate(CertificateArn=arn)
        s3.delete_object(Bucket=bucket, Key='ten')
        s3.delete_bucket(Bucket=bucket)
        refused('HostedZoneNotEmpty', r.delete_hosted_zone, Id=zone)
        print('done')
        """;
}
