using EmailSecurity.Applying;
using EmailSecurity.Ports;
using Microsoft.Extensions.Time.Testing;

namespace EmailSecurity.Tests.Plans;

/// <summary>Which certificate a request leads to, on an ACM that remembers every token for an hour, whatever became of its certificate.</summary>
public sealed class CertificateRequestTests
{
    private const string Account = "123456789012";
    private static readonly string[] Names = ["mta-sts.example.com", "bimi-assets.example.com"];
    private static readonly Dictionary<string, string> Tags = new() { ["EmailSecurity:Stack"] = "example.com" };

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly Acm acm;

    public CertificateRequestTests() => acm = new Acm(time);

    [Fact]
    public async Task Two_requests_at_once_give_one_certificate()
    {
        var arns = await Task.WhenAll(RequestAsync(), RequestAsync(names: [.. Names.Reverse()]));
        Assert.Equal(arns[0], arns[1]);
        Assert.Single(acm.Certificates);
    }

    [Theory]
    [InlineData(CertificateStatus.Failed)]
    [InlineData(CertificateStatus.ValidationTimedOut)]
    [InlineData(CertificateStatus.Expired)]
    [InlineData(CertificateStatus.Revoked)]
    public async Task A_request_after_a_failure_within_the_hour_gives_a_new_certificate(CertificateStatus status)
    {
        var first = await RequestAsync();
        acm.Certificates[first] = acm.Certificates[first] with { Status = status };
        var second = await Task.WhenAll(RequestAsync(), RequestAsync(dead: [first]));
        Assert.NotEqual(first, second[0]);
        Assert.Equal(second[0], second[1]);

        // And again: the chain grows.
        acm.Certificates[second[0]] = acm.Certificates[second[0]] with { Status = status };
        Assert.DoesNotContain(await RequestAsync(), new[] { first, second[0] });
    }

    [Fact]
    public async Task A_request_after_a_deletion_within_the_hour_gives_a_new_certificate()
    {
        var first = await RequestAsync();
        acm.Certificates.Remove(first);
        var second = await RequestAsync();
        Assert.NotEqual(first, second);
        Assert.Equal(second, await RequestAsync());
    }

    [Fact]
    public async Task A_certificate_that_shows_late_is_waited_for()
    {
        acm.ShowsAfter = TimeSpan.FromSeconds(20);
        var arns = await Task.WhenAll(RequestAsync(), RequestAsync());
        Assert.Equal(arns[0], arns[1]);
        Assert.Single(acm.Certificates);
    }

    [Fact]
    public async Task An_ACM_that_never_shows_a_certificate_is_not_asked_for_ever()
    {
        acm.ShowsAfter = TimeSpan.FromDays(1);
        await RequestAsync();
        Assert.InRange(acm.Certificates.Count, 1, 10);
    }

    [Theory]
    [InlineData(Account, "mta-sts.example.com bimi-assets.example.com", "", true)]
    [InlineData(Account, "BIMI-assets.example.com mta-sts.example.com", "", true)]
    [InlineData("210987654321", "mta-sts.example.com bimi-assets.example.com", "", false)]
    [InlineData(Account, "mta-sts.example.com", "", false)]
    [InlineData(Account, "mta-sts.example.com bimi-assets.example.com", "arn:1", false)]
    public void The_token_is_the_same_for_the_same_account_names_and_past(string account, string names, string spent, bool same)
    {
        var token = CertificateRequests.Token(account, names.Split(' '), spent.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Matches("^[A-Za-z0-9_]{1,32}$", token);
        Assert.Equal(same, token == CertificateRequests.Token(Account, Names, []));
    }

    private async Task<string> RequestAsync(string[]? names = null, string[]? dead = null)
    {
        var request = new CertificateRequests(acm, time).RequestAsync(Account, names ?? Names, Tags, dead ?? [], TestContext.Current.CancellationToken);
        while (!request.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        return (await request).Arn;
    }

    private sealed class Acm(TimeProvider time) : ICertificates
    {
        private readonly Dictionary<string, (string Arn, DateTimeOffset At)> tokens = new(StringComparer.Ordinal);
        private readonly Dictionary<string, DateTimeOffset> requestedAt = new(StringComparer.Ordinal);

        public Dictionary<string, ObservedCertificate> Certificates { get; } = new(StringComparer.Ordinal);

        public TimeSpan ShowsAfter { get; set; }

        public Task<string> RequestAsync(IReadOnlyList<string> names, string idempotencyToken, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken)
        {
            if (tokens.TryGetValue(idempotencyToken, out var known) && time.GetUtcNow() - known.At < TimeSpan.FromHours(1))
            {
                return Task.FromResult(known.Arn);
            }

            var arn = $"arn:aws:acm:us-east-1:{Account}:certificate/{requestedAt.Count}";
            Certificates[arn] = new ObservedCertificate { Arn = arn, Names = names, Status = CertificateStatus.PendingValidation, Tags = tags };
            requestedAt[arn] = time.GetUtcNow();
            tokens[idempotencyToken] = (arn, time.GetUtcNow());
            return Task.FromResult(arn);
        }

        public Task<ObservedCertificate?> GetAsync(string arn, CancellationToken cancellationToken) =>
            Task.FromResult(time.GetUtcNow() - requestedAt[arn] >= ShowsAfter ? Certificates.GetValueOrDefault(arn) : null);

        public Task<IReadOnlyList<ObservedCertificate>> FindAsync(string stackDomain, IReadOnlyList<string> names, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> IsNameOnOtherCertificateAsync(string name, IReadOnlyCollection<string> exceptArns, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> DeleteAsync(string arn, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
