using EmailSecurity.Text;

namespace EmailSecurity.Stacks;

/// <summary>A file of the user's that a stack hosts: its name for messages, its exact bytes.</summary>
public sealed record StackAsset
{
    /// <summary>A file with its bytes.</summary>
    /// <param name="name">File name or path, for messages.</param>
    /// <param name="content">The bytes as they will be served.</param>
    public StackAsset(string name, ReadOnlyMemory<byte> content) => (Name, Content) = (name, content);

    /// <summary>File name or path, for messages.</summary>
    public string Name { get; init; }

    /// <summary>Size in bytes.</summary>
    public int Size => Content.Length;

    /// <summary>The bytes as they will be served.</summary>
    internal ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>A copy of the bytes: <see cref="Content"/> does not survive serialization (Export-Clixml, jobs, remoting), an array does.</summary>
    internal byte[] Bytes => Content.ToArray();

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
