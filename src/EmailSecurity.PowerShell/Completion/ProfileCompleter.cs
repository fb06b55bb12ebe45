using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text.Json;
using EmailSecurity.PowerShell.Abstractions;

namespace EmailSecurity.PowerShell.Completion;

/// <summary>
/// Completes profile names from the SDK's encrypted store (<c>Set-AWSCredential -StoreAs</c> on Windows) and the shared credentials and config files, or from
/// -ProfileLocation alone. Reads names only, never a key.
/// </summary>
public sealed class ProfileCompleter : IArgumentCompleter
{
    private const int MaxBytes = 1 << 20;

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var names = fakeBoundParameters?["ProfileLocation"] is string location
            ? Sections(location, isConfig: false)
            : Stored().Concat(Sections(FileOf("AWS_SHARED_CREDENTIALS_FILE", "credentials"), isConfig: false))
                .Concat(Sections(FileOf("AWS_CONFIG_FILE", "config"), isConfig: true));
        return from name in names.Distinct(StringComparer.Ordinal).Order(StringComparer.OrdinalIgnoreCase)
               where Words.Matches(name, wordToComplete)
               select Words.Result(name, name);
    }

    private static string FileOf(string variable, string name) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } path
        ? path
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".aws", name);

    // Where the AWS SDK for .NET keeps the profiles that it encrypts with the user's key (Windows only; no file elsewhere).
    private static string StoreFile => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "AWSToolkit", "RegisteredAccounts.json");

    private static List<string> Stored()
    {
        try
        {
            using var accounts = JsonDocument.Parse(UserFile.ReadText(StoreFile, MaxBytes));
            return accounts.RootElement.ValueKind != JsonValueKind.Object ? []
                : [.. accounts.RootElement.EnumerateObject()
                    .Where(a => a.Value.ValueKind == JsonValueKind.Object
                        && a.Value.TryGetProperty("DisplayName", out var name)
                        && name.ValueKind == JsonValueKind.String)
                    .Select(a => a.Value.GetProperty("DisplayName").GetString()!)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return [];
        }
    }

    private static List<string> Sections(string file, bool isConfig)
    {
        var names = new List<string>();
        try
        {
            foreach (var line in UserFile.ReadText(file, MaxBytes).Split('\n'))
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
