using EmailSecurity.Bimi;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>Keys and URLs of a stack's BIMI files, and the record that names them.</summary>
/// <param name="Host">The BIMI host.</param>
/// <param name="LogoKey">Key of the logo.</param>
/// <param name="CertificateKey">Key of the mark certificate; null for none.</param>
internal sealed record BimiFiles(string Host, string LogoKey, string? CertificateKey)
{
    /// <summary>URL of the logo.</summary>
    public Uri LogoUrl => new($"https://{Host}/{LogoKey}");

    /// <summary>URL of the mark certificate; null for none.</summary>
    public Uri? CertificateUrl => CertificateKey is null ? null : new Uri($"https://{Host}/{CertificateKey}");

    /// <summary>The assertion record.</summary>
    public string Record => BimiRecord.Create(LogoUrl, CertificateUrl).ToString();

    /// <summary>The files of a stack that has a logo.</summary>
    public static BimiFiles Of(StackWish stack, string host) => new(host, StackNames.BimiKey(stack.Logo!.Content, "logo.svg"),
        stack.MarkCertificate is { } mark ? StackNames.BimiKey(mark.Content, "certificate.pem") : null);
}
