using System.Text.RegularExpressions;
using System.Xml.Linq;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Engine;

/// <summary>Get-Help -Online: every cmdlet has the address of its page where the project has one, and none is made up where it has not.</summary>
public sealed class OnlineHelpTests : IDisposable
{
    private const string Repository = "https://git.example.org/mail/email-security";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";

    private readonly string folder = Directory.CreateTempSubdirectory("emailsecurity-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Every_cmdlet_has_the_address_of_its_page_in_the_repository()
    {
        var (code, output) = await BuildAsync(Repository);

        Assert.True(code == 0, output);
        var addresses = Addresses();
        Assert.Equal(CmdletTable.All.Select(c => c.Name).Order(StringComparer.Ordinal), addresses.Keys.Order(StringComparer.Ordinal));
        foreach (var (cmdlet, address) in addresses)
        {
            var page = Regex.Match(address, $"^{Regex.Escape(Repository)}/blob/main/(.+)$").Groups[1].Value;
            Assert.Equal($"docs/en-US/{cmdlet}.md", page);
            Assert.True(File.Exists(Path.Combine(SourceTree.Root, page)), page);
        }
    }

    [Fact]
    public async Task PowerShell_finds_the_address()
    {
        var (code, output) = await BuildAsync(Repository);
        Assert.True(code == 0, output);
        CopyModule();

        // HelpUri of a command is what Get-Help -Online opens.
        var lines = await Pwsh.RunAsync($"Import-Module '{folder}/EmailSecurity.psd1'; (Get-Command -Module EmailSecurity).HelpUri");

        Assert.Equal(CmdletTable.All.Select(c => $"{Repository}/blob/main/docs/en-US/{c.Name}.md").Order(StringComparer.Ordinal), lines.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData]
    [InlineData("")]
    public async Task Without_a_repository_there_is_no_address(params string[] repository)
    {
        var (code, output) = await BuildAsync(repository);

        Assert.True(code == 0, output);
        Assert.Empty(Addresses());
    }

    [Theory]
    [InlineData("http://git.example.org/mail")]
    [InlineData("/mail")]
    [InlineData("git@git.example.org:mail")]
    public async Task What_no_browser_opens_is_refused(string repository)
    {
        var (code, _) = await BuildAsync(repository);
        Assert.Equal(2, code);
    }

    // The first address of each cmdlet: the one that Get-Help takes.
    private Dictionary<string, string> Addresses() => XDocument.Load(Path.Combine(folder, "en-US", "EmailSecurity.PowerShell.dll-Help.xml"))
        .Descendants(Command + "command")
        .Select(c => (Name: c.Descendants(Command + "name").First().Value, Uri: c.Descendants(Maml + "navigationLink").Select(l => l.Element(Maml + "uri")!.Value)
            .FirstOrDefault(u => u.Length > 0)))
        .Where(c => c.Uri is not null).ToDictionary(c => c.Name, c => c.Uri!, StringComparer.Ordinal);

    private Task<(int ExitCode, string Output)> BuildAsync(params string[] repository)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Parent!.Name;
        string[] places = ["tools", "EmailSecurity.HelpBuilder", "bin", configuration, "net10.0", "EmailSecurity.HelpBuilder.dll"];
        var module = Path.Combine(SourceTree.Root, "module", "EmailSecurity.PowerShell.dll");
        return ChildProcess.RunAsync("dotnet",
            ["exec", Path.Combine([SourceTree.Root, .. places]), Path.Combine(SourceTree.Root, "docs", "en-US"), module, Path.Combine(folder, "en-US"), .. repository]);
    }

    private void CopyModule()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(SourceTree.Root, "module"), "*.dll").Concat(Directory.GetFiles(SourceTree.Root, "EmailSecurity.*")))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(SourceTree.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
