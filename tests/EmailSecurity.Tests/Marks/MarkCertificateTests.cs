using System.Security.Cryptography;
using System.Text;
using EmailSecurity.Bimi;
using EmailSecurity.Findings;
using EmailSecurity.Marks;
using static EmailSecurity.Tests.Marks.MarkFactory;

namespace EmailSecurity.Tests.Marks;

public class MarkCertificateTests
{
    private static readonly MarkFactory F = new();
    internal static readonly MarkCertificateRoots Roots = MarkCertificateRoots.FromPem(Pem(Write(F.Root, F.Root)));
    internal static readonly IReadOnlyDictionary<string, MarkCase> Cases = Table().ToDictionary(c => c.Name, StringComparer.Ordinal);

    /// <summary>One chain: how it is made, how it is asked about, and every error and warning it must draw (no more, no fewer).</summary>
    internal sealed record MarkCase(string Name, string Expected, Func<byte[]> File, Func<MarkCertificateOptions, MarkCertificateOptions>? Ask = null);

    public static IEnumerable<TheoryDataRow<string>> Names() => Cases.Keys.Select(k => new TheoryDataRow<string>(k));

    [Theory]
    [MemberData(nameof(Names))]
    public void Chain_draws_exactly_the_findings_expected(string name)
    {
        var test = Cases[name];
        var options = new MarkCertificateOptions { At = At, Domain = "example.com", TrustedRoots = Roots };
        var result = MarkCertificate.Check(test.File(), test.Ask?.Invoke(options) ?? options);

        var expected = test.Expected.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var actual = result.Findings.Where(f => f.Severity != FindingSeverity.Information).Select(f => (f.Severity == FindingSeverity.Error ? "" : "~") + f.Code);
        Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
        Assert.Equal(expected.All(e => e[0] == '~'), result.IsValid);
        Assert.All(result.Findings, f =>
        {
            Assert.NotEmpty(f.Message);
            Assert.NotEmpty(f.Standard);
            Assert.True(f.Section.Length > 0, f.Code);
            Assert.True(f.Fix.Length > 0 || f.Severity == FindingSeverity.Information, f.Code);
        });
    }

    private static MarkCase Leaf(string name, string expected, Func<CertSpec, CertSpec> change, Func<MarkCertificateOptions, MarkCertificateOptions>? ask = null) =>
        new(name, expected, () => Pem(F.Chain(leaf: change(F.Leaf))[..2]), ask);

    private static MarkCase Ca(string name, string expected, Func<CertSpec, CertSpec> change, Func<MarkCertificateOptions, MarkCertificateOptions>? ask = null) =>
        new(name, expected, () => Pem(F.Chain(ca: change(F.Ca))[..2]), ask);

    private static MarkCase File(string name, string expected, Func<byte[][], byte[]> file, Func<MarkCertificateOptions, MarkCertificateOptions>? ask = null) =>
        new(name, expected, () => file(F.Chain()), ask);

    // One line a case. "~" marks a warning; without it, an error. "Draft" is draft-fetch-validation-vmc-wchuang, "MCR" the MC Requirements 1.7.
    private static IEnumerable<MarkCase> Table()
    {
        const string TrademarkCountry = "1.3.6.1.4.1.53087.1.3", TrademarkId = "1.3.6.1.4.1.53087.1.4", Type = "1.3.6.1.4.1.53087.1.13";
        var crlfSvg = LogoText.Replace("\n", "\r\n", StringComparison.Ordinal);
        var svg = Encoding.UTF8.GetBytes(LogoText);

        // Good
        yield return File("root left out", "", c => Pem(c[..2]));                                                                                 // Draft 3.3
        yield return File("root put in", "", c => Pem(c));                                                                                        // Draft 3.3
        yield return File("text between the certificates", "", c => [.. "subject=leaf\n"u8, .. Pem(c[0]), .. "issuer=ca\n"u8, .. Pem(c[1])]);       // RFC 7468 2
        yield return File("CRLF file", "", c => Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(Pem(c)).Replace("\n", "\r\n", StringComparison.Ordinal))); // RFC 7468 3
        yield return Leaf("government mark", "", l =>
            l.Attribute(Type, "Government Mark").Attribute(TrademarkCountry, null).Attribute(TrademarkId, null).Attribute("1.3.6.1.4.1.53087.3.2",
            "EE").Attribute("1.3.6.1.4.1.53087.3.5", "RT I 2001, 1")); // MCR 7.1.4.2.2
        yield return Leaf("prior use mark", "", l =>
            l.Attribute(Type, "Prior Use Mark").Attribute(TrademarkCountry, null).Attribute(TrademarkId, null).Attribute("1.3.6.1.4.1.53087.5.1",
            "https://example.com/logo")); // MCR 7.1.4.2.2
        yield return Leaf("modified registered mark", "", l => l.Attribute(Type, "Modified Registered Mark"));                                    // MCR 7.1.4.2.2
        yield return Leaf("SHA-256 hash", "", l => l.With(Logo(hashes: [Sha256])));                                                               // RFC 9399 4.1
        yield return Leaf("SHA-512 beside an unknown hash", "", l => l.With(Logo(hashes: [Md5, Sha512])));                                         // RFC 9399 4.1: any listed
        yield return Leaf("media type with +gzip", "", l => l.With(Logo(mediaType: "image/svg+xml+gzip", uri: DataUri(svg, "data:image/svg+xml+gzip;base64,")))); // RFC 9399 7
        yield return Leaf("hash over CRLF bytes as they are", "", l => l.With(Logo(svg: crlfSvg)));                                               // standards: raw bytes
        yield return Leaf("selector name", "", l => l.With(MarkFactory.Names("default._bimi.example.com")));                                      // Draft 4.3
        yield return Leaf("name in upper case", "", l => l.With(MarkFactory.Names("EXAMPLE.com")));                                               // RFC 5280 7.2
        yield return Leaf("internationalised name", "", l => l.With(MarkFactory.Names("xn--bcher-kva.example")), o => o with { Domain = "bücher.example" }); // RFC 5280 7.2
        yield return Leaf("organisational domain given", "", l => l, o => o with { Domain = "mail.example.com", OrganizationalDomain = "example.com" }); // Draft 5.2
        yield return Leaf("no domain asked", "", l => l.With(MarkFactory.Names("other.example")), o => o with { Domain = null });                 // offline
        yield return Leaf("same logo hosted", "", l => l, o => o with { Logo = svg });                                                            // Draft 5.3 (7)
        yield return Leaf("same logo hosted as SVGZ", "", l => l, o => o with { Logo = Gzip(svg) });                                              // Draft 5.3 (7)
        yield return Leaf("key usage of an end entity", "", l => l.With(Usage()));                                                                // MCR 7.1.2.3 (e)
        yield return Leaf("no basic constraints", "", l => l.Without("2.5.29.19"));                                                               // MCR 7.1.2.3 (d): optional
        yield return Ca("any-policy CA", "", c => c.With(Policies("2.5.29.32.0")));                                                               // MCR 7.1.2.2 (a)
        yield return new("RSA with PKCS1", "", () => RsaChain("1.2.840.113549.1.1.11", RSASignaturePadding.Pkcs1, HashAlgorithmName.SHA256));       // MCR 6.1.5
        yield return new("RSA with PSS", "", () => RsaChain("1.2.840.113549.1.1.10", RSASignaturePadding.Pss, HashAlgorithmName.SHA256));           // MCR 6.1.5

        // The file
        yield return File("empty", "PemMissing", _ => []);                                                                                        // Draft 3.3
        yield return File("prose", "PemMissing", _ => "not a certificate"u8.ToArray());                                                           // Draft 3.3
        yield return File("DER", "PemNotText", c => c[0]);                                                                                        // Draft 3.3
        yield return File("UTF-16", "PemNotText", c => Encoding.Unicode.GetBytes(Encoding.ASCII.GetString(Pem(c))));                              // RFC 7468 2
        yield return File("byte order mark", "~PemByteOrderMark", c => [0xEF, 0xBB, 0xBF, .. Pem(c)]);                                            // RFC 7468 2
        yield return File("cut off", "PemTruncated", c => Pem(c[0])[..400]);                                                                      // RFC 7468 2
        yield return File("cut off after the leaf", "PemTruncated ChainIncomplete", c => [.. Pem(c[0]), .. Pem(c[1])[..300]]);                    // RFC 7468 2
        yield return File("bad base64", "PemBase64Invalid", c => [.. "-----BEGIN CERTIFICATE-----\n%%%%\n-----END CERTIFICATE-----\n"u8]);          // RFC 7468 3
        yield return File("no DER inside", "CertificateMalformed", c => [.. "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"u8]);   // RFC 5280 4.1
        yield return File("private key beside it", "PemPrivateKey", c => [.. Pem(c), .. "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"u8]); // Draft 3.3
        yield return File("CRL beside it", "~PemForeignBlock", c => [.. Pem(c), .. "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n"u8]);  // Draft 3.3
        yield return File("too large", "PemTooLarge", c => [.. Pem(c), .. new byte[300_000]]);                                                    // bound
        yield return File("eleven certificates", "PemTooManyCertificates ChainDuplicate ChainDuplicate ChainDuplicate ChainDuplicate ChainDuplicate ChainDuplicate ChainDuplicate ChainDuplicate", c => Pem([c[0], c[1], c[1], c[1], c[1], c[1], c[1], c[1], c[1], c[1], c[1]])); // bound

        // The chain
        yield return File("issuing CA twice", "ChainDuplicate", c => Pem(c[0], c[1], c[1]));                                                      // Draft 3.3
        yield return File("leaf last", "ChainOrder", c => Pem(c[1], c[0]));                                                                       // Draft 3.3
        yield return File("root before CA", "ChainOrder", c => Pem(c[0], c[2], c[1]));                                                            // Draft 3.3
        yield return File("two mark certificates", "ChainSeveralMarkCertificates", c => Pem(c[0], Write(F.Leaf.With(MarkFactory.Names("example.org")), F.Ca), c[1])); // Draft 3.3
        yield return File("foreign TLS certificate", "ChainForeignCertificate", c => Pem(c[0], c[1], Write(F.Leaf.Without(LogotypeOid).With(Purposes("1.3.6.1.5.5.7.3.1")), F.Ca))); // Draft 3.3
        yield return File("foreign CA", "~ChainExtraCertificate", c => Pem(c[0], c[1], Write(F.Ca with { Subject = [("2.5.4.3", "Other")], Key = F.OtherKey }, F.Root))); // Draft 3.3
        yield return File("CA only", "MarkCertificateMissing KeyPurposeMissing NamesMissing PolicyMissing CrlMissing SctMissing LogotypeMissing ~KeyUsageOfCa MarkTypeMissing ~ValidityTooLong", c => Pem(Write(F.Ca.Without("2.5.29.37").Without("2.5.29.32").Without("2.5.29.31") with { NotBefore = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero) }, F.Root)), o => o with { Domain = null, RequireTrust = true, TrustedRoots = RootsWithPurpose.Value }); // Draft 3.3
        yield return File("issuing CA missing", "ChainIncomplete", c => Pem(c[0]));                                                               // Draft 5.1 (1)
        yield return File("untrusted root", "ChainUntrusted", c => Pem(c), o => o with { TrustedRoots = MarkCertificateRoots.None });              // Draft 5.1 (1)
        yield return File("untrusted root, trust not required", "~ChainUntrusted", c => Pem(c), o => o with { TrustedRoots = MarkCertificateRoots.None, RequireTrust = false });
        yield return File("public roots only", "ChainIncomplete", c => Pem(c[..2]), o => o with { TrustedRoots = MarkCertificateRoots.Default }); // Draft 5.1 (1)
        yield return Leaf("signed by another key", "ChainSignatureInvalid", l => l with { SignedBy = F.OtherKey });                               // RFC 5280 6.1.3
        yield return File("one byte changed", "ChainSignatureInvalid", c => { var l = (byte[])c[0].Clone(); l[^1] ^= 1; return Pem(l, c[1]); });   // RFC 5280 6.1.3
        yield return Leaf("issuer name differs", "ChainIncomplete", l => l with { Issuer = [("2.5.4.3", "Somebody")] });                          // RFC 5280 6.1.3
        yield return new("SHA-1 signature", "SignatureAlgorithmUnsupported", () => RsaChain("1.2.840.113549.1.1.5", RSASignaturePadding.Pkcs1, HashAlgorithmName.SHA1)); // MCR 6.1.5
        yield return Leaf("algorithms differ", "SignatureAlgorithmMismatch", l => l with { InnerAlgorithm = "1.2.840.10045.4.3.4" });             // RFC 5280 4.1.1.2
        yield return Leaf("self-signed", "ChainUntrusted", l => l with { SignedBy = F.LeafKey, Issuer = l.Subject });                             // Draft 5.1 (1)
        yield return new("issued by the root", "IssuerKeyPurposeMissing", () => Pem(Write(F.Leaf.With(AuthorityKeyId(F.RootKey)), F.Root)));       // Draft 4.4
        yield return Ca("CA without key purpose", "IssuerKeyPurposeMissing", c => c.Without("2.5.29.37"));                                        // Draft 4.4
        yield return Ca("CA for TLS too", "~IssuerKeyPurposeOthers", c => c.With(Purposes(BimiPurpose, "1.3.6.1.5.5.7.3.1")));                           // MCR 7.1.2.2 (f)
        yield return Ca("CA without policy", "~IssuerPolicyMissing", c => c.Without("2.5.29.32"));                                                // MCR 7.1.2.2 (a)
        yield return Ca("CA is no CA", "IssuerNotCa", c => c.With(Constraints(false)).Without("1.2"));                                            // RFC 5280 6.1.4 (k)
        yield return Ca("CA without constraints", "IssuerNotCa", c => c.Without("2.5.29.19"));                                                    // RFC 5280 6.1.4 (k)
        yield return Ca("constraints not critical", "~BasicConstraintsNotCritical", c => c.With(Constraints(true, 0, critical: false)));           // MCR 7.1.2.2 (d)
        yield return new("path length exceeded", "PathLengthExceeded", DeepChain);                                                                // RFC 5280 6.1.4 (l)
        yield return Ca("CA may not sign", "IssuerKeyUsage", c => c.With(Usage(crlSign: true)));                                                  // RFC 5280 6.1.4 (n)
        yield return Ca("CA without key usage", "~IssuerKeyUsageMissing", c => c.Without("2.5.29.15"));                                           // MCR 7.1.2.2 (e)
        yield return Ca("CA signs no CRL", "~IssuerCrlSign", c => c.With(Usage(certSign: true)));                                                 // MCR 7.1.2.2 (e)
        yield return Ca("CA expired", "IssuerExpired", c => c with { NotAfter = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero) });                       // Draft 5.1 (2)
        yield return Ca("CA not yet valid", "IssuerNotYetValid", c => c with { NotBefore = new(2026, 7, 1, 0, 0, 0, TimeSpan.Zero) });            // Draft 5.1 (2)
        yield return Ca("CA ends soon", "~IssuerExpiresSoon", c => c with { NotAfter = At.AddDays(10) });                                         // Draft 4.5
        yield return Ca("CA ends before it begins", "IssuerNotYetValid IssuerValidityInverted", c => c with { NotBefore = At.AddDays(2), NotAfter = At.AddDays(1) }); // RFC 5280 4.1.2.5
        yield return Ca("name constraints", "~NameConstraintsPresent", c => c.With(new Ext("2.5.29.30", [0x30, 0])));                             // MCR 7.1.5
        yield return Ca("critical name constraints", "ExtensionCriticalUnknown", c => c.With(new Ext("2.5.29.30", [0x30, 0], true)));              // RFC 5280 6.1
        yield return Leaf("key identifier of another", "~KeyIdentifierMismatch", l => l.With(AuthorityKeyId(F.OtherKey)));                        // RFC 5280 4.2.1.1

        // The mark certificate
        yield return Leaf("expired", "CertificateExpired", l => l with { NotAfter = At.AddSeconds(-1) });                                         // Draft 5.1 (2)
        yield return Leaf("last second", "~CertificateExpiresSoon", l => l with { NotAfter = At });                                               // RFC 5280 4.1.2.5
        yield return Leaf("30 days left", "~CertificateExpiresSoon", l => l with { NotAfter = At.AddDays(30) });                                  // Draft 4.5
        yield return Leaf("31 days left", "", l => l with { NotAfter = At.AddDays(31) });                                                         // Draft 4.5
        yield return Leaf("half of a short life left", "", l => l with { NotBefore = At.AddDays(-15), NotAfter = At.AddDays(15) });                 // Draft 4.5
        yield return Leaf("last third of a short life", "~CertificateExpiresSoon", l => l with { NotBefore = At.AddDays(-25), NotAfter = At.AddDays(5) }); // Draft 4.5
        yield return Leaf("not yet valid", "CertificateNotYetValid", l => l with { NotBefore = At.AddSeconds(1) });                               // Draft 5.1 (2)
        yield return Leaf("two years", "~ValidityTooLong", l => l with { NotBefore = At.AddDays(-300), NotAfter = At.AddDays(300) });              // MCR 6.3.2
        yield return Leaf("398 days", "", l => l with { NotBefore = At.AddDays(-200), NotAfter = At.AddDays(198).AddSeconds(-1) });               // MCR 6.3.2
        yield return Leaf("ends before it begins", "CertificateNotYetValid CertificateValidityInverted", l => l with { NotBefore = At.AddDays(9), NotAfter = At.AddDays(-9) }); // RFC 5280 4.1.2.5
        yield return Leaf("version 1", "CertificateVersion KeyPurposeMissing NamesMissing PolicyMissing CrlMissing SctMissing LogotypeMissing", l => l with { Version = 1 }); // MCR 7.1.1
        yield return Leaf("negative serial", "~SerialNumberInvalid", l => l with { Serial = [0x80, 1] });                                         // RFC 5280 4.1.2.2
        yield return Leaf("TLS certificate", "KeyPurposeMissing LogotypeMissing PolicyMissing", l => l.Without(LogotypeOid).With(Purposes("1.3.6.1.5.5.7.3.1")).With(Policies("2.23.140.1.2.1"))); // Draft 5.1 (5)
        yield return Leaf("any key purpose", "KeyPurposeMissing", l => l.With(Purposes("2.5.29.37.0")));                                          // Draft 4.4
        yield return Leaf("TLS beside BIMI", "~KeyPurposeOthers", l => l.With(Purposes(BimiPurpose, "1.3.6.1.5.5.7.3.1")));                              // MCR 7.1.2.3 (f)
        yield return Leaf("leaf may sign", "~KeyUsageOfCa", l => l.With(Usage(certSign: true)));                                                  // MCR 7.1.2.3 (e)
        yield return Leaf("policy missing", "PolicyMissing", l => l.With(Policies("2.16.840.1.114412.0.2.5")));                                   // MCR 7.1.2.3 (a)
        yield return Leaf("no CRL", "CrlMissing", l => l.Without("2.5.29.31"));                                                                   // Draft 4.5
        yield return Leaf("CRL by LDAP", "CrlMissing", l => l.With(Crl("ldap://crl.test/x")));                                                    // MCR 7.1.2.3 (b)
        yield return Leaf("CRL critical", "~CrlCritical", l => l.With(Crl("http://crl.test/x", critical: true)));                                 // MCR 7.1.2.3 (b)
        yield return Leaf("unreadable CRL", "ExtensionMalformed CrlMissing", l => l.With(new Ext("2.5.29.31", [4, 1, 0])));                       // RFC 5280 4.2
        yield return Leaf("no SCT", "SctMissing", l => l.Without("1.3.6.1.4.1.11129.2.4.2"));                                                     // Draft 4.6
        yield return Leaf("empty SCT list", "SctMissing", l => l.With(Scts()));                                                                   // Draft 4.6
        yield return Leaf("SCT of another version", "SctMissing", l => l.With(Scts(Sct(version: 1))));                                            // RFC 6962 3.3
        yield return Leaf("two SCTs, one of another version", "", l => l.With(Scts(Sct(version: 1), Sct())));                                     // RFC 6962 3.3
        yield return Leaf("SCT cut off", "SctInvalid", l => l.With(Scts(Sct().AsSpan(0, 20).ToArray())));                                                           // RFC 6962 3.2
        yield return Leaf("SCT from the future", "SctInFuture", l => l.With(Scts(Sct(milliseconds: At.AddDays(1).ToUnixTimeMilliseconds()))));    // RFC 6962 5.2
        yield return Leaf("precertificate", "Precertificate", l => l.With(new Ext("1.3.6.1.4.1.11129.2.4.3", [5, 0], true)));                     // RFC 6962 3.1
        yield return Leaf("unknown critical extension", "ExtensionCriticalUnknown", l => l.With(new Ext("1.2.3.4", [5, 0], true)));               // RFC 5280 6.1
        yield return Leaf("unknown extension", "", l => l.With(new Ext("1.2.3.4", [5, 0])));                                                      // RFC 5280 4.2
        yield return Leaf("extension twice", "ExtensionDuplicate", l => l with { Extensions = [.. l.Extensions, Purposes(BimiPurpose)] });               // RFC 5280 4.2
        yield return Leaf("pilot identifier today", "~PilotIdentifier", l => l.With(new Ext("1.3.6.1.4.1.53087.4.1", [0x0C, 1, 65], true)));      // MCR 7.1.2.3 (j)
        yield return Leaf("no mark type", "MarkTypeMissing", l => l.Attribute(Type, null));                                                       // MCR 7.1.4.2.2
        yield return Leaf("unknown mark type", "MarkTypeUnknown", l => l.Attribute(Type, "registered mark"));                                     // MCR 7.1.4.2.2
        yield return Leaf("two mark types", "MarkTypeSeveral", l => l with { Subject = [.. l.Subject, (Type, "Prior Use Mark")] });               // MCR 7.1.4.2.2
        yield return Leaf("no trademark number", "~SubjectFieldMissing", l => l.Attribute(TrademarkId, null));                                    // MCR 7.1.4.2.2
        yield return Leaf("no organisation", "~SubjectFieldMissing", l => l.Attribute("2.5.4.10", null));                                         // MCR 7.1.4.2.2
        yield return Leaf("prior use without source", "~SubjectFieldMissing", l =>
            l.Attribute(Type, "Prior Use Mark").Attribute(TrademarkCountry, null).Attribute(TrademarkId, null)); // MCR 7.1.4.2.2
        yield return Leaf("trademark of a prior use mark", "~SubjectFieldProhibited", l =>
            l.Attribute(Type, "Prior Use Mark").Attribute("1.3.6.1.4.1.53087.5.1", "https://example.com/logo")); // MCR 7.1.4.2.2
        yield return Leaf("country in words", "~SubjectFieldInvalid", l =>
            l.Attribute("2.5.4.6", "Estonia"));                                    // MCR 7.1.4.2.2
        yield return new("leaf with a weak key", "~PublicKeyWeak", () => Pem(F.Chain(leaf: F.Leaf with { Key = Weak.Value })[..2]));                // MCR 6.1.5

        // The names
        yield return Leaf("another domain", "NameMismatch", l => l.With(MarkFactory.Names("example.org")));                                       // Draft 5.2
        yield return Leaf("subdomain only", "NameMismatch", l => l.With(MarkFactory.Names("mail.example.com")));                                  // Draft 5.2
        yield return Leaf("wildcard", "NameMismatch", l => l.With(MarkFactory.Names("*.example.com")));                                           // Draft 5.2
        yield return Leaf("parent of the domain", "~NameIsParent", l => l, o => o with { Domain = "mail.example.com" });                          // Draft 5.2
        yield return Leaf("top-level domain", "NameMismatch", l => l.With(MarkFactory.Names("com")));                                             // Draft 5.2
        yield return Leaf("neither author nor organisation", "NameMismatch", l => l.With(MarkFactory.Names("b.example.com")), o => o with { Domain = "a.b.example.com", OrganizationalDomain = "example.com" }); // Draft 5.2
        yield return Leaf("another selector", "SelectorMismatch", l => l.With(MarkFactory.Names("brand._bimi.example.com")));                     // Draft 5.2
        yield return Leaf("its selector", "", l => l.With(MarkFactory.Names("brand._bimi.example.com")), o => o with { Selector = "brand" });     // Draft 5.2
        yield return Leaf("no DNS name", "NamesMissing ~NamesOther", l => l.With(MarkFactory.Names("post@example.com")));                         // Draft 4.3
        yield return Leaf("e-mail name beside it", "~NamesOther", l => l.With(MarkFactory.Names("example.com", "post@example.com")));             // MCR 7.1.4.2.1
        yield return Leaf("no names", "NamesMissing", l => l.Without("2.5.29.17"));                                                               // Draft 4.3

        // The logo
        yield return Leaf("no logotype", "LogotypeMissing", l => l.Without(LogotypeOid));                                                         // Draft 4.1
        yield return Leaf("logotype is no DER", "LogotypeMalformed", l => l.With(new Ext(LogotypeOid, [0x30, 5, 1])));                            // RFC 9399 4.1
        yield return Leaf("logotype critical", "~LogotypeCritical", l => l.With(Logo(critical: true)));                                           // MCR 7.1.2.3 (i)
        yield return Leaf("issuer logo only", "LogotypeNoSubjectLogo", l => l.With(Logo(issuerOnly: true)));                                      // MCR 7.1.2.3 (i)
        yield return Leaf("no image", "LogotypeNoSubjectLogo", l => l.With(Logo(images: 0)));                                                     // MCR 7.1.2.3 (i)
        yield return Leaf("two images", "~LogotypeSeveralImages", l => l.With(Logo(images: 2)));                                                  // MCR 7.1.2.3 (i)
        yield return Leaf("by reference", "LogotypeNotEmbedded", l => l.With(Logo(indirect: true)));                                              // Draft 4.1
        yield return Leaf("by URL", "LogotypeNotEmbedded", l => l.With(Logo(uri: "https://example.com/logo.svg")));                               // Draft 4.1
        yield return Leaf("PNG", "LogotypeNotSvg", l => l.With(Logo(mediaType: "image/png")));                                                    // Draft 4.2
        yield return Leaf("PNG in the URI", "LogotypeNotSvg", l => l.With(Logo(uri: DataUri(svg, "data:image/png;base64,"))));                    // Draft 4.2
        yield return Leaf("not base64", "LogotypeNotBase64", l => l.With(Logo(uri: "data:image/svg+xml,%3Csvg/%3E")));                            // Draft 4.2
        yield return Leaf("damaged base64", "LogotypeNotBase64", l => l.With(Logo(uri: "data:image/svg+xml;base64,H4s*")));                       // Draft 4.2
        yield return Leaf("no comma", "LogotypeMalformed", l => l.With(Logo(uri: "data:image/svg+xml;base64")));                                  // RFC 2397
        yield return Leaf("not compressed", "LogotypeNotCompressed", l => l.With(Logo(uri: DataUri(svg, gzip: false))));                          // Draft 4.2
        yield return Leaf("gzip cut off", "LogotypeGzipInvalid", l => l.With(Logo(uri: "data:image/svg+xml;base64," + Convert.ToBase64String(Gzip(svg).AsSpan()[..^30])))); // RFC 1952
        yield return Leaf("gzip with a wrong checksum", "LogotypeGzipInvalid", l => l.With(Logo(uri: "data:image/svg+xml;base64," + Convert.ToBase64String(WrongChecksum(Gzip(svg)))))); // RFC 1952
        yield return Leaf("decompression bomb", "LogotypeTooLarge", l => l.With(Logo(uri: DataUri(new byte[8_000_000]))));                        // bound
        yield return Leaf("bomb that lies about its size", "LogotypeGzipInvalid", l => l.With(Logo(uri: "data:image/svg+xml;base64," + Convert.ToBase64String([.. Gzip(new byte[8_000_000]).AsSpan()[..^4], 0, 1, 0, 0])))); // bound
        yield return Leaf("wrong hash", "LogotypeHashMismatch", l => l.With(Logo(hashes: ["!" + Sha256])));                                       // RFC 9399 4.1
        yield return Leaf("hash of the compressed logo", "LogotypeHashMismatch", l => l.With(Logo(hashed: Gzip(svg))));                           // RFC 6170 5.2
        yield return Leaf("hash over LF of a CRLF logo", "LogotypeHashLineEndings", l => l.With(Logo(svg: crlfSvg, hashed: svg)));                // RFC 6170 5.2
        yield return Leaf("one hash right, one wrong", "~LogotypeHashPartlyWrong", l => l.With(Logo(hashes: ["!" + Sha256, Sha1])));              // RFC 9399 4.1
        yield return Leaf("no hash", "LogotypeHashUnsupported", l => l.With(Logo(hashes: [])));                                                   // RFC 9399 4.1
        yield return Leaf("MD5 only", "LogotypeHashUnsupported", l => l.With(Logo(hashes: [Md5])));                                               // RFC 9399 4.1
        yield return Leaf("another logo hosted", "LogoDiffers", l => l, o => o with { Logo = "<svg/>"u8.ToArray() });                             // Draft 5.3 (7)
        yield return Leaf("hosted with CRLF", "LogoLineEndsDiffer", l => l, o => o with { Logo = Encoding.UTF8.GetBytes(crlfSvg) });              // standards: named as such
        yield return Leaf("hosted SVGZ damaged", "LogoUnreadable", l => l, o => o with { Logo = Gzip(svg).AsMemory()[..^30] });                              // Draft 5.3 (7)
    }

    private const string LogotypeOid = "1.3.6.1.5.5.7.1.12";

    private static readonly Lazy<Signer> Weak = new(() => Rsa(1024, "1.2.840.113549.1.1.11", HashAlgorithmName.SHA256));

    /// <summary>A root that carries the key purpose, so that a CA directly below it draws no finding about it.</summary>
    private static readonly Lazy<MarkCertificateRoots> RootsWithPurpose = new(() => MarkCertificateRoots.FromPem(Pem(Write(F.Root.With(Purposes(BimiPurpose)), F.Root))));

    private static byte[] RsaChain(string oid, RSASignaturePadding padding, HashAlgorithmName hash)
    {
        var ca = F.Ca with { Key = Rsa(2048, oid, hash, padding) };
        ca = ca.With(KeyId(ca.Key));
        return Pem(F.Chain(leaf: F.Leaf.With(AuthorityKeyId(ca.Key!)), ca: ca)[..2]);
    }

    /// <summary>Root, then a CA that allows none below it, then another CA, then the leaf.</summary>
    private static byte[] DeepChain()
    {
        var upper = F.Ca with { Subject = [("2.5.4.3", "Upper CA")], Key = F.OtherKey };
        upper = upper.With(KeyId(F.OtherKey));
        var lower = F.Ca.With(AuthorityKeyId(F.OtherKey));
        return Pem(Write(F.Leaf, lower), Write(lower, upper), Write(upper, F.Root));
    }

    private static byte[] WrongChecksum(byte[] gzip)
    {
        gzip[^8] ^= 1;
        return gzip;
    }

    [Fact]
    public void Value_says_what_the_certificate_says()
    {
        var leaf = F.Leaf.With(MarkFactory.Names("example.com", "brand._bimi.example.com"));
        var result = MarkCertificate.Check(Pem(F.Chain(leaf: leaf)), new MarkCertificateOptions { At = At, TrustedRoots = Roots });
        var mark = Assert.IsType<MarkCertificate>(result.Value);
        Assert.Equal("MarkCertificate", result.Mechanism);
        Assert.Equal(MarkCertificateKind.Vmc, mark.Kind);
        Assert.Equal("Registered Mark", mark.MarkType);
        Assert.Equal("VMC of Example Ltd for example.com, brand._bimi.example.com until 2026-12-31", mark.ToString());
        Assert.Equal("Example Ltd", mark.Organization);
        Assert.Contains("markType=Registered Mark", mark.Subject);
        Assert.StartsWith("CN=Test Mark CA 1", mark.Issuer);
        Assert.Equal("4D01020304050607", mark.SerialNumber);
        Assert.Equal(["example.com", "brand._bimi.example.com"], mark.Names);
        Assert.Equal(["brand"], mark.Selectors);
        Assert.Equal(1, mark.SctCount);
        Assert.Equal("http://crl.test/ca1.crl", mark.CrlUrl);
        Assert.Contains("1.3.6.1.4.1.53087.1.1", mark.PolicyOids);
        Assert.Equal(LogoText, Encoding.UTF8.GetString(mark.LogoSvg.Span));
        Assert.Equal(["Example Ltd", "Test Mark CA 1", "Test Mark Root"], mark.Chain);
        Assert.True(mark.IsTrusted);
        Assert.True(mark.Covers("Example.COM", "anything"));
        Assert.False(mark.Covers("example.org"));
    }

    [Fact]
    public void Embedded_logo_is_checked_itself()
    {
        var script = LogoText.Replace("<rect", "<script>alert(1)</script><rect", StringComparison.Ordinal);
        var result = MarkCertificate.Check(Pem(F.Chain(leaf: F.Leaf.With(Logo(svg: script)))[..2]), new MarkCertificateOptions { At = At, TrustedRoots = Roots });
        var finding = Assert.Single(result.Findings);
        Assert.Equal(("SvgElementForbidden", "embedded logo", FindingSeverity.Error), (finding.Code, finding.Location, finding.Severity));
        Assert.False(result.IsValid);
    }

    [Fact]
    public void All_findings_come_at_once()
    {
        var leaf = F.Leaf.Without("1.3.6.1.4.1.11129.2.4.2").Without("2.5.29.31").With(MarkFactory.Names("example.org")) with { NotAfter = At.AddDays(-1) };
        var result = MarkCertificate.Check(Pem(F.Chain(leaf: leaf)), new MarkCertificateOptions { At = At, Domain = "example.com", TrustedRoots = Roots });
        Assert.Equal(["CertificateExpired", "CrlMissing", "NameMismatch", "SctMissing"], result.Findings.Select(f => f.Code).Order(StringComparer.Ordinal));
        Assert.Equal(TestStatus.Fail, result.Status);
    }

    [Fact]
    public void Shipped_roots_are_those_of_the_mark_authorities()
    {
        Assert.Collection(MarkCertificateRoots.Default.Subjects,
            s => Assert.StartsWith("CN=DigiCert Verified Mark Root CA", s),
            s => Assert.StartsWith("CN=GlobalSign Verified Mark Root R42", s),
            s => Assert.StartsWith("CN=SSL.com VMC ECC Root CA 2024", s),
            s => Assert.StartsWith("CN=SSL.com VMC RSA Root CA 2024", s));
        Assert.All(MarkCertificateRoots.Default.Certificates, c => Assert.Equal(MarkChainSignatureVerdict.Good, MarkChainSignature.Verify(c, c)));
    }

    [Fact]
    public void What_the_roots_remember_changes_no_verdict()
    {
        var roots = MarkCertificateRoots.FromPem(Pem(Write(F.Root, F.Root)));
        var options = new MarkCertificateOptions { At = At, Domain = "example.com", TrustedRoots = roots };
        var chain = F.Chain();
        for (var i = 0; i < 3; i++)
        {
            Assert.True(MarkCertificate.Check(Pem(chain[..2]), options).IsValid);
        }

        // The CA is known now: another certificate under its name and key, not signed by the root, is not taken for it, nor a leaf it did not sign.
        var forged = Pem(chain[0], Write(F.Ca with { SignedBy = F.OtherKey }, F.Root));
        Assert.Contains(MarkCertificate.Check(forged, options).Findings, f => f.Code == "ChainSignatureInvalid");
        var foreign = Pem(Write(F.Leaf with { SignedBy = F.OtherKey }, F.Ca), chain[1]);
        Assert.Contains(MarkCertificate.Check(foreign, options).Findings, f => f.Code == "ChainSignatureInvalid");
        Assert.Contains(MarkCertificate.Check(Pem(chain[..2]), options with { At = new(2037, 1, 1, 0, 0, 0, TimeSpan.Zero) }).Findings, f => f.Code == "IssuerExpired");
        Parallel.For(0, 64, _ => Assert.True(MarkCertificate.Check(Pem(chain[..2]), options).IsValid));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nothing")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void Unusable_trusted_roots_are_refused(string pem)
    {
        var error = Assert.Throws<EmailSecurityException>(() => MarkCertificateRoots.FromPem(Encoding.ASCII.GetBytes(pem)));
        Assert.Equal("TrustedRootInvalid", error.ErrorId);
    }
}
