using EmailSecurity.Ports;

namespace EmailSecurity.Tests.Contracts;

/// <summary>What every ICertificates must do.</summary>
public abstract class CertificatesContract
{
    protected abstract AwsWorld World { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_requested_certificate_is_found_by_its_stack_and_names()
    {
        using var services = World.Open();
        var (domain, names, arn) = await RequestAsync(services);
        var found = Assert.Single(await services.Certificates.FindAsync(domain, names, Token));
        Assert.Equal(arn, found.Arn);
        Assert.Equal(names.Order(StringComparer.Ordinal), found.Names);
        Assert.Equal(domain, found.Tags["EmailSecurity:Stack"]);
        Assert.Equal("yes", found.Tags["extra"]);
        Assert.StartsWith("arn:aws:acm:us-east-1:", arn, StringComparison.Ordinal);
        Assert.Single(await services.Certificates.FindAsync(domain, [names[1]], Token));
    }

    [Fact]
    public async Task A_certificate_of_another_stack_or_without_all_names_is_not_found()
    {
        using var services = World.Open();
        var (domain, names, _) = await RequestAsync(services);
        Assert.Empty(await services.Certificates.FindAsync("other.example", names, Token));
        Assert.Empty(await services.Certificates.FindAsync(domain, [.. names, "third." + domain], Token));
    }

    [Fact]
    public async Task Validation_records_appear_without_final_dots()
    {
        using var services = World.Open();
        var (_, names, arn) = await RequestAsync(services);
        var certificate = await AwsWorld.EventuallyAsync(() => services.Certificates.GetAsync(arn, Token), c => c?.ValidationRecords.Count == names.Length);
        Assert.Equal(names.Order(StringComparer.Ordinal), certificate!.ValidationRecords.Select(r => r.Domain));
        Assert.All(certificate.ValidationRecords, r =>
        {
            Assert.EndsWith("." + r.Domain, r.Name, StringComparison.Ordinal);
            Assert.StartsWith("_", r.Name, StringComparison.Ordinal);
            Assert.DoesNotMatch("\\.$", r.Value);
        });
    }

    [Fact]
    public async Task The_same_token_is_the_same_certificate()
    {
        using var services = World.Open();
        var domain = AwsWorld.UniqueDomain();
        var token = Guid.NewGuid().ToString("N");
        var tags = new Dictionary<string, string> { ["EmailSecurity:Stack"] = domain };
        var first = await services.Certificates.RequestAsync(["mta-sts." + domain], token, tags, Token);
        Assert.Equal(first, await services.Certificates.RequestAsync(["mta-sts." + domain], token, tags, Token));
        Assert.NotEqual(first, await services.Certificates.RequestAsync(["mta-sts." + domain], Guid.NewGuid().ToString("N"), tags, Token));
    }

    [Fact]
    public async Task A_name_on_another_living_certificate_is_known()
    {
        using var services = World.Open();
        var (_, names, arn) = await RequestAsync(services);
        Assert.False(await services.Certificates.IsNameOnOtherCertificateAsync(names[0], [arn], Token));
        Assert.True(await services.Certificates.IsNameOnOtherCertificateAsync(names[0], [], Token));
        Assert.False(await services.Certificates.IsNameOnOtherCertificateAsync("other." + names[0], [], Token));
    }

    [Fact]
    public async Task An_unknown_certificate_is_null()
    {
        using var services = World.Open();
        var account = (await services.Account.GetCallerIdentityAsync(Token)).AccountId;
        Assert.Null(await services.Certificates.GetAsync($"arn:aws:acm:us-east-1:{account}:certificate/{Guid.NewGuid()}", Token));
    }

    [Fact]
    public async Task Deleting_twice_is_success()
    {
        using var services = World.Open();
        var (domain, names, arn) = await RequestAsync(services);
        Assert.True(await services.Certificates.DeleteAsync(arn, Token));
        Assert.Null(await services.Certificates.GetAsync(arn, Token));
        Assert.True(await services.Certificates.DeleteAsync(arn, Token));
        Assert.Empty(await services.Certificates.FindAsync(domain, names, Token));
    }

    [Fact]
    public async Task A_validated_certificate_is_issued_and_says_until_when()
    {
        World.SkipOnMoto("issues certificates by itself, after a minute");
        using var services = World.Open();
        var domain = AwsWorld.UniqueDomain();
        var arn = await World.IssueCertificateAsync(services, domain, "mta-sts." + domain);
        var certificate = await services.Certificates.GetAsync(arn, Token);
        Assert.Equal(CertificateStatus.Issued, certificate!.Status);
        Assert.True(certificate.NotAfter > DateTimeOffset.UtcNow.AddDays(30));
    }

    private static async Task<(string Domain, string[] Names, string Arn)> RequestAsync(IEmailSecurityServices services)
    {
        var domain = AwsWorld.UniqueDomain();
        string[] names = ["mta-sts." + domain, "bimi-assets." + domain];
        var tags = new Dictionary<string, string> { ["EmailSecurity:Stack"] = domain, ["extra"] = "yes" };
        return (domain, names, await services.Certificates.RequestAsync(names, Guid.NewGuid().ToString("N"), tags, Token));
    }
}
