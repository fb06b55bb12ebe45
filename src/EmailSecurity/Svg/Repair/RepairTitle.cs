namespace EmailSecurity.Svg.Repair;

/// <summary>The title that every logo has (draft-svg-tiny-ps-abrotman section 2.1).</summary>
internal static class RepairTitle
{
    /// <summary>Characters at most, as the profile wants it.</summary>
    private const int MostCharacters = 64;

    /// <summary>The title asked for; else the file's own, unless a design tool put it there; else the file's name.</summary>
    public static string Choose(RepairNode root, string name, string? title, RepairReport report)
    {
        var own = string.Join(' ', (root.Children.Find(c => c.Name == "title")?.Text ?? "").Split((char[])[' ', '\t', '\r', '\n'],
            StringSplitOptions.RemoveEmptyEntries));
        if (title is not null)
        {
            if (title != own)
            {
                report.Change(LogoRepairRules.Title, $"The title is now '{title}'", fix: "");
            }

            return title;
        }

        if (own.Length > 0 && !SvgTitles.IsPlaceholder(own))
        {
            return own;
        }

        var file = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        var stem = file.LastIndexOf('.') is > 0 and var dot ? file[..dot] : file;
        stem = new string([.. stem.Where(c => !char.IsControl(c) && !char.IsSurrogate(c) && c is not ('\uFFFE' or '\uFFFF'))]).Trim();
        var chosen = stem.Length == 0 || (SvgTitles.IsPlaceholder(stem) && own.Length > 0) ? own : stem.Length > MostCharacters ? stem[..MostCharacters] : stem;
        chosen = chosen.Length > 0 ? chosen : "Logo";
        if (chosen != own)
        {
            report.Change(LogoRepairRules.Title, $"The title is now '{chosen}', the name of the file");
        }

        return chosen;
    }
}
