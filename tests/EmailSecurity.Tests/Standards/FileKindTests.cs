using System.Text;
using EmailSecurity.Stacks;
using EmailSecurity.Text;

namespace EmailSecurity.Tests.Standards;

/// <summary>What a file is by its first bytes, and what that means for a logo and a mark certificate.</summary>
public sealed class FileKindTests
{
    public static TheoryData<string, byte[]> Others => new()
    {
        { "a PNG image", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0] },
        { "a JPEG image", [0xFF, 0xD8, 0xFF, 0xE0, 0, 0] },
        { "a GIF image", "GIF89a"u8.ToArray() },
        { "a WebP image", "RIFF0000WEBPVP8 "u8.ToArray() },
        { "an AVIF image", "\0\0\0 ftypavif\0"u8.ToArray() },
        { "a PDF or Adobe Illustrator file", "%PDF-1.7"u8.ToArray() },
        { "a PostScript (EPS or Illustrator) file", "%!PS-Adobe-3.0 EPSF-3.0"u8.ToArray() },
        { "a ZIP archive", [0x50, 0x4B, 3, 4, 0] },
        { "a web page (HTML)", "\r\n<!DOCTYPE html><html>"u8.ToArray() },
        { "a certificate in PEM format", "-----BEGIN CERTIFICATE-----"u8.ToArray() },
        { "a binary file in DER format (a certificate or PKCS #12)", [0x30, 0x82, 0, 1, 0] },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void Another_kind_of_file_is_refused_as_a_logo_with_what_it_is(string kind, byte[] content)
    {
        Assert.Equal(kind, FileKind.Of(content));
        var error = Assert.Throws<EmailSecurityException>(() => new StackAsset("logo.svg", content).RequireSvg());
        Assert.Equal(("LogoNotSvg", ErrorKind.InvalidData), (error.ErrorId, error.Kind));
        Assert.Contains($"logo.svg is {kind}.", error.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<svg/>")]
    [InlineData("<?xml version=\"1.0\"?>\n<svg/>")]
    [InlineData("\u001f\u008b\u0008")] // gzip: .svgz
    [InlineData("")] // what is wrong with it the rules say
    [InlineData("anything")]
    public void What_may_be_an_SVG_is_left_to_the_rules(string content) => new StackAsset("logo.svg", Encoding.Latin1.GetBytes(content)).RequireSvg();

    [Fact]
    public void A_mark_certificate_in_another_format_is_refused_with_what_it_is()
    {
        Assert.Equal("MarkCertificateNotPem", Assert.Throws<EmailSecurityException>(() => new StackAsset("vmc.pem", "<svg"u8.ToArray()).RequirePem()).ErrorId);
        Assert.Contains("DER", Assert.Throws<EmailSecurityException>(() => new StackAsset("vmc.pem", new byte[] { 0x30, 0x82, 0, 1, 0 }).RequirePem()).What, StringComparison.Ordinal);
        new StackAsset("vmc.pem", "subject=...\n-----BEGIN CERTIFICATE-----"u8.ToArray()).RequirePem();
    }
}
