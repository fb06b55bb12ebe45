namespace EmailSecurity.Sandbox.Hosting;

/// <summary>A table of the page that shows the sandbox's state.</summary>
internal sealed record StateTable(string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);
