using System.Net.Http.Json;
using EmailSecurity.Aws.Session;
using EmailSecurity.Ports;
using EmailSecurity.Sandbox.Hosting;

namespace EmailSecurity.Tests.Contracts;

/// <summary>A sandbox of a test class.</summary>
public sealed class SandboxFixture : IAsyncLifetime
{
    public SandboxServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

/// <summary>The project's own sandbox.</summary>
/// <param name="server">The sandbox.</param>
/// <param name="region">Region of the buckets.</param>
/// <param name="official">True for clients that read answers as the official packages do.</param>
public sealed class SandboxAws(SandboxServer server, string region = "eu-west-1", bool official = false) : AwsWorld
{
    internal override AwsClientOptions ClientOptions => official ? OfficialPackages.Like(Options) : Options;

    private static readonly HttpClient Admin = new();

    public override bool IsMoto => false;

    public override ConnectionSettings Settings { get; } = new() { AccessKey = server.AccessKey, SecretKey = server.SecretKey, Region = region, EndpointUrl = server.EndpointUrl };

    public override Task<ConnectionSettings> OtherAsync() => Task.FromResult(Settings with { AccessKey = server.OtherAccessKey, SecretKey = server.OtherSecretKey });

    public async Task SetFaultsAsync(object faults) =>
        (await Admin.PutAsJsonAsync(server.AdminUrl.TrimEnd('/') + "/faults", faults, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();

    public async Task ClearFaultsAsync() =>
        (await Admin.DeleteAsync(server.AdminUrl.TrimEnd('/') + "/faults", TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();

    public async Task ClearCallsAsync() =>
        (await Admin.DeleteAsync(server.AdminUrl.TrimEnd('/') + "/calls", TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();

    public async Task<IReadOnlyList<LoggedCall>> CallsAsync() =>
        await Admin.GetFromJsonAsync<List<LoggedCall>>(server.AdminUrl.TrimEnd('/') + "/calls", TestContext.Current.CancellationToken) ?? [];

    public sealed record LoggedCall(string Service, string Operation, bool Write, int Status, string? Error);
}
