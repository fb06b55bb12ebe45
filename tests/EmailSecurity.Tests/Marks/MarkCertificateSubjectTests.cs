using EmailSecurity.Findings;
using EmailSecurity.Marks;

namespace EmailSecurity.Tests.Marks;

/// <summary>MC Requirements section 7.1.4.2.2: for each mark type, what is required, what is prohibited, and the form of the values; one line a case.</summary>
public class MarkCertificateSubjectTests
{
    private const string Registered = "Registered Mark", Government = "Government Mark", PriorUse = "Prior Use Mark", Modified = "Modified Registered Mark";

    private static readonly Dictionary<string, string> Oids = new(StringComparer.Ordinal)
    {
        ["organizationName"] = "2.5.4.10",
        ["streetAddress"] = "2.5.4.9",
        ["localityName"] = "2.5.4.7",
        ["stateOrProvinceName"] = "2.5.4.8",
        ["countryName"] = "2.5.4.6",
        ["businessCategory"] = "2.5.4.15",
        ["jurisdictionCountryName"] = "1.3.6.1.4.1.311.60.2.1.3",
        ["serialNumber"] = "2.5.4.5",
        ["trademarkOfficeName"] = "1.3.6.1.4.1.53087.1.2",
        ["trademarkCountryOrRegionName"] = "1.3.6.1.4.1.53087.1.3",
        ["trademarkIdentifier"] = "1.3.6.1.4.1.53087.1.4",
        ["legalEntityIdentifier"] = "1.3.6.1.4.1.53087.1.5",
        ["statuteCountryName"] = "1.3.6.1.4.1.53087.3.2",
        ["statuteStateOrProvinceName"] = "1.3.6.1.4.1.53087.3.3",
        ["statuteLocalityName"] = "1.3.6.1.4.1.53087.3.4",
        ["statuteCitation"] = "1.3.6.1.4.1.53087.3.5",
        ["statuteURL"] = "1.3.6.1.4.1.53087.3.6",
        ["priorUseMarkSourceURL"] = "1.3.6.1.4.1.53087.5.1",
    };

    private static readonly string[] Common = ["organizationName", "streetAddress", "countryName", "businessCategory", "jurisdictionCountryName",
        "serialNumber"];
    private static readonly string[] Trademark = ["trademarkCountryOrRegionName", "trademarkIdentifier"];
    private static readonly string[] Statute = ["statuteCountryName", "statuteCitation"];

    /// <summary>A field for each mark type: R required, O optional, P prohibited.</summary>
    public static TheoryData<string, string, string> Fields()
    {
        TheoryData<string, string, string> data = [];
        foreach (var type in (string[])[Registered, Government, PriorUse, Modified])
        {
            var isTrademark = type is Registered or Modified;
            Add(Common, "R");
            Add(Trademark, isTrademark ? "R" : "P");
            Add(["trademarkOfficeName"], isTrademark ? "O" : "P");
            Add(Statute, type == Government ? "R" : "P");
            Add(["statuteStateOrProvinceName", "statuteLocalityName", "statuteURL"], type == Government ? "O" : "P");
            Add(["priorUseMarkSourceURL"], type == PriorUse ? "R" : "O");
            Add(["legalEntityIdentifier"], "O");

            void Add(string[] names, string rule)
            {
                foreach (var name in names)
                {
                    data.Add(type, name, rule);
                }
            }
        }

        return data;
    }

    [Theory, MemberData(nameof(Fields))]
    public void Field_of_a_mark_type(string type, string field, string rule)
    {
        Assert.Empty(Check(Whole(type)));
        var without = Check(Whole(type).Where(a => a.Oid != Oids[field]));
        var with = Check([.. Whole(type).Where(a => a.Oid != Oids[field]), new(Oids[field], Value(field))]);
        if (rule == "R")
        {
            var finding = Assert.Single(without);
            Assert.Equal(("SubjectFieldMissing", FindingSeverity.Warning, "7.1.4.2.2"), (finding.Code, finding.Severity, finding.Section));
            Assert.Contains(field, finding.Message, StringComparison.Ordinal);
            Assert.Contains(type, finding.Message, StringComparison.Ordinal);
            Assert.Equal(without.Count,
                Check([.. Whole(type).Where(a => a.Oid != Oids[field]), new(Oids[field], " ")]).Count(f => f.Code == "SubjectFieldMissing")); // nothing in it
        }
        else
        {
            Assert.Empty(without);
        }

        if (rule == "P")
        {
            var finding = Assert.Single(with);
            Assert.Equal(("SubjectFieldProhibited", FindingSeverity.Warning), (finding.Code, finding.Severity));
            Assert.Contains(field, finding.Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Empty(with);
        }
    }

    [Theory]
    [InlineData("localityName", true), InlineData("stateOrProvinceName", true), InlineData(null, false)]
    public void Locality_and_state_stand_for_each_other(string? field, bool isGood)
    {
        var subject = Whole(Registered).Where(a => a.Oid != Oids["localityName"]);
        Assert.Equal(isGood, Check(field is null ? subject : subject.Append(new(Oids[field], "Harju"))).Count == 0);
    }

    [Theory]
    [InlineData("countryName", "EE", true), InlineData("countryName", "ee", false), InlineData("countryName", "EST", false),
        InlineData("countryName", "Estonia", false)]
    [InlineData("jurisdictionCountryName", "Estonia", false), InlineData("trademarkCountryOrRegionName", "EM", true),
        InlineData("trademarkCountryOrRegionName", "European Union", false)]
    [InlineData("businessCategory", "Business Entity", true), InlineData("businessCategory", "Government Entity", true),
        InlineData("businessCategory", "Non-Commercial Entity", true), InlineData("businessCategory", "private organization", false)]
    [InlineData("legalEntityIdentifier", "5493001KJTIIGC8Y1R12", true), InlineData("legalEntityIdentifier", "5493", false),
        InlineData("legalEntityIdentifier", "5493001KJTIIGC8Y1R1-", false)]
    public void Value_has_the_form_of_its_field(string field, string value, bool isGood)
    {
        var findings = Check([.. Whole(Registered).Where(a => a.Oid != Oids[field]), new(Oids[field], value)]);
        Assert.Equal(isGood ? [] : ["SubjectFieldInvalid"], findings.Select(f => f.Code));
    }

    [Theory]
    [InlineData(Government, "statuteURL", "https://example.com/law", true), InlineData(Government, "statuteURL", "see the gazette", false),
        InlineData(Government, "statuteCountryName", "Estonia", false)]
    [InlineData(PriorUse, "priorUseMarkSourceURL", "http://example.com/", true), InlineData(PriorUse, "priorUseMarkSourceURL", "example.com", false),
        InlineData(PriorUse, "priorUseMarkSourceURL", "ftp://example.com/", false)]
    public void Url_is_one_that_a_browser_opens(string type, string field, string value, bool isGood)
    {
        var findings = Check([.. Whole(type).Where(a => a.Oid != Oids[field]), new(Oids[field], value)]);
        Assert.Equal(isGood ? [] : ["SubjectFieldInvalid"], findings.Select(f => f.Code));
    }

    [Theory]
    [InlineData("2025-04-14", 0), InlineData("2025-04-15", 1)]
    public void Source_of_prior_use_is_required_from_its_day_on(string issued, int missing) =>
        Assert.Equal(missing,
            Check(Whole(PriorUse).Where(a => a.Oid != Oids["priorUseMarkSourceURL"]),
            DateTimeOffset.Parse(issued + "Z", System.Globalization.CultureInfo.InvariantCulture)).Count);

    [Fact]
    public void A_parent_is_named_alone()
    {
        var factory = new MarkFactory();
        var names = MarkFactory.Names("one.example", "two.example", "three.example", "four.example", "five.example", "six.example", "example.com");
        var chain = factory.Chain(factory.Leaf.With(names));
        var result = MarkCertificate.Check(MarkFactory.Pem(chain),
            new MarkCertificateOptions { At = MarkFactory.At, Domain = "mail.example.com", TrustedRoots = MarkCertificateRoots.None, RequireTrust = false });
        var message = Assert.Single(result.Findings, f => f.Code == "NameIsParent").Message;
        Assert.Contains("It is for example.com, a parent of mail.example.com", message, StringComparison.Ordinal);
        Assert.DoesNotContain("one.example", message, StringComparison.Ordinal);
    }

    // All that the mark type requires.
    private static List<MarkChainName.Attribute> Whole(string type) =>
    [
        .. ((string[])[.. Common, "localityName",
            .. type switch { Government => Statute, PriorUse => ["priorUseMarkSourceURL"], _ => Trademark }]).Select(f =>
            new MarkChainName.Attribute(Oids[f], Value(f))),
        new(MarkCertificateOids.MarkType, type),
    ];

    private static string Value(string field) => field switch
    {
        "countryName" or "jurisdictionCountryName" or "statuteCountryName" => "EE",
        "trademarkCountryOrRegionName" => "EM",
        "businessCategory" => "Private Organization",
        "legalEntityIdentifier" => "5493001KJTIIGC8Y1R12",
        "statuteURL" or "priorUseMarkSourceURL" => "https://example.com/logo",
        _ => "Example",
    };

    private static IReadOnlyList<Finding> Check(IEnumerable<MarkChainName.Attribute> subject, DateTimeOffset? issued = null)
    {
        List<MarkChainName.Attribute> attributes = [.. subject];
        var findings = MarkCertificateReader.NewFindings();
        MarkCertificateSubject.Check(attributes, MarkChainName.First(attributes, MarkCertificateOids.MarkType)!, issued ?? MarkFactory.At, findings,
            "certificate 1");
        return findings.Items;
    }
}
