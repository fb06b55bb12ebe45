using EmailSecurity.Findings;

namespace EmailSecurity.Reports;

/// <summary>The shapes of the verdicts: each has its own, so that nobody needs to see the colors.</summary>
internal static class HtmlIcon
{
    /// <summary>The shapes, once in a page.</summary>
    public static void Define(HtmlWriter html) => html.Add(
        $"""
        <symbol id="i-fail" viewBox="0 0 16 16"><path d="M5 .5h6L15.5 5v6L11 15.500H5L.5 11V5z"/><path class="cut" d="M5 5l6 6M11 5l-6 6"/></symbol>
        <symbol id="i-warning" viewBox="0 0 16 16"><path d="M8 .8L15.8 14.8H.2z"/><path class="cut" d="M8 5.500v4.500M8 11.500v1.600"/></symbol>
        <symbol id="i-absent" viewBox="0 0 16 16"><circle class="ring" cx="8" cy="8" r="6.800"/><path class="dash" d="M4.800 8h6.400"/></symbol>
        <symbol id="i-pass" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7.600"/><path class="cut" d="M4.300 8.300l2.600 2.600 4.900-5.5"/></symbol>
        <symbol id="i-note" viewBox="0 0 16 16"><circle class="ring" cx="8" cy="8" r="6.800"/><path class="dash" d="M8 7.200v4.300M8 4.300v1.5"/></symbol>
        """);

    /// <summary>A shape; what it means stands beside it in words.</summary>
    public static void Write(HtmlWriter html, string name) =>
        html.Add($"""<svg class="icon {name}" width="16" height="16" aria-hidden="true" focusable="false"><use href="#i-{name}"/></svg>""");

    /// <summary>The name of a verdict's shape and style.</summary>
    public static string Of(TestStatus status) => status switch
    {
        TestStatus.Fail => "fail",
        TestStatus.Warning => "warning",
        TestStatus.Absent => "absent",
        _ => "pass",
    };

    /// <summary>Begins a part that can be folded.</summary>
    public static void Details(HtmlWriter html, string name, bool isOpen)
    {
        if (isOpen)
        {
            html.Add($"""<details class="{name}" open="">""");
        }
        else
        {
            html.Add($"""<details class="{name}">""");
        }
    }

    /// <summary>Shape and word of a verdict.</summary>
    public static void Badge(HtmlWriter html, TestStatus status)
    {
        html.Add($"""<span class="badge {Of(status)}">""");
        Write(html, Of(status));
        html.Add($"{status.ToString()}</span>");
    }
}
