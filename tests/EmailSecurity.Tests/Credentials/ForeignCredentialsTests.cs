using System.Runtime.Loader;
using EmailSecurity.Aws.Credentials;

namespace EmailSecurity.Tests.Credentials;

/// <summary>Credential objects of other load contexts, and of other shapes.</summary>
public sealed class ForeignCredentialsTests
{
    [Fact]
    public async Task Credentials_of_another_load_context_are_read_through_their_public_face()
    {
        var context = new AssemblyLoadContext("foreign", isCollectible: true);
        try
        {
            var core = context.LoadFromAssemblyPath(typeof(Amazon.Runtime.AWSCredentials).Assembly.Location);
            var type = core.GetType("Amazon.Runtime.SessionAWSCredentials", throwOnError: true)!;
            var foreign = Activator.CreateInstance(type, "AK", "secret", "token")!;
            Assert.False(foreign is Amazon.Runtime.AWSCredentials);
            var wrapped = ForeignCredentials.Wrap(foreign, "-Credential");
            var keys = await wrapped.GetCredentialsAsync();
            Assert.Equal(("AK", "secret", "token"), (keys.AccessKey, keys.SecretKey, keys.Token));
            Assert.Equal("AK", wrapped.GetCredentials().AccessKey);
        }
        finally
        {
            context.Unload();
        }
    }

    [Fact]
    public async Task The_stored_credentials_of_AWS_Tools_hold_theirs_in_a_property()
    {
        var keys = await ForeignCredentials.Wrap(new AWSPSCredentials(new Amazon.Runtime.BasicAWSCredentials("AK", "secret")), "$StoredAWSCredentials").GetCredentialsAsync();
        Assert.Equal(("AK", ""), (keys.AccessKey, keys.Token));
    }

    [Fact]
    public async Task Keys_are_asked_for_at_every_use()
    {
        var source = new Rotating();
        var wrapped = ForeignCredentials.Wrap(source, "-Credential");
        Assert.Equal("AK1", (await wrapped.GetCredentialsAsync()).AccessKey);
        Assert.Equal("AK2", (await wrapped.GetCredentialsAsync()).AccessKey);
    }

    [Theory]
    [InlineData("text")]
    [InlineData(42)]
    public void What_is_no_credentials_object_is_refused(object value)
    {
        var e = Assert.Throws<EmailSecurityException>(() => ForeignCredentials.Wrap(value, "-Credential"));
        Assert.Equal(("CredentialUnreadable", ErrorKind.InvalidArgument), (e.ErrorId, e.Kind));
        Assert.Contains("-Credential", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failures_of_the_object_are_explained()
    {
        var session = new SessionCredentials(new ResolvedCredentials(CredentialSource.Object, "-Credential", ForeignCredentials.Wrap(new Failing(), "-Credential")));
        var e = await Assert.ThrowsAsync<EmailSecurityException>(() => session.GetCredentialsAsync());
        Assert.Equal("CredentialsInvalid", e.ErrorId);
        Assert.Contains("the token has gone", e.Message, StringComparison.Ordinal);
    }

    public sealed record Keys(string AccessKey, string SecretKey, string Token);

    public sealed class Rotating
    {
        private int count;

        public Keys GetCredentials() => new("AK" + Interlocked.Increment(ref count), "s", "");
    }

    public sealed class Failing
    {
        public Keys GetCredentials() => throw new InvalidOperationException("the token has gone");
    }

    private sealed class AWSPSCredentials(Amazon.Runtime.AWSCredentials credentials)
    {
        internal Amazon.Runtime.AWSCredentials Credentials { get; } = credentials;
    }
}
