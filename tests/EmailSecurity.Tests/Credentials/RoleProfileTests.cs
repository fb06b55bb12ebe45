using EmailSecurity.Ports;
using EmailSecurity.Tests.Contracts;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Credentials;

/// <summary>A profile's role is assumed at the session's endpoint, with the source profile's keys.</summary>
[Collection("Moto")]
public sealed class RoleProfileTests(MotoFixture moto) : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("emailsecurity-roles");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_role_is_assumed_through_its_source_profile()
    {
        var file = Path.Combine(folder.FullName, "credentials");
        await File.WriteAllTextAsync(
            file,
            "[base]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\n[ops]\nrole_arn = arn:aws:iam::333333333333:role/ops\nsource_profile = base\nrole_session_name = me\nregion = eu-north-1\n",
            TestContext.Current.CancellationToken);
        using var services = new ServicesFactory(AwsWorld.Options).Create(
            new ConnectionSettings { ProfileName = "ops", ProfileLocation = file, EndpointUrl = moto.Url.AbsoluteUri },
            TimeProvider.System);
        var caller = await services.Account.GetCallerIdentityAsync(TestContext.Current.CancellationToken);
        Assert.Equal("arn:aws:sts::333333333333:assumed-role/ops/me", caller.Arn);
        Assert.Equal("eu-north-1", services.Region);
    }
}
