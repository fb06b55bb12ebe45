using System.Net;
using System.Text;

namespace EmailSecurity.Sandbox.Hosting;

/// <summary>The page that shows a sandbox's state: plain HTML, no script, reloads itself.</summary>
internal static class StatePage
{
    private const string Head = """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5"><meta name="viewport" content="width=device-width, initial-scale=1">
        <title>EmailSecurity sandbox</title>
        <style>
        body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1c2733; background: #fff; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #d8dee4; vertical-align: top; overflow-wrap: anywhere; }
        th { font-weight: 600; color: #52606d; } td { font-family: ui-monospace, monospace; font-size: .85rem; } .none { color: #52606d; }
        @media (prefers-color-scheme: dark) { body { color: #dbe3ea; background: #14191f; } th, .none { color: #9aa7b4; } th, td { border-color: #2c3640; } }
        </style></head><body>
        <h1>EmailSecurity sandbox</h1>
        <p>A local emulation of AWS: nothing here is on the internet, and everything is gone when it stops.</p>

        """;

    /// <summary>Writes the page.</summary>
    public static string Render(IReadOnlyList<StateTable> tables)
    {
        var html = new StringBuilder(Head);
        foreach (var table in tables)
        {
            html.Append("<h2>").Append(Escape(table.Title)).Append("</h2>\n");
            if (table.Rows.Count == 0)
            {
                html.Append("<p class=\"none\">None.</p>\n");
                continue;
            }
            html.Append("<table><thead><tr>");
            foreach (var column in table.Columns)
            {
                html.Append("<th scope=\"col\">").Append(Escape(column)).Append("</th>");
            }
            html.Append("</tr></thead><tbody>\n");
            foreach (var row in table.Rows)
            {
                html.Append("<tr>");
                foreach (var cell in row)
                {
                    html.Append("<td>").Append(Escape(cell)).Append("</td>");
                }
                html.Append("</tr>\n");
            }
            html.Append("</tbody></table>\n");
        }
        return html.Append("</body></html>\n").ToString();
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
