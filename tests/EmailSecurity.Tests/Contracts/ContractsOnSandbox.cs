namespace EmailSecurity.Tests.Contracts;

public sealed class AccountOnSandbox(SandboxFixture sandbox) : AccountContract, IClassFixture<SandboxFixture>
{
    protected override AwsWorld World => new SandboxAws(sandbox.Server);
}

public sealed class BucketsOnSandbox(SandboxFixture sandbox) : BucketsContract, IClassFixture<SandboxFixture>
{
    protected override AwsWorld World => new SandboxAws(sandbox.Server);
}

public sealed class BucketsInUsEast1OnSandbox(SandboxFixture sandbox) : BucketsContract, IClassFixture<SandboxFixture>
{
    protected override AwsWorld World => new SandboxAws(sandbox.Server, "us-east-1");
}

public sealed class CertificatesOnSandbox(SandboxFixture sandbox) : CertificatesContract, IClassFixture<SandboxFixture>
{
    protected override AwsWorld World => new SandboxAws(sandbox.Server);
}

public sealed class DistributionsOnSandbox(SandboxFixture sandbox) : DistributionsContract, IClassFixture<SandboxFixture>
{
    protected override AwsWorld World => new SandboxAws(sandbox.Server);
}

public sealed class ZonesOnSandbox(SandboxFixture sandbox) : ZonesContract, IClassFixture<SandboxFixture>
{
    protected override AwsWorld World => new SandboxAws(sandbox.Server);
}

public sealed class ObjectsOnSandbox(SandboxFixture sandbox) : ObjectsContract, IClassFixture<SandboxFixture>
{
    protected override AwsWorld World => new SandboxAws(sandbox.Server);
}

public sealed class ObjectsInUsEast1OnSandbox(SandboxFixture sandbox) : ObjectsContract, IClassFixture<SandboxFixture>
{
    protected override AwsWorld World => new SandboxAws(sandbox.Server, "us-east-1");
}

public sealed class ReportStoreOnSandbox(SandboxFixture sandbox) : ReportStoreContract, IClassFixture<SandboxFixture>
{
    protected override AwsWorld World => new SandboxAws(sandbox.Server);
}
