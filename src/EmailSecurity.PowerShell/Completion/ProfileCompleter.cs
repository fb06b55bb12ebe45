using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace EmailSecurity.PowerShell.Completion;

/// <summary>Completes profile names from the shared credentials and config files (or -ProfileLocation). Reads section headers only, never a key.</summary>
public sealed class ProfileCompleter : IArgumentCompleter
{
    private const int MaxLines = 20_000;

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var names = fakeBoundParameters?["ProfileLocation"] is string location
            ? Sections(location, isConfig: false)
            : Sections(FileOf("AWS_SHARED_CREDENTIALS_FILE", "credentials"), isConfig: false).Concat(Sections(FileOf("AWS_CONFIG_FILE", "config"), isConfig: true));
        return from name in names.Distinct(StringComparer.Ordinal).Order(StringComparer.OrdinalIgnoreCase)
               where Words.Matches(name, wordToComplete)
               select Words.Result(name, name);
    }

    private static string FileOf(string variable, string name) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } path
        ? path
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".aws", name);

    private static List<string> Sections(string file, bool isConfig)
    {
        var names = new List<string>();
        try
        {
            foreach (var line in File.ReadLines(file).Take(MaxLines))
            {
                if (line.Trim() is not ['[', .. var section, ']'])
                {
                    continue;
                }

                // The config file says "[profile name]" for all but default; its other sections (sso-session, services) are not profiles.
                section = section.Trim();
                var isProfile = section.StartsWith("profile ", StringComparison.Ordinal);
                if (!isConfig || isProfile || section == "default")
                {
                    names.Add(isProfile ? section["profile ".Length..].Trim() : section);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // No file, no names.
        }

        return names;
    }
}
