namespace EmailSecurity.HelpBuilder;

/// <summary>Where the pages are read online (Get-Help -Online): the sources, in the repository that the project is published in.</summary>
/// <param name="repository">Its address; empty where the project is not published.</param>
internal sealed class OnlinePages(string repository)
{
    /// <summary>The address of a command's page; null where there is none.</summary>
    public string? Of(string command) => repository.Length == 0 ? null : $"{repository.TrimEnd('/')}/blob/main/docs/en-US/{command}.md";

    /// <summary>True for what can be the address of a repository: Get-Help opens no other than web pages.</summary>
    public static bool IsAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps;
}
