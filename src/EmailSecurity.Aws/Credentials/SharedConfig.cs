namespace EmailSecurity.Aws.Credentials;

/// <summary>
/// The settings of a profile that the SDK reads but does not show: where services are called (AWS SDKs and Tools Reference Guide, "Service-specific
/// endpoints"). From the shared config file, then the credentials file, as the AWS CLI reads them.
/// </summary>
internal sealed class SharedConfig
{
    private const int MaxBytes = 1 << 20;

    // Section, then setting; a setting of a group is "group.setting".
    private readonly Dictionary<string, Dictionary<string, string>> sections = new(StringComparer.Ordinal);

    /// <summary>Reads the files; one that is not there or cannot be read has nothing.</summary>
    /// <param name="location">-ProfileLocation.</param>
    /// <param name="environment">Reads an environment variable.</param>
    public static SharedConfig Read(string? location, Func<string, string?> environment)
    {
        var config = new SharedConfig();
        var home = environment("HOME") is { Length: > 0 } own ? own : environment("USERPROFILE") ?? "";
        config.Add(environment("AWS_CONFIG_FILE") is { Length: > 0 } named ? named : Own("config"));
        config.Add(location is { Length: > 0 } ? location : environment("AWS_SHARED_CREDENTIALS_FILE") is { Length: > 0 } shared ? shared : Own("credentials"));
        return config;

        string Own(string file) => home.Length == 0 ? "" : Path.Combine(home, ".aws", file);
    }

    /// <summary>A setting of a profile, or null.</summary>
    public string? Of(string profile, string setting) =>
        Find($"profile {profile}", setting) ?? Find(profile, setting);

    /// <summary>A setting of a service in a services section, or null.</summary>
    public string? OfService(string section, string service, string setting) => Find($"services {section}", $"{service}.{setting}");

    private string? Find(string section, string setting)
        => sections.TryGetValue(section, out var settings) && settings.TryGetValue(setting, out var value) && value.Length > 0 ? value : null;

    private void Add(string path)
    {
        if (!Path.Exists(path))
        {
            return;
        }

        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var buffer = new byte[(int)Math.Min(stream.Length, MaxBytes)];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            using var reader = new StreamReader(new MemoryStream(buffer, 0, length));
            Read(reader);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Where credentials come from the file, reading them reports the error.
        }
    }

    private void Read(StreamReader reader)
    {
        Dictionary<string, string>? settings = null;
        var group = "";
        while (reader.ReadLine() is { } line)
        {
            var text = line.Trim();
            if (text.Length == 0 || text[0] is '#' or ';')
            {
                continue;
            }

            if (text is ['[', .. var name, ']'])
            {
                var section = string.Join(' ', name.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries));
                if (!sections.TryGetValue(section, out settings))
                {
                    sections[section] = settings = new Dictionary<string, string>(StringComparer.Ordinal);
                }

                group = "";
            }
            else if (settings is not null && text.IndexOf('=', StringComparison.Ordinal) is var equals and > 0)
            {
                var (setting, value) = (text[..equals].Trim(), text[(equals + 1)..].Trim());
                // Settings of a group are indented below its name, which has no value of its own.
                var isNested = char.IsWhiteSpace(line[0]) && group.Length > 0;
                group = isNested ? group : value.Length == 0 ? setting : "";
                settings.TryAdd(isNested ? $"{group}.{setting}" : setting, value);
            }
        }
    }
}
