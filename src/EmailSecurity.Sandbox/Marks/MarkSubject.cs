using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace EmailSecurity.Sandbox.Marks;

/// <summary>Subjects of mark certificates (Minimum Security Requirements for Issuance of Mark Certificates, section 7.1.4.2.2).</summary>
internal static class MarkSubject
{
    private const string BusinessCategory = "2.5.4.15";
    private const string JurisdictionCountry = "1.3.6.1.4.1.311.60.2.1.3";
    private const string SerialNumber = "2.5.4.5";
    private const string Street = "2.5.4.9";
    private const string TrademarkCountry = "1.3.6.1.4.1.53087.1.3";
    private const string TrademarkIdentifier = "1.3.6.1.4.1.53087.1.4";
    private const string MarkType = "1.3.6.1.4.1.53087.1.13";
    private const string PriorUseMarkSource = "1.3.6.1.4.1.53087.5.1";
    private const string Country = "EE";

    /// <summary>The subject of a certificate for a domain: an organisation that is made up.</summary>
    public static X500DistinguishedName For(MarkRequest request)
    {
        var organization = $"Owner of {request.Domain}";
        var name = new X500DistinguishedNameBuilder();
        name.Add(BusinessCategory, "Private Organization", UniversalTagNumber.UTF8String);
        name.Add(JurisdictionCountry, Country, UniversalTagNumber.PrintableString);
        name.Add(SerialNumber, "10000001", UniversalTagNumber.PrintableString);
        name.AddCountryOrRegion(Country);
        name.AddStateOrProvinceName("Harju maakond");
        name.AddLocalityName("Tallinn");
        name.Add(Street, "Sandbox 1", UniversalTagNumber.UTF8String);
        name.AddOrganizationName(Short(organization));
        name.AddCommonName(Short(organization));
        if (request.Kind == MarkKind.Vmc)
        {
            name.Add(TrademarkCountry, Country, UniversalTagNumber.PrintableString);
            name.Add(TrademarkIdentifier, "00000001", UniversalTagNumber.UTF8String);
            name.Add(MarkType, "Registered Mark", UniversalTagNumber.UTF8String);
        }
        else
        {
            name.Add(PriorUseMarkSource, $"https://{request.Domain}/", UniversalTagNumber.UTF8String);
            name.Add(MarkType, "Prior Use Mark", UniversalTagNumber.UTF8String);
        }
        return name.Build();
    }

    // RFC 5280 appendix A: at most 64 characters.
    private static string Short(string text) => text.Length <= 64 ? text : text[..64];
}
