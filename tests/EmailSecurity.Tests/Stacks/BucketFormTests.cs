using CsCheck;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.Stacks;

/// <summary>Bucket names of every form fit S3 and the permissions, tell domains, accounts and regions apart, and are read back.</summary>
public sealed class BucketFormTests
{
    private const string Account = "111122223333";
    private const string Other = "444455556666";

    // The longest names of regions today, and one that is longer than any.
    private static readonly string[] Regions =
        ["us-east-1", "eu-central-1", "ap-southeast-1", "ap-northeast-3", "us-gov-east-1", "cn-northwest-1", "eusc-de-east-1", "me-central-1", "xx-southeastern-1"];

    // One label of up to 63 characters, or many: up to the 253 of a domain name. Dots and hyphens in the same places read the same.
    private static readonly Gen<string> Domains = Gen.Select(
        Gen.Char["abcxyz0189"].Array[1, 63].Array[1, 4].Select(labels => labels.Select(l => new string(l))),
        Gen.OneOf(Gen.Const("."), Gen.Const("-"))).Select((labels, between) => (string.Join(between, labels) is { Length: > 245 } l ? l[..245].TrimEnd('-', '.') : string.Join(between, labels)) + ".example");

    private static readonly Gen<BucketForm> Forms = Gen.OneOf(
        Gen.Char["abcxyz0189"].Array[0, 12].Select(c => BucketForm.Shared(new string(c))),
        Gen.Int[0, Regions.Length - 1].Select(i => BucketForm.Regional(Regions[i])));

    [Fact]
    public void Names_fit_S3_and_the_permissions_and_are_read_back() => Gen.Select(Domains, Forms).Sample((domain, form) =>
    {
        var (assets, logs) = (StackNames.AssetBucket(domain, Account, form), StackNames.LogBucket(domain, Account, form));
        foreach (var (name, role) in new[] { (assets, "assets"), (logs, "logs") })
        {
            Assert.Matches("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", name);
            Assert.Matches(form.Region.Length == 0 ? $"^es-.+-{Account}-{role}$" : $"^es-.+-{role}-{Account}-{form.Region}-an$", name);
            Assert.StartsWith(BucketForm.Prefix(domain), name, StringComparison.Ordinal);
        }

        string[] noise = ["es-" + assets, assets + "x", StackNames.AssetBucket(domain, Other, form), StackNames.AssetBucket("x" + domain, Account, form)];
        Assert.Equal(form, BucketForm.OfOrigin(domain, Account, StackNames.OriginDomainName(assets, "eu-central-1", "aws")));
        Assert.Equal([form], BucketForm.OfNames(domain, Account, [.. noise, logs, assets]));
        Assert.Equal([form], BucketForm.OfNames(domain, Account, [.. noise, logs]));
        Assert.Null(BucketForm.OfOrigin(domain, Other, assets + ".s3.eu-central-1.amazonaws.com"));
        Assert.Null(BucketForm.OfOrigin("x" + domain, Account, assets + ".s3.eu-central-1.amazonaws.com"));
    });

    [Fact]
    public void No_two_of_domain_account_and_form_have_the_same_name() => Gen.Select(Domains, Forms, Domains, Forms, Gen.Bool).Sample((domain, form, other, second, sameAccount) =>
    {
        if ((domain, form, true) != (other, second, sameAccount))
        {
            Assert.NotEqual(StackNames.AssetBucket(domain, Account, form), StackNames.AssetBucket(other, sameAccount ? Account : Other, second));
        }

        // Where dots are hyphens, and where the text is cut, the hash tells them apart.
        var twin = domain.Contains('-', StringComparison.Ordinal) ? domain.Replace('-', '.') : "a" + domain[1..].Replace("0", "-", StringComparison.Ordinal) + ".x";
        Assert.NotEqual(StackNames.AssetBucket(domain, Account, form), StackNames.AssetBucket(twin, Account, form));
        Assert.NotEqual(StackNames.AssetBucket(domain, Account, form), StackNames.LogBucket(domain, Account, form));
    });

    [Theory]
    [InlineData("eu-central-1", "es-example-com-dzgwopzf-assets-111122223333-eu-central-1-an")]
    [InlineData("me-south-1", "es-example-com-a379a6-111122223333-assets")]
    [InlineData("me-central-1", "es-example-com-a379a6-111122223333-assets")]
    [InlineData("us-gov-west-1", "es-example-com-dzgwopzf-assets-111122223333-us-gov-west-1-an")]
    public void A_new_stack_has_names_of_the_accounts_own_where_the_region_has_them(string region, string name)
        => Assert.Equal(name, StackNames.AssetBucket("example.com", Account, BucketForm.ForNew(region)));

    [Theory]
    [InlineData("")]
    [InlineData("es-example-com--assets-111122223333--an")]
    [InlineData("es-example-com-dzgwopzf-assets-111122223333-a-region-with-a-name-that-no-region-has-and-none-ever-will-have-1-an")]
    [InlineData("es-example-com-dzgwopzf-assets-111122223333-EU-an")]
    public void What_is_no_name_of_ours_is_no_form(string origin) => Assert.Null(BucketForm.OfOrigin("example.com", Account, origin + ".s3.eu-central-1.amazonaws.com"));
}
