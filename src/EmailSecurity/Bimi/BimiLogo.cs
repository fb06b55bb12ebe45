using System.Buffers;
using EmailSecurity.Findings;
using EmailSecurity.Svg;

namespace EmailSecurity.Bimi;

/// <summary>
/// A BIMI logo (the standard says indicator): an SVG Tiny Portable/Secure document, draft-svg-tiny-ps-abrotman, as read by <see cref="Check"/>.
/// </summary>
public sealed class BimiLogo
{
    /// <summary>The size a logo should keep to, in bytes uncompressed (draft-svg-tiny-ps-abrotman section 2.4).</summary>
    public const int RecommendedSize = 32 * 1024;

    /// <summary>The size, in bytes, compressed or not, above which nothing is read: eight times what is recommended, four times what receivers fetch.</summary>
    public const int MaximumSize = 256 * 1024;

    private BimiLogo()
    {
    }

    /// <summary>The name given to <see cref="Check"/>: a file or a URL; may be empty.</summary>
    public required string Name { get; init => field = VisibleText.Of(value); }

    /// <summary>The title; empty where there is none.</summary>
    public required string Title { get; init => field = VisibleText.Of(value); }

    /// <summary>The description for people who do not see the logo; empty where there is none.</summary>
    public required string Description { get; init => field = VisibleText.Of(value); }

    /// <summary>Width of the root; null where it has none, which means 100%.</summary>
    public required SvgLength? Width { get; init; }

    /// <summary>Height of the root; null where it has none, which means 100%.</summary>
    public required SvgLength? Height { get; init; }

    /// <summary>The viewBox; null where there is none that can be read.</summary>
    public required SvgViewBox? ViewBox { get; init; }

    /// <summary>True where the bytes were gzip (SVGZ).</summary>
    public required bool IsCompressed { get; init; }

    /// <summary>Size as given, in bytes.</summary>
    public required int Size { get; init; }

    /// <summary>Size of the SVG text, in bytes.</summary>
    public required int UncompressedSize { get; init; }

    /// <summary>How many different colours the shapes are painted with, gradients' stops among them; 256 at most.</summary>
    public required int Colours { get; init; }

    /// <summary>What each provider makes of the logo itself, in words: <c>Gmail: accepted</c>.</summary>
    public IReadOnlyList<string> Verdicts => Joined.List([.. Providers.Select(p => p.ToString())]);

    /// <summary>What each provider makes of the logo itself: Gmail, Apple, Yahoo, Fastmail.</summary>
    internal IReadOnlyList<ProviderVerdict> Providers { get; init => field = Joined.List(value); } = Joined.List<ProviderVerdict>([]);

    /// <summary>The SVG text, uncompressed: what a mark certificate's hash is taken over.</summary>
    internal ReadOnlyMemory<byte> Content { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Title.Length > 0 ? Title : Name;

    /// <summary>
    /// Checks a logo, SVG or SVGZ, against the profile and the prose around it. Never throws for what the bytes hold; work and memory are
    /// bounded whatever they hold.
    /// </summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">A file name or URL for the findings' Location; may be empty.</param>
    /// <returns>Mechanism BimiLogo; Value is a <see cref="BimiLogo"/> where the root is an svg element, else null.</returns>
    public static TestResult Check(ReadOnlyMemory<byte> bytes, string name = "") => CheckCounting(bytes, name, out _);

    /// <summary>As <see cref="Check"/>; also counts the findings that the profile's RELAX NG schema has as well.</summary>
    internal static TestResult CheckCounting(ReadOnlyMemory<byte> bytes, string name, out int schemaErrors)
    {
        ArgumentNullException.ThrowIfNull(name);
        var findings = new SvgFindings(name);
        var content = bytes;
        var isCompressed = SvgGzip.IsGzip(bytes.Span);
        BimiLogo? logo = null;
        if (bytes.IsEmpty)
        {
            findings.Report(SvgRules.Empty, default, -1, "The file is empty.");
        }
        else if (bytes.Length > MaximumSize)
        {
            findings.Report(SvgRules.TooLarge, default, -1, $"The file has {bytes.Length} bytes; files of more than {MaximumSize} bytes are not read.");
        }
        else if (!isCompressed || SvgGzip.TryDecompress(bytes, MaximumSize, findings, out content))
        {
            logo = Read(bytes, content, isCompressed, name, findings);
        }

        findings.Finish();
        schemaErrors = findings.SchemaErrors;
        return TestResult.From("BimiLogo", findings.Items, logo);
    }

    private static BimiLogo? Read(ReadOnlyMemory<byte> bytes, ReadOnlyMemory<byte> content, bool isCompressed, string name, SvgFindings findings)
    {
        if (content.IsEmpty)
        {
            findings.Report(SvgRules.Empty, default, -1, "The file is empty.");
            return null;
        }
        if (content.Length > RecommendedSize && findings.Take(SvgRules.SizeOver32K))
        {
            findings.Report(SvgRules.SizeOver32K, default, -1, $"The SVG has {content.Length} bytes uncompressed; it should have at most {RecommendedSize}.");
        }

        var text = content.Span;
        if (!SvgDeclaration.TryOpen(ref text, findings, out var start))
        {
            return null;
        }

        var attributes = ArrayPool<SvgAttribute>.Shared.Rent(SvgReader.MaximumAttributes);
        var validator = new SvgValidator(text, start, findings, attributes);
        validator.Run();
        ArrayPool<SvgAttribute>.Shared.Return(attributes);
        if (!validator.HasRoot)
        {
            return null;
        }

        var root = validator.Root;
        return new BimiLogo
        {
            Name = name,
            Title = validator.Title,
            Description = validator.Description,
            Width = root.Width,
            Height = root.Height,
            ViewBox = root.ViewBox,
            IsCompressed = isCompressed,
            Size = bytes.Length,
            UncompressedSize = content.Length,
            Colours = validator.Colours,
            Providers = ProviderRules.Judge(root.Width, root.Height, content.Length, findings.Errors),
            Content = content,
        };
    }

    /// <summary>The SVG text of a file that may be SVGZ.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="content">The bytes themselves, or what they decompress to.</param>
    /// <returns>False where the gzip is damaged or holds more than <see cref="MaximumSize"/>.</returns>
    public static bool TryDecompress(ReadOnlyMemory<byte> bytes, out ReadOnlyMemory<byte> content) => TryDecompress(bytes, MaximumSize, out content);

    /// <summary>As <see cref="TryDecompress(ReadOnlyMemory{byte}, out ReadOnlyMemory{byte})"/>, with a limit of the caller's.</summary>
    internal static bool TryDecompress(ReadOnlyMemory<byte> bytes, int most, out ReadOnlyMemory<byte> content)
    {
        content = bytes;
        return !SvgGzip.IsGzip(bytes.Span) || SvgGzip.TryDecompress(bytes, most, new SvgFindings(""), out content);
    }
}
