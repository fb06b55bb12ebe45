using System.Security.Cryptography;
using System.Text;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using static EmailSecurity.Tests.Plans.PlanningWorld;

namespace EmailSecurity.Tests.Plans;

// What an object is served with is part of what is wanted: senders discard a policy that is not text/plain (RFC 8461 section 3.2).
public sealed class ObjectPlanTests
{
    private const string Again = "object/policy invalidation invalidation-done served/policy";

    private static readonly ObjectMetadata Good = new("v1", "text/plain; charset=utf-8", "max-age=10");

    public static TheoryData<string, string, string> Metadata => new()
    {
        { "as put", "", "" },
        { "other spelling", "", "" },
        { "binary/octet-stream", Again, "text/plain (RFC 8461 section 3.2)" },
        { "text/html", Again, "text/plain (RFC 8461 section 3.2)" },
        { "max-age=86400", Again, "Edge locations" },
        { "no Cache-Control", Again, "Edge locations" },
        { "gzip", Again, "cannot be decoded" },
        { "redirect", Again, "a redirect is not followed" },
    };

    [Theory]
    [MemberData(nameof(Metadata))]
    public void A_difference_is_drift_and_the_plan_says_what_it_means(string what, string ids, string consequence)
    {
        var metadata = what switch
        {
            "as put" => Good,
            "other spelling" => Good with { ContentType = "Text/Plain;Charset=UTF-8" },
            "max-age=86400" => Good with { CacheControl = what },
            "no Cache-Control" => Good with { CacheControl = "" },
            "gzip" => Good with { ContentEncoding = what },
            "redirect" => Good with { WebsiteRedirect = "/elsewhere" },
            _ => Good with { ContentType = what },
        };
        var plan = Publish(Seen(Deployed(), metadata));
        Assert.Equal(ids, plan.Ids());
        Assert.All(plan.Changes.Where(c => c.Id == "object/policy"), c =>
        {
            Assert.Contains(consequence, c.Consequence, StringComparison.Ordinal);
            Assert.NotEqual(c.Before, c.After);
            Assert.DoesNotContain("bytes", c.After, StringComparison.Ordinal);
        });
    }

    // The same policy put again is no step up.
    [Fact]
    public void Mending_an_enforce_policy_asks_for_nothing()
        => Assert.DoesNotContain(Publish(Seen(Deployed(Enforce), Good with { ContentType = "text/html" }), Stack with { Policy = Enforce }).Changes,
            c => c.MovesToEnforce);

    // Under SSE-KMS the ETag is nothing of the content's: the checksum put with the object tells.
    [Fact]
    public void The_checksum_tells_what_the_ETag_does_not()
    {
        var state = Deployed();
        state = state with { AssetVersions = [state.AssetVersions[0] with { ETag = "00000000000000000000000000000000" }] };
        Assert.Equal(Again, Publish(Seen(state, Good)).Ids());
        Assert.Equal("", Publish(Seen(state, Good with { Sha256 = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Testing.Text))) })).Ids());
    }

    [Theory]
    [InlineData("image/svg+xml", "max-age=86400", "")]
    [InlineData("text/xml", "max-age=86400", "object/logo")]
    [InlineData("image/svg+xml", "", "object/logo")]
    public void A_logo_is_held_to_its_own_metadata(string type, string cache, string step)
    {
        var logo = new StackAsset("logo.svg", new byte[] { 1, 2, 3 });
        var key = StackNames.BimiKey(logo.Content, "logo.svg");
        var state = Deployed();
        state = state with
        {
            AssetVersions = [.. state.AssetVersions, new ObjectVersion(key, "v9", true, false, StackPlanner.Md5(logo.Content.Span), 3, Now)],
            Metadata = new Dictionary<string, ObjectMetadata>(StringComparer.Ordinal) { [StackNames.PolicyKey] = Good, [key] = new("v9", type, cache) },
        };
        Assert.Equal(step, string.Join(" ",
            Publish(state, Stack with { Logo = logo }).Changes.Select(c => c.Id).Where(i => i.StartsWith("object/", StringComparison.Ordinal))));
    }

    private static ObservedStack Seen(ObservedStack state, ObjectMetadata metadata)
        => state with { Metadata = new Dictionary<string, ObjectMetadata>(StringComparer.Ordinal) { [StackNames.PolicyKey] = metadata } };
}
