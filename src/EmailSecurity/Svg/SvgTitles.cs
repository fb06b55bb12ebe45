namespace EmailSecurity.Svg;

/// <summary>
/// Titles that a design tool or a template put there, not a person. The title is what a screen reader says in place of the logo and what an authority
/// compares with
/// the brand (draft-svg-tiny-ps-abrotman section 2.1), so that one of these is as good as none.
/// </summary>
internal static class SvgTitles
{
    /// <summary>Longer titles are sentences of somebody's own.</summary>
    private const int MaxLength = 64;

    /// <summary>Words that mean no brand by themselves: names of documents, layers and elements, and of the format.</summary>
    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        // Documents that were not named: Inkscape, CorelDRAW, Affinity, Photoshop; some of the tools' other languages.
        "untitled", "untitled document", "untitled design", "new document", "new project", "unnamed", "no title", "notitle", "none", "null", "undefined",
        "unbenannt", "sans titre", "sin título", "sem título", "senza titolo", "zonder titel", "без названия", "無題", "未命名", "未标题",
        // Artboards, layers and groups: Illustrator ("Artboard 1", "Layer_1"), Sketch ("Group", "Page 1", "Rectangle Copy").
        "artboard", "layer", "ebene", "calque", "capa", "livello", "group", "gruppe", "groupe", "grupo", "page", "path", "shape", "rectangle", "rect",
            "oval", "bitmap",
        // What the file is, not whose.
        "logo", "my logo", "your logo", "logo here", "company logo", "brand logo", "favicon", "image", "img", "picture", "graphic", "svg", "svg image",
            "svg file", "file",
        "bimi", "bimi logo", "bimi icon", "bimi svg", "bimi svg tiny ps", "bimi-svg-tiny-ps", "tiny-ps", "tiny ps", "svg tiny ps", "svg tiny 1.2",
        // Templates: the profile's own text, and samples of the field.
        "title", "titel", "title here", "your title", "your title here", "insert title", "company", "company name", "your company", "your company name",
            "my company", "brand", "brand name", "your brand",
        "your brand name", "organization", "organization name", "name", "your name", "todo", "tbd", "placeholder", "sample", "test", "lorem ipsum", "foo",
            "xxx",
    };

    /// <summary>Words of the tools that are brands too (Circle, LINE, Canvas, ICON): only with a number, or in lower case as a tool writes an id.</summary>
    private static readonly HashSet<string> Ambiguous = new(StringComparer.OrdinalIgnoreCase)
    {
        "asset", "frame", "canvas", "slice", "component", "instance", "vector", "background", "ellipse", "circle", "polygon", "line", "drawing", "export",
            "output", "final", "draft", "copy", "icon",
    };

    /// <summary>Endings of file names that tools copy into the title.</summary>
    private static readonly string[] Extensions = [".svg", ".svgz", ".ai", ".eps", ".pdf", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".psd", ".sketch",
        ".fig", ".afdesign", ".cdr"];

    /// <summary>True where the title is the name of a document, layer, element or file, or the text of a template.</summary>
    /// <param name="title">The title, white space at its ends removed.</param>
    public static bool IsPlaceholder(string title)
    {
        if (title.Length > MaxLength)
        {
            return false;
        }

        // "Brand_Logo_final.svg" is a file's name, whatever its words; "Booking.com" and "node.js" do not end like one.
        if (Array.Exists(Extensions, e => title.Length > e.Length && title.EndsWith(e, StringComparison.OrdinalIgnoreCase)))
        {
            return true;
        }

        var text = title.Replace('_', ' ').Trim();
        var bare = WithoutNumber(text);
        return Words.Contains(text) || Words.Contains(text.Replace('-', ' ')) || Words.Contains(bare) || !title.Any(char.IsLetterOrDigit)
            || (Ambiguous.Contains(bare) && (bare.Length < text.Length || bare.All(char.IsAsciiLetterLower)));
    }

    // "Artboard 1", "Layer-2", "Artboard 1 copy 3", "logo (1)", "Page 1@2x": numbering of the tools. A name of its own that ends in a number ("3M", "Studio
    // 54") is not touched: what is left must be one of the words.
    private static string WithoutNumber(string text)
    {
        var length = text.Length;
        while (true)
        {
            var before = length;
            while (length > 0 && (char.IsAsciiDigit(text[length - 1]) || text[length - 1] is ' ' or '-' or '(' or ')' or '@' or '.' or '#'))
            {
                length--;
            }

            foreach (var suffix in (ReadOnlySpan<string>)[" copy", "@2x", "@3x", "-copy"])
            {
                if (text.AsSpan(0, length).EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                {
                    length -= suffix.Length;
                }
            }

            if (length == before)
            {
                return text[..length];
            }
        }
    }
}
