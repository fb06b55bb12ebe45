using EmailSecurity.Findings;
using EmailSecurity.Marks;
using EmailSecurity.Tests.Marks;

/// <summary>Mark certificates under fuzz: the file as text, a certificate as DER, and one extension in a certificate that is signed anew.</summary>
internal static class MarkFuzz
{
    private static readonly MarkFactory Factory = new();
    private static readonly byte[][] Chain = Factory.Chain();

    private static readonly MarkCertificateOptions Options = new()
    {
        At = MarkFactory.At,
        Domain = "example.com",
        TrustedRoots = MarkCertificateRoots.FromPem(MarkFactory.Pem(Chain[2])),
    };

    public static IReadOnlyList<byte[]> Files => [MarkFactory.Pem(Chain), MarkFactory.Pem(Chain[..1])];

    public static IReadOnlyList<byte[]> Certificates => Chain;

    /// <summary>The first octet says which extension; what follows is its value.</summary>
    public static IReadOnlyList<byte[]> Extensions => [.. Factory.Leaf.Extensions.Select((e, i) => (byte[])[(byte)i, .. e.Value])];

    public static IReadOnlyList<byte[]> Words =>
        [.. FuzzTarget.Octets("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----", "\n", "=", "MII", "data:image/svg+xml;base64,"), [0x30, 0x80], [0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xFF], [0x04, 0x00], [0x05, 0x00], [0x06, 0x01, 0x80], [0x1F, 0x8B, 0x08], [0xA0, 0x00]];

    public static TestResult File(byte[] pem) => MarkCertificate.Check(pem, Options);

    public static TestResult Certificate(byte[] der) => MarkCertificate.Check(MarkFactory.Pem(der, Chain[1]), Options);

    // Signed anew, so that mutations get past the signature.
    public static TestResult Extension(byte[] bytes)
    {
        var extensions = Factory.Leaf.Extensions;
        var leaf = Factory.Leaf.With(extensions[bytes[0] % extensions.Length] with { Value = bytes[1..] });
        return MarkCertificate.Check(MarkFactory.Pem(MarkFactory.Write(leaf, Factory.Ca), Chain[1]), Options);
    }
}
