using EmailSecurity.Findings;
using EmailSecurity.Svg.Repair;

namespace EmailSecurity.Bimi;

/// <summary>
/// A drawing as design tools export it, made into SVG Tiny Portable/Secure that looks the same. What would look different is refused, each reason with what to
/// do in the design tool.
/// </summary>
public sealed class BimiLogoConversion
{
    private BimiLogoConversion()
    {
    }

    /// <summary>Bytes that are read at most, compressed or not: 4 MB, since editors' own data make exports large.</summary>
    public const int MaximumSize = SvgRepair.MaximumSize;

    /// <summary>The converted logo; null where it was refused.</summary>
    public required ReadOnlyMemory<byte>? Content { get; init; }

    /// <summary>
    /// Mechanism BimiLogo: the check of what was written, with a finding for each kind of change; where the conversion was refused, the reasons, which are
    /// errors, and no Value.
    /// </summary>
    public required TestResult Result { get; init; }

    /// <summary>
    /// Converts a drawing, SVG or SVGZ. Never throws for what the bytes hold; work and memory are bounded whatever they hold. A logo that has nothing to
    /// improve stays as it is, byte for byte.
    /// </summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">A file name for the findings' Location, and for the title where nothing better is there; may be empty.</param>
    /// <param name="title">The title; null for the file's own.</param>
    /// <exception cref="ArgumentException">The title is blank, or has characters that XML does not allow.</exception>
    public static BimiLogoConversion Convert(ReadOnlyMemory<byte> bytes, string name = "", string? title = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        title = title is null ? null : Title(title);
        if (bytes.Length > MaximumSize || !BimiLogo.TryDecompress(bytes, MaximumSize, out var text))
        {
            var problem = bytes.Length > MaximumSize ? Invariant($"The file has {bytes.Length} bytes; files of more than {MaximumSize} bytes are not read.")
                : Invariant($"The file is compressed, and the compression is damaged or holds more than {MaximumSize} bytes.");
            return Refused([LogoRepairRules.Unreadable.Found(problem, name.Length > 0 ? name : null)]);
        }

        if (text.Length <= BimiLogo.MaximumSize && BimiLogo.Check(text, name) is { Status: TestStatus.Pass, Value: BimiLogo logo } good
            && (title is null || logo.Title == title))
        {
            return new BimiLogoConversion { Content = text, Result = good };
        }

        var outcome = SvgRepair.Convert(text, name, title, BimiLogo.RecommendedSize);
        if (outcome.Content is not { } content)
        {
            return Refused([.. outcome.Refusals, .. outcome.Changes]);
        }

        var check = BimiLogo.Check(content, name);
        return new BimiLogoConversion
        {
            Content = check.IsValid ? content : null,
            Result = TestResult.From(check.Mechanism, [.. check.Findings, .. outcome.Changes], check.Value),
        };
    }

    private static BimiLogoConversion Refused(IReadOnlyList<Finding> findings) =>
        new() { Content = null, Result = TestResult.From("BimiLogo", findings, value: null) };

    private static string Title(string title)
    {
        var trimmed = title.Trim();
        return trimmed.Length > 0 && !trimmed.Any(c => char.IsControl(c) || char.IsSurrogate(c) || c is '\uFFFE' or '\uFFFF') ? trimmed
            : throw new ArgumentException("A title is a line of text.", nameof(title));
    }
}
