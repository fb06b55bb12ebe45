using EmailSecurity.Text;

namespace EmailSecurity.Stacks;

/// <summary>A file of the user's that a stack hosts: its name for messages, its exact bytes.</summary>
/// <param name="Name">File name or path, for messages.</param>
/// <param name="Content">The bytes as they will be served.</param>
public sealed record StackAsset(string Name, ReadOnlyMemory<byte> Content)
{
    /// <summary>A copy of the bytes: <see cref="Content"/> does not survive serialization (Export-Clixml, jobs, remoting), an array does.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Performance", "CA1819", Justification = "Serialization in PowerShell reads properties; the array is a copy.")]
    public byte[] Bytes => Content.ToArray();

    /// <summary>Refuses what is plainly no SVG as a logo. Whether an SVG keeps the rules of BIMI is another check.</summary>
    /// <exception cref="EmailSecurityException">LogoNotSvg, with what the file is.</exception>
    public void RequireSvg()
    {
        if (FileKind.Of(Content.Span) is { } kind and not FileKind.Svg)
        {
            throw new EmailSecurityException("LogoNotSvg", ErrorKind.InvalidData,
                $"{Name} is {kind}. A BIMI logo is an SVG drawing (SVG Tiny PS).",
                "Ask for the logo as a vector drawing in SVG, and check it with Test-BimiLogo. An image inside an SVG file does not help.")
            { Target = Name };
        }
    }

    /// <summary>Refuses what is plainly not a certificate in PEM format as a mark certificate.</summary>
    /// <exception cref="EmailSecurityException">MarkCertificateNotPem, with what the file is.</exception>
    public void RequirePem()
    {
        if (FileKind.Of(Content.Span) is { } kind and not (FileKind.Pem or FileKind.OtherPem))
        {
            throw new EmailSecurityException("MarkCertificateNotPem", ErrorKind.InvalidData,
                $"{Name} is {kind}. A mark certificate is hosted in PEM format: text that begins with -----BEGIN CERTIFICATE-----.",
                "Use the PEM file with the whole chain that the certification authority delivered.")
            { Target = Name };
        }
    }

    /// <inheritdoc/>
    public bool Equals(StackAsset? other) => other is not null && Name == other.Name && Content.Span.SequenceEqual(other.Content.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Content.Length);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Count.Of(Content.Length, "byte")})";
}
