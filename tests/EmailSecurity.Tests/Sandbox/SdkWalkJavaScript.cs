namespace EmailSecurity.Tests.Sandbox;

/// <summary>The walk through every emulated service, in JavaScript.</summary>
internal static class SdkWalkJavaScript
{
    public const string Script = """
        import assert from 'node:assert/strict';
        import { randomUUID } from 'node:crypto';
        import { Readable } from 'node:stream';
        import * as r53 from '@aws-sdk/client-route-53';
        import * as cloudfront from '@aws-sdk/client-cloudfront';
        import * as acmSdk from '@aws-sdk/client-acm';
        import * as s3Sdk from '@aws-sdk/client-s3';
        import * as stsSdk from '@aws-sdk/client-sts';
        const [endpoint, accessKeyId, secretAccessKey, account] = process.argv.slice(-4);
        const config = (credentials = { accessKeyId, secretAccessKey }) => ({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
        const patience = client => ({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 2 });
        async function refused(code, promise) {
            const error = await promise.then(() => null, e => e);
            assert.equal(error?.name, code, `${code}: ${error}`);
            return error;
        }

        // STS: a role of the account.
        const sts = new stsSdk.STS(config());
        const role = await sts.assumeRole({ RoleArn: `arn:aws:iam::${account}:role/Publisher`, RoleSessionName: 'walk' });
        const c = role.Credentials;
        const keys = { accessKeyId: c.AccessKeyId, secretAccessKey: c.SecretAccessKey, sessionToken: c.SessionToken };
        const who = await new stsSdk.STS(config(keys)).getCallerIdentity({});
        assert.deepEqual([who.Account, who.Arn], [account, role.AssumedRoleUser.Arn]);
        await refused('ValidationError', sts.assumeRole({ RoleArn: `arn:aws:iam::${account}:user/nobody`, RoleSessionName: 'walk' }));

        // Route 53, with the role's keys.
        const r = new r53.Route53(config(keys));
        const made = await r.createHostedZone({ Name: 'walk-js.example', CallerReference: randomUUID() });
        const zone = made.HostedZone.Id;
        await r53.waitUntilResourceRecordSetsChanged(patience(r), { Id: made.ChangeInfo.Id });
        const set = (Name, Type, values) => ({ Name, Type, TTL: 60, ResourceRecords: values.map(Value => ({ Value })) });
        const change = (Action, name, type, ...values) => ({ Action, ResourceRecordSet: set(name, type, values) });
        const send = (...Changes) => r.changeResourceRecordSets({ HostedZoneId: zone, ChangeBatch: { Changes } });
        const text = change('UPSERT', 't.walk-js.example', 'TXT', '"a"', '"b"');
        const done = await send(change('CREATE', 'walk-js.example', 'MX', '10 mx.walk-js.example.'), text);
        assert.equal((await r.getChange({ Id: done.ChangeInfo.Id })).ChangeInfo.Status, 'INSYNC');
        const broken = [change('DELETE', 'gone.walk-js.example', 'A', '192.0.2.1'), change('CREATE', 't.walk-js.example', 'TXT', '"c"')];
        const error = await refused('InvalidChangeBatch', send(...broken));
        assert.ok(error instanceof r53.InvalidChangeBatch && error.$metadata.requestId);
        assert.match(error.message, /was not found.*already exists/s);
        await refused('InvalidInput', send({ Action: 'CREATE', ResourceRecordSet: { Name: 'x.walk-js.example', Type: 'A' } }));
        let zones = 0;
        for await (const page of r53.paginateListHostedZones({ client: r, pageSize: 1 }, {})) zones += page.HostedZones.length;
        assert.equal(zones, 1);
        await refused('NoSuchHostedZone', r.getHostedZone({ Id: 'ZNOTTHERE' }));
        const sets = [];
        for (let page = { NextRecordName: undefined }, more = true; more; more = page.IsTruncated) {
            const start = { StartRecordName: page.NextRecordName, StartRecordType: page.NextRecordType };
            page = await r.listResourceRecordSets({ HostedZoneId: zone, MaxItems: 2, ...start });
            sets.push(...page.ResourceRecordSets.map(s => `${s.Name} ${s.Type}`));
        }
        assert.deepEqual(sets, ['walk-js.example. MX', 'walk-js.example. NS', 'walk-js.example. SOA', 't.walk-js.example. TXT']);

        // ACM: asked for, proved by DNS, issued.
        const acm = new acmSdk.ACM(config());
        const { CertificateArn } = await acm.requestCertificate({ DomainName: 'mta-sts.walk-js.example', ValidationMethod: 'DNS', IdempotencyToken: 'walkjs' });
        let proof;
        while (!proof) proof = (await acm.describeCertificate({ CertificateArn })).Certificate.DomainValidationOptions[0].ResourceRecord;
        await send(change('CREATE', proof.Name, proof.Type, proof.Value));
        await acmSdk.waitUntilCertificateValidated(patience(acm), { CertificateArn });
        const listed = await acm.listCertificates({ CertificateStatuses: ['ISSUED'] });
        assert.ok(listed.CertificateSummaryList.some(c => c.CertificateArn === CertificateArn));
        await refused('ResourceNotFoundException', acm.describeCertificate({ CertificateArn: CertificateArn.slice(0, -4) + '0000' }));

        // S3: a bucket, an object, parts of it.
        const s3 = new s3Sdk.S3({ ...config(), forcePathStyle: true });
        const Bucket = 'walk-javascript';
        await s3.createBucket({ Bucket });
        await s3.putObject({ Bucket, Key: 'ten', Body: '0123456789', ContentType: 'text/plain' });
        await s3.putObject({ Bucket, Key: 'a stream+\u00fc', Body: Readable.from([Buffer.alloc(100000, 'x')]), ContentLength: 100000 });
        const part = await s3.getObject({ Bucket, Key: 'ten', Range: 'bytes=2-4' });
        assert.deepEqual([await part.Body.transformToString(), part.ContentRange, part.$metadata.httpStatusCode], ['234', 'bytes 2-4/10', 206]);
        assert.equal(await (await s3.getObject({ Bucket, Key: 'ten', Range: 'bytes=-3' })).Body.transformToString(), '789');
        assert.equal(await (await s3.getObject({ Bucket, Key: 'ten' })).Body.transformToString(), '0123456789');
        await refused('InvalidRange', s3.getObject({ Bucket, Key: 'ten', Range: 'bytes=10-' }));
        await refused('PreconditionFailed', s3.getObject({ Bucket, Key: 'ten', IfMatch: '"other"' }));
        await refused('NoSuchKey', s3.getObject({ Bucket, Key: 'missing' }));
        await refused('NotFound', s3.headObject({ Bucket, Key: 'missing' }));
        assert.deepEqual((await s3.listObjectsV2({ Bucket })).Contents.map(o => [o.Key, o.Size]), [['a stream+\u00fc', 100000], ['ten', 10]]);

        // CloudFront: a distribution with an origin access control, changed, invalidated, taken down.
        const cf = new cloudfront.CloudFront(config());
        const control = await cf.createOriginAccessControl({
            OriginAccessControlConfig: { Name: 'walk-js', SigningProtocol: 'sigv4', SigningBehavior: 'always', OriginAccessControlOriginType: 's3' },
        });
        const origin = {
            Id: 's3', DomainName: `${Bucket}.s3.us-east-1.amazonaws.com`, S3OriginConfig: { OriginAccessIdentity: '' },
            OriginAccessControlId: control.OriginAccessControl.Id,
        };
        const wish = {
            CallerReference: randomUUID(), Comment: 'walk', Enabled: true, Aliases: { Quantity: 1, Items: ['mta-sts.walk-js.example'] },
            Origins: { Quantity: 1, Items: [origin] },
            DefaultCacheBehavior: { TargetOriginId: 's3', ViewerProtocolPolicy: 'https-only', CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6' },
            ViewerCertificate: { ACMCertificateArn: CertificateArn, SSLSupportMethod: 'sni-only', MinimumProtocolVersion: 'TLSv1.2_2021' },
        };
        const Tags = { Items: [{ Key: 'k', Value: 'v' }] };
        const created = await cf.createDistributionWithTags({ DistributionConfigWithTags: { DistributionConfig: wish, Tags } });
        const Id = created.Distribution.Id;
        await cloudfront.waitUntilDistributionDeployed(patience(cf), { Id });
        await refused('CNAMEAlreadyExists', cf.createDistribution({ DistributionConfig: { ...wish, CallerReference: randomUUID() } }));
        assert.deepEqual((await cf.listTagsForResource({ Resource: created.Distribution.ARN })).Tags.Items, [{ Key: 'k', Value: 'v' }]);
        const paths = { CallerReference: 'walk', Paths: { Quantity: 1, Items: ['/*'] } };
        const invalidation = await cf.createInvalidation({ DistributionId: Id, InvalidationBatch: paths });
        await cloudfront.waitUntilInvalidationCompleted(patience(cf), { DistributionId: Id, Id: invalidation.Invalidation.Id });
        const now = await cf.getDistributionConfig({ Id });
        await refused('PreconditionFailed', cf.updateDistribution({ Id, IfMatch: 'EOLD0000000000', DistributionConfig: now.DistributionConfig }));
        const off = { ...now.DistributionConfig, Enabled: false, Comment: 'off' };
        const updated = await cf.updateDistribution({ Id, IfMatch: now.ETag, DistributionConfig: off });
        assert.deepEqual(updated.Distribution.DistributionConfig, off);
        assert.equal((await cf.listDistributions({})).DistributionList.Items.find(d => d.Id === Id).Comment, 'off');
        await refused('ResourceInUseException', acm.deleteCertificate({ CertificateArn }));
        await cf.deleteDistribution({ Id, IfMatch: updated.ETag });
        await refused('NoSuchDistribution', cf.getDistribution({ Id }));
        await acm.deleteCertificate({ CertificateArn });
        await s3.deleteObjects({ Bucket, Delete: { Objects: [{ Key: 'ten' }, { Key: 'a stream+\u00fc' }] } });
        await s3.deleteBucket({ Bucket });
        await refused('HostedZoneNotEmpty', r.deleteHostedZone({ Id: zone }));
        console.log('done');
        """;
}
