namespace EmailSecurity.Tests.Contracts;

/// <summary>What every IAccount must do.</summary>
public abstract class AccountContract
{
    protected abstract AwsWorld World { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Caller_has_account_arn_and_partition()
    {
        using var services = World.Open();
        var caller = await services.Account.GetCallerIdentityAsync(Token);
        Assert.Matches("^[0-9]{12}$", caller.AccountId);
        Assert.StartsWith("arn:aws:", caller.Arn, StringComparison.Ordinal);
        Assert.Equal("aws", caller.Partition);
    }

    [Fact]
    public async Task Identity_is_remembered()
    {
        using var services = World.Open();
        var callers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => services.Account.GetCallerIdentityAsync(Token)));
        Assert.All(callers, c => Assert.Same(callers[0], c));
    }

    [Fact]
    public async Task The_other_account_is_another()
    {
        using var services = World.Open();
        using var other = await World.OpenOtherAsync();
        Assert.NotEqual((await services.Account.GetCallerIdentityAsync(Token)).AccountId, (await other.Account.GetCallerIdentityAsync(Token)).AccountId);
    }

    [Fact]
    public async Task Wrong_secret_key_is_CredentialsInvalid()
    {
        World.SkipOnMoto("does not check signatures");
        using var services = World.Open(World.Settings with { SecretKey = "wrong" });
        var e = await AwsWorld.FailsAsync("CredentialsInvalid", () => services.Account.GetCallerIdentityAsync(Token));
        Assert.Equal(ErrorKind.Authentication, e.Kind);
        Assert.Contains("STS GetCallerIdentity", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_call_is_cancelled()
    {
        using var services = World.Open();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => services.Account.GetCallerIdentityAsync(cancelled.Token));
    }
}
