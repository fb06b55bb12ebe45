using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace EmailSecurity.HelpBuilder;

/// <summary>One help source: a title, sections under <c>##</c>, and items under <c>###</c> (parameters, examples).</summary>
internal sealed class HelpPage
{
    private readonly Dictionary<string, Section> sections = new(StringComparer.OrdinalIgnoreCase);

    private HelpPage(string file) => File = file;

    /// <summary>Where it was read from.</summary>
    public string File { get; }

    /// <summary>A section; empty where the page has none of that name.</summary>
    public Section this[string name] => sections.TryGetValue(name, out var section) ? section : new Section(name);

    /// <summary>The description of a parameter; null where the page does not describe it.</summary>
    public Section? Parameter(string name) => sections.Values.SelectMany(s => s.Items).FirstOrDefault(i => string.Equals(i.Title, "-" + name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads a page.</summary>
    public static HelpPage Read(string file)
    {
        var page = new HelpPage(file);
        var section = new Section("");
        var item = section;
        foreach (var block in Markdown.Parse(System.IO.File.ReadAllText(file)))
        {
            switch (block)
            {
                case HeadingBlock { Level: 2 } heading:
                    item = section = new Section(Text(heading.Inline));
                    page.sections.Add(section.Title, section);
                    break;
                case HeadingBlock { Level: 3 } heading:
                    item = new Section(Text(heading.Inline));
                    section.Items.Add(item);
                    page.sections.TryAdd(section.Title, section);
                    break;
                case HeadingBlock:
                    page.sections.TryAdd(section.Title, section);
                    break;
                case CodeBlock code:
                    item.Code.Add(code.Lines.ToString());
                    break;
                case ParagraphBlock paragraph:
                    item.Paragraphs.Add(Text(paragraph.Inline));
                    break;
                case ListBlock list:
                    item.Paragraphs.AddRange(list.OfType<ListItemBlock>().Select(e => "- " + string.Join(' ', e.OfType<ParagraphBlock>().Select(p => Text(p.Inline)))));
                    break;
                default:
                    throw new FormatException($"{file}({block.Line + 1}): help pages have headings, paragraphs, lists and code only.");
            }
        }

        return page;
    }

    /// <summary>The text of inlines without their marks.</summary>
    public static string Text(ContainerInline? inlines) => inlines is null ? "" : string.Concat(inlines.Select(inline => inline switch
    {
        LiteralInline literal => literal.Content.ToString(),
        CodeInline code => code.Content,
        LineBreakInline => "\n",
        HtmlInline html => html.Tag, // <domain> and its like are names to fill in, not markup
        AutolinkInline link => link.Url,
        HtmlEntityInline entity => entity.Transcoded.ToString(),
        ContainerInline container => Text(container),
        _ => "",
    }));
}

/// <summary>Part of a help page.</summary>
internal sealed class Section(string title)
{
    public string Title { get; } = title;

    public List<string> Paragraphs { get; } = [];

    public List<string> Code { get; } = [];

    public List<Section> Items { get; } = [];
}
