using EmailSecurity.Applying;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>What happens while a command waits for AWS: failed looks, outages, things that cannot come true.</summary>
public class WaitTests
{
    [Theory]
    [InlineData("acm", "DescribeCertificate", "throttle")]
    [InlineData("cloudfront", "GetDistribution", "throttle")]
    [InlineData("cloudfront", "GetDistribution", "error500")]
    [InlineData("cloudfront", "GetDistribution", "timeout")]
    [InlineData("route53", "GetChange", "reset")]
    public async Task An_outage_of_the_looks_ends_no_wait(string service, string operation, string kind)
    {
        await using var lab = await StackLab.StartAsync();
        var began = lab.Time.GetUtcNow();

        // From the fifth look on nothing but failures, for ten minutes.
        lab.Sandbox.SetFaults($$"""[{"service":"{{service}}","operation":"{{operation}}","nth":5,"kind":"{{kind}}","times":100000}]""");
        lab.Time.At(TimeSpan.FromMinutes(20), () =>
        {
            lab.Sandbox.SetFaults(null);
            return Task.CompletedTask;
        });
        var result = await lab.PublishAsync(StackLab.Stack());
        Assert.True(result.Errors.Count == 0, string.Join("; ", result.Errors.Select(e => e.Message)));
        Assert.Equal(StackStatus.Deployed, result.Stack!.Status);
        Assert.InRange(lab.Time.GetUtcNow() - began, TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(40));
    }

    [Fact]
    public async Task A_wait_that_ends_amid_failed_looks_says_what_they_met()
    {
        await using var lab = await StackLab.StartAsync();
        lab.Sandbox.SetFaults("""[{"service":"acm","operation":"DescribeCertificate","nth":20,"kind":"throttle","times":100000}]""");
        var result = await lab.PublishAsync(StackLab.Stack(), waits: new WaitOptions { Timeout = TimeSpan.FromMinutes(30) });
        var error = Assert.Single(result.Errors, e => e.ErrorId == "CertificateNotValidated");
        Assert.Contains("throttled", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_certificate_that_another_distribution_uses_is_reported_at_once_with_its_user()
    {
        await using var lab = await StackLab.StartAsync();
        var published = await lab.PublishAsync(StackLab.Stack());
        var user = await lab.UseElsewhereAsync(published.Stack!.CertificateArn);

        var began = lab.Time.GetUtcNow();
        var removed = await lab.RemoveAsync(new RemovalOptions { Force = true });
        var error = Assert.Single(removed.Errors, e => e.ErrorId == "CertificateInUse");
        Assert.Contains(user, error.Message, StringComparison.Ordinal);
        Assert.InRange(lab.Time.GetUtcNow() - began, TimeSpan.Zero, TimeSpan.FromMinutes(10));
    }
}
