using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Engine;

/// <summary>How the build lays the module out: where it is told to, or with a message that says who holds the old one.</summary>
public sealed class LayOutTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("emailsecurity-layout");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_package_is_laid_out_in_a_folder_of_its_own()
    {
        var (code, output) = await LayOutAsync();

        Assert.True(code == 0, output);
        Assert.True(File.Exists(Path.Combine(folder.FullName, "EmailSecurity.PowerShell.dll")), output);
        Assert.True(File.Exists(Path.Combine(folder.FullName, "deps", "EmailSecurity.Aws.dll")), output);
    }

    [Theory]
    [InlineData("EmailSecurity.dll")]
    [InlineData("deps/DnsClient.dll")]
    public async Task A_module_that_a_session_holds_is_a_clear_error(string held)
    {
        // A folder of the file's name cannot be replaced by the file, as a loaded dll cannot on Windows.
        folder.CreateSubdirectory(held);

        var (code, output) = await LayOutAsync();

        Assert.NotEqual(0, code);
        Assert.Contains("A PowerShell session that imported it holds its files", output, StringComparison.Ordinal);
        Assert.Contains("close that session, then build again", output, StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output)> LayOutAsync()
    {
        var project = Path.Combine(SourceTree.Root, "src", "EmailSecurity.PowerShell", "EmailSecurity.PowerShell.csproj");
        var configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Parent!.Name;
        string[] arguments = ["msbuild", project, "-t:LayOutModule", $"-p:ModuleDirectory={folder.FullName}/", $"-p:Configuration={configuration}", "-nologo", "-v:quiet", "-nodeReuse:false"];
        return ChildProcess.RunAsync("dotnet", arguments);
    }
}
