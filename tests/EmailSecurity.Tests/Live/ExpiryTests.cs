using EmailSecurity.Live;

namespace EmailSecurity.Tests.Live;

/// <summary>A certificate that ends soon is told when its renewal is overdue: that depends on its lifetime.</summary>
public sealed class ExpiryTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 0, 0, 0, TimeSpan.Zero);

    // Lifetime in days, the days that are left, and whether that is told.
    [Theory]
    [InlineData(198, 45, false)] // ACM now: the renewal has just begun
    [InlineData(198, 39.5, true)]
    [InlineData(198, 39.7, false)]
    [InlineData(100, 21, false)] // ACM from 2027-03-15
    [InlineData(100, 19, true)]
    [InlineData(47, 15, false)] // ACM from 2029-03-15
    [InlineData(47, 13, true)]
    [InlineData(90, 30, false)] // where others renew
    [InlineData(90, 17, true)]
    [InlineData(398, 46, false)] // weeks are enough, however long it lived
    [InlineData(398, 44, true)]
    [InlineData(3650, 46, false)]
    [InlineData(6, 5, true)]
    [InlineData(198, 0.1, true)]
    [InlineData(198, -1, false)] // over: that is another finding
    public void It_is_told_in_the_last_fifth_of_a_lifetime(double lifetime, double left, bool isTold)
    {
        var end = Now.AddDays(left);
        Assert.Equal(isTold, LiveFindings.Expiry(LiveRules.PolicyCertificateExpiresSoon, "mta-sts.example.com", end.AddDays(-lifetime), end, Now) is not null);
    }

    [Theory]
    [InlineData(13, true), InlineData(15, false)]
    public void Two_weeks_where_its_beginning_is_not_known(double left, bool isTold) =>
        Assert.Equal(isTold, LiveFindings.Expiry(LiveRules.MxCertificateExpiresSoon, "mx1.example.com", null, Now.AddDays(left), Now) is not null);
}
