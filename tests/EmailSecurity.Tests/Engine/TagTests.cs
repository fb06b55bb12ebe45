using EmailSecurity.Findings;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.Engine;

/// <summary>-Tag is checked where it is given, by a rule that S3, CloudFront and ACM all agree to.</summary>
public sealed class TagTests
{
    public static TheoryData<string, string, bool> Tags() => new()
    {
        { "cost-center", "a_b.c:d/e=f+g-h@i 1", true },
        { "Größe", "Straße", true },
        { new string('k', 128), new string('v', 256), true },
        { "empty", "", true },
        { "", "v", false },
        { new string('k', 129), "v", false },
        { "k", new string('v', 257), false },
        { "aws:x", "v", false },
        { "AWS:x", "v", false },
        { "EmailSecurity:Stack", "v", false },
        { "emailsecurity:x", "v", false },
        { "a;b", "v", false },
        { "a&b", "v", false },
        { "a(b)", "v", false },
        { "a,b", "v", false },
        { "a\tb", "v", false },
        { "k", "a\nb", false },
        { "k", "50%", false },
        { "k", "a#b", false },
        { "k", "\U0001F600", false },
    };

    [Theory]
    [MemberData(nameof(Tags))]
    public async Task A_tag_that_one_of_the_services_refuses_is_refused_by_name(string key, string value, bool good)
    {
        await using var session = EngineSession.Open();
        var result = session.Invoke("New-EmailSecurityStack example.com -Tag @{ $key = $value; other = 'x' }", ("key", key), ("value", value));
        if (good)
        {
            Assert.Equal(value, result.Single<EmailSecurityStack>().Tag[key]);
            return;
        }

        var error = result.ShouldFail("TagInvalid");
        Assert.Equal(VisibleText.Of(key), ((EmailSecurityException)error.Exception).Target);
    }

    [Fact]
    public async Task No_more_tags_than_a_resource_can_have()
    {
        await using var session = EngineSession.Open();
        Assert.Equal(40, session.Invoke("$t = @{}; foreach ($i in 1..40) { $t[\"k$i\"] = 'v' }; New-EmailSecurityStack example.com -Tag $t").Single<EmailSecurityStack>().Tag.Count);
        session.Invoke("$t['one-more'] = 'v'; New-EmailSecurityStack example.com -Tag $t").ShouldFail("TagInvalid");
    }
}
