using System.Diagnostics;

namespace EmailSecurity.Tests.Sandbox;

/// <summary>A second client: boto3, unmodified, on S3 and STS. It signs, encodes and sums by other code than the .NET clients.</summary>
public sealed class S3BotoTests(HostFixture host) : IClassFixture<HostFixture>
{
    private const string Script = """
        import boto3, io, json, os, sys
        from botocore.config import Config
        from botocore.exceptions import ClientError
        endpoint, key, secret, account, foreign = sys.argv[1:]
        def client(service='s3', region='us-east-1', **more):
            more.setdefault('config', Config(retries={'total_max_attempts': 1}, s3={'addressing_style': 'path'}))
            return boto3.client(service, region_name=region, endpoint_url=endpoint, aws_access_key_id=key, aws_secret_access_key=secret, **more)
        def refused(code, call, **arguments):
            try:
                call(**arguments)
            except ClientError as e:
                assert e.response['Error']['Code'] == code, (code, e)
            else:
                raise AssertionError(code)
        assert client('sts').get_caller_identity()['Account'] == account
        s3, b = client(), 'boto-bucket'
        s3.create_bucket(Bucket=b, ObjectOwnership='BucketOwnerPreferred')
        refused('BucketAlreadyExists', s3.create_bucket, Bucket=foreign)
        europe = client(region='eu-west-1')
        europe.create_bucket(Bucket='boto-europe', CreateBucketConfiguration={'LocationConstraint': 'eu-west-1'})
        assert client(region='ap-south-1').list_objects_v2(Bucket='boto-europe')['KeyCount'] == 0   # follows the redirect
        assert s3.get_bucket_location(Bucket='boto-europe')['LocationConstraint'] == 'eu-west-1'
        assert s3.head_bucket(Bucket=b)['BucketRegion'] == 'us-east-1'
        assert all(s3.get_public_access_block(Bucket=b)['PublicAccessBlockConfiguration'].values())
        s3.put_public_access_block(Bucket=b, PublicAccessBlockConfiguration=dict(BlockPublicAcls=True, IgnorePublicAcls=True, BlockPublicPolicy=True, RestrictPublicBuckets=True))
        assert s3.get_bucket_ownership_controls(Bucket=b)['OwnershipControls']['Rules'][0]['ObjectOwnership'] == 'BucketOwnerPreferred'
        s3.put_bucket_acl(Bucket=b, ACL='log-delivery-write')
        assert len(s3.get_bucket_acl(Bucket=b)['Grants']) == 3
        s3.put_bucket_logging(Bucket=b, BucketLoggingStatus={'LoggingEnabled': {'TargetBucket': b, 'TargetPrefix': 's3/'}})
        assert s3.get_bucket_logging(Bucket=b)['LoggingEnabled']['TargetPrefix'] == 's3/'
        s3.put_bucket_encryption(Bucket=b, ServerSideEncryptionConfiguration={'Rules': [{'ApplyServerSideEncryptionByDefault': {'SSEAlgorithm': 'AES256'}, 'BucketKeyEnabled': True}]})
        assert s3.get_bucket_encryption(Bucket=b)['ServerSideEncryptionConfiguration']['Rules'][0]['BucketKeyEnabled']
        s3.put_bucket_versioning(Bucket=b, VersioningConfiguration={'Status': 'Enabled'})
        assert s3.get_bucket_versioning(Bucket=b)['Status'] == 'Enabled'
        refused('NoSuchTagSet', s3.get_bucket_tagging, Bucket=b)
        s3.put_bucket_tagging(Bucket=b, Tagging={'TagSet': [{'Key': 'EmailSecurity:Stack', 'Value': 'example.com'}]})
        assert s3.get_bucket_tagging(Bucket=b)['TagSet'][0]['Value'] == 'example.com'
        refused('NoSuchLifecycleConfiguration', s3.get_bucket_lifecycle_configuration, Bucket=b)
        rule = {'ID': 'old', 'Status': 'Enabled', 'Filter': {'Prefix': ''}, 'NoncurrentVersionExpiration': {'NoncurrentDays': 30}}
        s3.put_bucket_lifecycle_configuration(Bucket=b, LifecycleConfiguration={'Rules': [rule]})
        assert s3.get_bucket_lifecycle_configuration(Bucket=b)['Rules'] == [rule]
        refused('NoSuchBucketPolicy', s3.get_bucket_policy, Bucket=b)
        policy = {'Version': '2012-10-17', 'Statement': [{'Effect': 'Deny', 'Principal': '*', 'Action': 's3:*', 'Resource': ['arn:aws:s3:::' + b, 'arn:aws:s3:::' + b + '/*'], 'Condition': {'Bool': {'aws:SecureTransport': 'false'}}}]}
        s3.put_bucket_policy(Bucket=b, Policy=json.dumps(policy))
        assert json.loads(s3.get_bucket_policy(Bucket=b)['Policy']) == policy
        assert s3.get_bucket_policy_status(Bucket=b)['PolicyStatus']['IsPublic'] is False
        put = s3.put_object(Bucket=b, Key='k 2+\u00fc/%41', Body=b'version: STSv1\n', ContentType='text/plain', CacheControl='max-age=60', Metadata={'a': 'b'})
        got = s3.get_object(Bucket=b, Key='k 2+\u00fc/%41')
        assert (got['Body'].read(), got['ContentType'], got['CacheControl'], got['Metadata'], got['VersionId'], got['ETag']) == (b'version: STSv1\n', 'text/plain', 'max-age=60', {'a': 'b'}, put['VersionId'], put['ETag'])
        s3.put_object(Bucket=b, Key='stream', Body=io.BytesIO(b'x' * 200000))
        for algorithm in ['CRC32', 'SHA1', 'SHA256']:
            s3.put_object(Bucket=b, Key=algorithm, Body=io.BytesIO(b'123'), ChecksumAlgorithm=algorithm)
            assert s3.get_object(Bucket=b, Key=algorithm, ChecksumMode='ENABLED')['Body'].read() == b'123'
        refused('404', s3.head_object, Bucket=b, Key='missing')
        assert s3.head_object(Bucket=b, Key='stream')['ContentLength'] == 200000
        assert s3.delete_object(Bucket=b, Key='stream')['DeleteMarker']
        keys = [o['Key'] for page in s3.get_paginator('list_objects_v2').paginate(Bucket=b, PaginationConfig={'PageSize': 2}) for o in page['Contents']]
        assert keys == ['CRC32', 'SHA1', 'SHA256', 'k 2+\u00fc/%41'], keys
        refused('BucketNotEmpty', s3.delete_bucket, Bucket=b)
        versions = [{'Key': v['Key'], 'VersionId': v['VersionId']} for page in s3.get_paginator('list_object_versions').paginate(Bucket=b, PaginationConfig={'PageSize': 2}) for v in page.get('Versions', []) + page.get('DeleteMarkers', [])]
        assert len(versions) == 6
        assert len(s3.delete_objects(Bucket=b, Delete={'Objects': versions})['Deleted']) == 6
        s3.delete_bucket(Bucket=b)
        assert [x['Name'] for x in s3.list_buckets()['Buckets']] == ['boto-europe']
        print('done')
        """;

    [Fact]
    public async Task Every_operation_works_with_boto3()
    {
        var (probe, _, _) = await RunAsync("import boto3");
        Assert.SkipUnless(probe == 0, "python3 with boto3 is not on this machine.");
        var server = host.Server;
        var (code, output, error) = await RunAsync(Script, server.EndpointUrl, server.AccessKey, server.SecretKey, server.AccountId, server.ForeignBuckets[0]);
        Assert.True(code == 0 && output.Trim() == "done", error);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("python3") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])["-c", script, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }
        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, await output, await error);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (-1, "", "python3 is not there");
        }
    }
}
