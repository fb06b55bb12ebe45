using System.Text.RegularExpressions;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests;

/// <summary>docs/errors.md against the sources: every id of an error is explained, and nothing else is.</summary>
public partial class ErrorTests
{
    private static readonly string[] Projects = ["EmailSecurity", "EmailSecurity.Net", "EmailSecurity.Aws", "EmailSecurity.Parquet", "EmailSecurity.PowerShell"];

    [Fact]
    public void Every_error_is_explained_and_nothing_else()
    {
        var ids = new ErrorIds(Projects.SelectMany(SourceTree.Files).Select(f => (f, File.ReadAllText(f))));
        var rows = Row().Matches(File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "errors.md"))).Select(m => m.Groups["id"].Value).ToArray();

        Assert.Empty(ids.Unresolved);
        Assert.Equal(ids.Found, rows.Order(StringComparer.Ordinal));
    }

    // What the reading of the sources rests on.
    [Theory]
    [InlineData("throw new EmailSecurityException(\"A\", ErrorKind.Timeout, text);", "A")]
    [InlineData("EmailSecurityException Made() => new(\"A\", ErrorKind.Timeout, text);", "A")]
    [InlineData("throw AwsErrors.New(\"A\", ErrorKind.Timeout, text);", "A")]
    [InlineData("throw new EmailSecurityException(late ? \"A\" : \"B\", ErrorKind.Timeout, text);", "A", "B")]
    [InlineData("Fail(\"A\"); void Fail(string id) => throw new EmailSecurityException(id, ErrorKind.Timeout, text);", "A")]
    [InlineData("throw new EmailSecurityException(kind + \"A\", ErrorKind.Timeout, text);")]
    [InlineData("throw new EmailSecurityException(Named(), ErrorKind.Timeout, text);")]
    public void An_id_is_found_or_missed_aloud(string code, params string[] found)
    {
        var ids = new ErrorIds([("Case.cs", $"class Case {{ void Run() {{ {code} }} }}")]);

        Assert.Equal(found, ids.Found);
        Assert.Equal(found.Length == 0, ids.Unresolved.Count > 0);
    }

    // An id with its meaning and what to do.
    [GeneratedRegex(@"^\| `(?<id>[A-Za-z0-9]+)` \| [^|]+ \| [^|]+ \|\r?$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Row();
}
