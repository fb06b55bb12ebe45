using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Contracts;

[Collection("Moto")]
public sealed class AccountOnMoto(MotoFixture moto) : AccountContract
{
    protected override AwsWorld World => new MotoWorld(moto.Url);
}

[Collection("Moto")]
public sealed class BucketsOnMoto(MotoFixture moto) : BucketsContract
{
    protected override AwsWorld World => new MotoWorld(moto.Url);
}

[Collection("Moto")]
public sealed class BucketsInUsEast1OnMoto(MotoFixture moto) : BucketsContract
{
    protected override AwsWorld World => new MotoWorld(moto.Url, "us-east-1");
}

[Collection("Moto")]
public sealed class CertificatesOnMoto(MotoFixture moto) : CertificatesContract
{
    protected override AwsWorld World => new MotoWorld(moto.Url);
}

[Collection("Moto")]
public sealed class DistributionsOnMoto(MotoFixture moto) : DistributionsContract
{
    protected override AwsWorld World => new MotoWorld(moto.Url);
}

[Collection("Moto")]
public sealed class ZonesOnMoto(MotoFixture moto) : ZonesContract
{
    protected override AwsWorld World => new MotoWorld(moto.Url);
}

[Collection("Moto")]
public sealed class ObjectsOnMoto(MotoFixture moto) : ObjectsContract
{
    protected override AwsWorld World => new MotoWorld(moto.Url);
}

[Collection("Moto")]
public sealed class ReportStoreOnMoto(MotoFixture moto) : ReportStoreContract
{
    protected override AwsWorld World => new MotoWorld(moto.Url);
}
