using EmailSecurity.Sandbox.Hosting;

namespace EmailSecurity.Tests.Engine;

/// <summary>One sandbox for the tests of a class.</summary>
public sealed class SandboxFixture : IAsyncLifetime
{
    public SandboxServer Sandbox { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Sandbox = await SandboxServer.StartAsync(new SandboxOptions(), CancellationToken.None);

    public ValueTask DisposeAsync() => Sandbox.DisposeAsync();
}
