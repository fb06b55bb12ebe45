using System.Globalization;

/// <summary>What a benchmark is told on the command line: <c>--name VALUE</c>.</summary>
internal static class Arguments
{
    /// <summary>The value of a name; null where it is not given.</summary>
    public static string? Text(string[] args, string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

    /// <summary>A number.</summary>
    public static double Number(string[] args, string name, double otherwise)
        => Text(args, name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>A whole number.</summary>
    public static int Number(string[] args, string name, int otherwise) => Text(args, name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
