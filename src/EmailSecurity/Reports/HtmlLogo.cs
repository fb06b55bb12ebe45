using System.Security.Cryptography;
using EmailSecurity.Bimi;
using EmailSecurity.Findings;

namespace EmailSecurity.Reports;

/// <summary>
/// Shows a logo as inboxes do. A logo is embedded as the data of an image only, which browsers draw without scripts and without fetching anything, and only
/// where it conforms to SVG Tiny PS, which has neither. Each is in the page once.
/// </summary>
/// <param name="html">Where to.</param>
/// <param name="spool">Keeps the logos until the end of the page.</param>
internal sealed class HtmlLogo(HtmlWriter html, Spool spool)
{
    private static readonly (string Shape, string Shade, string Words)[] Views =
    [
        ("round", "light", "Round, light theme"), ("round", "dark", "Round, dark theme"), ("square", "light", "Square, light theme"),
        ("square", "dark", "Square, dark theme"),
    ];

    private readonly Dictionary<string, Stored> logos = new(StringComparer.Ordinal);

    /// <summary>The logo that a result has to show; empty for none, or for one that does not conform or is larger than inboxes show.</summary>
    public static ReadOnlyMemory<byte> Of(TestResult result)
    {
        var content = result.Value is BimiLogo logo ? logo.Content
            : result.Observed.FirstOrDefault(o => o is { Kind: ObservationKind.File, Type: "Logo" })?.Content ?? default;
        return content.IsEmpty || content.Length > BimiLogo.RecommendedSize || !BimiLogo.Check(content).IsValid ? default : content;
    }

    /// <summary>The four views.</summary>
    /// <param name="name">The domain.</param>
    /// <param name="content">The logo, from <see cref="Of"/>.</param>
    public void Show(string name, ReadOnlyMemory<byte> content)
    {
        var id = Keep(content);
        html.Add($"""<div class="logos" role="group" aria-label="The logo as inboxes show it">""");
        foreach (var (shape, shade, words) in Views)
        {
            html.Add($"""<figure class="inbox {shade}"><svg class="avatar {shape}" viewBox="0 0 100 100" role="img" aria-label="Logo of {name}">""");
            html.Add($"""<use href="#{id}"/></svg>""");
            html.Add($"""<span class="sender" aria-hidden="true"><span class="from">{name}</span><span class="subject"></span></span>""");
            html.Add($"""<figcaption>{words}</figcaption></figure>""");
        }

        html.Add($"</div>");
    }

    /// <summary>The images, for the end of the page.</summary>
    /// <param name="output">Where to.</param>
    public void WriteImages(TextWriter output)
    {
        foreach (var (id, at) in logos)
        {
            html.Add($"""<image id="{id}" width="100" height="100" href="data:image/svg+xml;base64,{spool.Read(at)}"/>""");
            output.Write(html.Take());
        }
    }

    private string Keep(ReadOnlyMemory<byte> content)
    {
        var id = "logo-" + Convert.ToHexString(SHA256.HashData(content.Span).AsSpan(0, 12)).ToLowerInvariant();
        if (!logos.ContainsKey(id))
        {
            logos.Add(id, spool.Store(Convert.ToBase64String(content.Span)));
        }

        return id;
    }
}
