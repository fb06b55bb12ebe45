using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>The properties that serialization made of an object. Values that are not there are empty; objects that became text are an error.</summary>
/// <param name="source">The property bag.</param>
internal sealed class PropertyBag(PSObject source)
{
    private const string Prefix = "Deserialized.";

    /// <summary>True for the property bag of this type.</summary>
    public static bool Is<T>(object? value) => value is PSObject bag && bag.TypeNames.Contains(Prefix + typeof(T).FullName, StringComparer.Ordinal);

    /// <summary>A text; empty for none.</summary>
    public string Text(string name) => Plain(name) switch
    {
        string text => text,
        null => "",
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        { } other => other.ToString() ?? "",
    };

    /// <summary>A whole number; null for none.</summary>
    public long? Number(string name) => Plain(name) switch
    {
        int number => number,
        long number => number,
        _ => null,
    };

    /// <summary>A point in time; null for none.</summary>
    public DateTimeOffset? Time(string name) => Plain(name) switch
    {
        DateTimeOffset time => time,
        DateTime time => new DateTimeOffset(time.Kind == DateTimeKind.Unspecified ? DateTime.SpecifyKind(time, DateTimeKind.Utc) : time),
        string text when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => time,
        // A DateTimeOffset is saved as its properties.
        PSObject bag when bag.Properties["UtcDateTime"] is not null => new PropertyBag(bag).Time("UtcDateTime"),
        _ => null,
    };

    /// <summary>Bytes; empty for none.</summary>
    public byte[] Bytes(string name) => Plain(name) as byte[] ?? [];

    /// <summary>A list of texts; empty for none.</summary>
    public IReadOnlyList<string> Words(string name) =>
        Plain(name) is IEnumerable list and not string ? [.. list.Cast<object?>().Select(i => i?.ToString() ?? "")] : [];

    /// <summary>A value of an enumeration, by name or by number; the first where there is none.</summary>
    public T Enumeration<T>(string name)
        where T : struct, Enum
        => Enum.TryParse<T>(Text(name), out var value) && Enum.IsDefined(value) ? value : default;

    /// <summary>The property bag of an object; null for anything else.</summary>
    public PropertyBag? Bag<T>(string name) => source.Properties[name]?.Value is PSObject bag && Is<T>(bag) ? new PropertyBag(bag) : null;

    /// <summary>True for a value that is there and true.</summary>
    public bool Flag(string name) => Plain(name) is true;

    /// <summary>A value as it came; null for none.</summary>
    public object? Whole(string name) => Plain(name);

    /// <summary>An object as it is or made from its property bag; null for none.</summary>
    public T? One<T>(string name, Func<PropertyBag, T> make)
        where T : class
        => Item(source.Properties[name]?.Value, make);

    /// <summary>The objects of a list, each as it is or made from its property bag.</summary>
    /// <exception cref="EmailSecurityException">SettingsLost: the list holds texts, because the objects were saved to too small a depth.</exception>
    public IEnumerable<T> Items<T>(string name, Func<PropertyBag, T> make)
        where T : class
        => Plain(name) switch
        {
            null or string { Length: 0 } => [],
            IEnumerable list and not string => list.Cast<object?>().Select(i => Item(i, make) ?? throw Lost(name)).ToArray(),
            _ => throw Lost(name),
        };

    /// <summary>Names and values; empty for none.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Pairs(string name) => Plain(name) is not IEnumerable list ? []
        : [.. list.Cast<object?>().Select(i => i is PSObject item && item.BaseObject is PSCustomObject ? Pair(new PropertyBag(item))
            : (KeyValuePair<string, string>)((i as PSObject)?.BaseObject ?? i)!)];

    private static KeyValuePair<string, string> Pair(PropertyBag bag) => KeyValuePair.Create(bag.Text("Key"), bag.Text("Value"));

    private static T? Item<T>(object? value, Func<PropertyBag, T> make)
        where T : class
        => value as T ?? (value as PSObject)?.BaseObject as T ?? (Is<T>(value) ? make(new PropertyBag((PSObject)value!)) : null);

    private EmailSecurityException Lost(string name) => new("SettingsLost", ErrorKind.InvalidData,
        $"{Text("Domain")}: serialization (Export-Clixml, a job or remoting) lost {name}, so the object is not used.",
        "Import EmailSecurity in the session that serializes it, or use -Depth 5.");

    private object? Plain(string name) => source.Properties[name]?.Value is PSObject { BaseObject: not PSCustomObject } plain
        ? plain.BaseObject
        : source.Properties[name]?.Value;
}
