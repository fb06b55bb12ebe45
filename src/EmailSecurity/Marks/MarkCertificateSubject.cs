using EmailSecurity.Findings;

namespace EmailSecurity.Marks;

/// <summary>
/// The subject fields of a mark certificate by its mark type (MC Requirements section 7.1.4.2.2): which are required, which are prohibited, and what the
/// fields with a fixed form may hold. All are the authority's doing, and receivers show the logo all the same: warnings.
/// </summary>
internal static class MarkCertificateSubject
{
    /// <summary>MC Requirements section 7.1.4.2.2: priorUseMarkSourceURL is required from here on.</summary>
    private static readonly DateTimeOffset PriorUseSourceSince = new(2025, 4, 15, 0, 0, 0, TimeSpan.Zero);

    private const MarkTypes Registration = MarkTypes.Registered | MarkTypes.ModifiedRegistered;

    /// <summary>The mark types, as a set.</summary>
    [Flags]
    private enum MarkTypes
    {
        None = 0,
        Registered = 1,
        Government = 2,
        PriorUse = 4,
        ModifiedRegistered = 8,
        All = 15,
    }

    /// <summary>The form of a field.</summary>
    private enum Form
    {
        Any,
        Country,
        BusinessCategory,
        LegalEntityIdentifier,
        Url,
    }

    /// <summary>One row of the table.</summary>
    /// <param name="Name">The field, as the requirements name it.</param>
    /// <param name="Oid">Its attribute type.</param>
    /// <param name="Required">The mark types that must have it.</param>
    /// <param name="Allowed">The mark types that may have it; prohibited for the others.</param>
    /// <param name="Form">What it may hold.</param>
    private sealed record Field(string Name, string Oid, MarkTypes Required, MarkTypes Allowed = MarkTypes.All, Form Form = Form.Any);

    // The requirements' order. Locality and state stand for each other, below. What they leave to the case at hand (an office where a country has several,
    // a state where it registers organisations) nobody can see from outside, so it is not asked for. They do not say for whom the URL of prior use is
    // prohibited.
    private static readonly Field[] Fields =
    [
        new("organizationName", "2.5.4.10", MarkTypes.All),
        new("streetAddress", "2.5.4.9", MarkTypes.All),
        new("countryName", "2.5.4.6", MarkTypes.All, Form: Form.Country),
        new("businessCategory", "2.5.4.15", MarkTypes.All, Form: Form.BusinessCategory),
        new("jurisdictionCountryName", "1.3.6.1.4.1.311.60.2.1.3", MarkTypes.All, Form: Form.Country),
        new("serialNumber", "2.5.4.5", MarkTypes.All),
        new("trademarkOfficeName", "1.3.6.1.4.1.53087.1.2", MarkTypes.None, Registration),
        new("trademarkCountryOrRegionName", MarkCertificateOids.TrademarkCountry, Registration, Registration, Form.Country),
        new("trademarkIdentifier", MarkCertificateOids.TrademarkIdentifier, Registration, Registration),
        new("legalEntityIdentifier", "1.3.6.1.4.1.53087.1.5", MarkTypes.None, Form: Form.LegalEntityIdentifier),
        new("statuteCountryName", MarkCertificateOids.StatuteCountry, MarkTypes.Government, MarkTypes.Government, Form.Country),
        new("statuteStateOrProvinceName", "1.3.6.1.4.1.53087.3.3", MarkTypes.None, MarkTypes.Government),
        new("statuteLocalityName", "1.3.6.1.4.1.53087.3.4", MarkTypes.None, MarkTypes.Government),
        new("statuteCitation", MarkCertificateOids.StatuteCitation, MarkTypes.Government, MarkTypes.Government),
        new("statuteURL", "1.3.6.1.4.1.53087.3.6", MarkTypes.None, MarkTypes.Government, Form.Url),
        new("priorUseMarkSourceURL", MarkCertificateOids.PriorUseSource, MarkTypes.PriorUse, Form: Form.Url),
    ];

    /// <summary>Holds the subject of a certificate against its mark type; a mark type that does not exist is a finding of its own, and nothing follows from
    /// it.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="markType">Its mark type, as written.</param>
    /// <param name="notBefore">When it was issued.</param>
    /// <param name="findings">Takes the findings.</param>
    /// <param name="where">The certificate, for the findings.</param>
    public static void Check(List<MarkChainName.Attribute> subject, string markType, DateTimeOffset notBefore, FindingBag findings, string where)
    {
        var type = TypeOf(markType);
        if (type == MarkTypes.None)
        {
            return;
        }

        List<string> missing = [.. Fields.Where(f => f.Required.HasFlag(type) && !Has(subject, f.Oid) && IsRequired(f, notBefore)).Select(f => f.Name)];
        if (!Has(subject, "2.5.4.7") && !Has(subject, "2.5.4.8"))
        {
            missing.Add("localityName or stateOrProvinceName");
        }

        if (missing.Count > 0)
        {
            findings.Report(MarkRules.SubjectFieldMissing, $"Its subject lacks what a {markType} requires: {string.Join(", ", missing)}.", location: where);
        }

        string[] prohibited = [.. Fields.Where(f => !f.Allowed.HasFlag(type) && Has(subject, f.Oid)).Select(f => f.Name)];
        if (prohibited.Length > 0)
        {
            findings.Report(MarkRules.SubjectFieldProhibited,
                $"Its subject has what a {markType} must not have: {string.Join(", ", prohibited)}.", location: where);
        }

        string[] malformed = [.. Fields.SelectMany(f =>
            subject.Where(a => a.Oid == f.Oid && !Fits(f.Form, a.Value)).Select(a => $"{f.Name} '{MarkChainName.Printable(a.Value)}' ({Expected(f.Form)})"))];
        if (malformed.Length > 0)
        {
            findings.Report(MarkRules.SubjectFieldInvalid,
                $"Its subject has values that the field does not allow: {string.Join(", ", malformed)}.", location: where);
        }
    }

    private static MarkTypes TypeOf(string markType) => markType switch
    {
        "Registered Mark" => MarkTypes.Registered,
        "Government Mark" => MarkTypes.Government,
        "Prior Use Mark" => MarkTypes.PriorUse,
        "Modified Registered Mark" => MarkTypes.ModifiedRegistered,
        _ => MarkTypes.None,
    };

    private static bool IsRequired(Field field, DateTimeOffset notBefore) => field.Oid != MarkCertificateOids.PriorUseSource
        || notBefore >= PriorUseSourceSince;

    // A field with nothing in it says nothing.
    private static bool Has(List<MarkChainName.Attribute> subject, string oid) => subject.Exists(a => a.Oid == oid && !string.IsNullOrWhiteSpace(a.Value));

    private static bool Fits(Form form, string value) => form switch
    {
        // ISO 3166-1 and, for trademark offices, WIPO ST.3 (EM for the European Union): two capital letters.
        Form.Country => value.Length == 2 && value.All(char.IsAsciiLetterUpper),
        Form.BusinessCategory => value is "Private Organization" or "Government Entity" or "Business Entity" or "Non-Commercial Entity",
        Form.LegalEntityIdentifier => value.Length == 20 && value.All(char.IsAsciiLetterOrDigit),
        Form.Url => Uri.TryCreate(value, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp),
        _ => true,
    };

    private static string Expected(Form form) => form switch
    {
        Form.Country => "two capital letters",
        Form.BusinessCategory => "Private Organization, Government Entity, Business Entity or Non-Commercial Entity",
        Form.LegalEntityIdentifier => "20 letters and digits",
        _ => "an HTTP or HTTPS URL",
    };
}
