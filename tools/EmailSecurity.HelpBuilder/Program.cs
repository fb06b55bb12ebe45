using EmailSecurity.HelpBuilder;

if (args is not [var sources, var module, var output, .. { Length: <= 1 } rest] || (rest is [{ Length: > 0 } url] && !OnlinePages.IsAddress(url)))
{
    Console.Error.WriteLine("usage: EmailSecurity.HelpBuilder SOURCES MODULE.dll OUTPUT [https://REPOSITORY]");
    return 2;
}

var shared = HelpPage.Read(Path.Combine(sources, "_parameters.md"));
var commands = ModuleCommands.Of(module);
var document = MamlWriter.Write(commands
    .Select(command => (Command: command, Page: Path.Combine(sources, command.Name + ".md")))
    .Where(entry => File.Exists(entry.Page)) // a cmdlet without its page yet; the tests say so
    .Select(entry => (entry.Command, HelpPage.Read(entry.Page))), shared, new OnlinePages(rest is [var address] ? address : ""));

Directory.CreateDirectory(output);
document.Save(Path.Combine(output, Path.GetFileName(module) + "-Help.xml"));
foreach (var topic in Directory.EnumerateFiles(sources, "about_*.md"))
{
    await File.WriteAllTextAsync(Path.Combine(output, Path.GetFileNameWithoutExtension(topic) + ".help.txt"), AboutTopic.Render(await File.ReadAllTextAsync(topic)));
}

return 0;
