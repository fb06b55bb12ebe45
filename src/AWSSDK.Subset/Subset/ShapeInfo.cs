using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using Amazon.Runtime;

namespace Amazon.Subset;

/// <summary>How a type of the wire is made from its text and back.</summary>
internal enum Kind { Text, Boolean, Integer, Long, Time, Constant, List, Structure }

/// <summary>A type as the codecs see it: its members in the service model's order, which is the order they are declared in.</summary>
internal sealed class ShapeInfo
{
    // Facts about types, which do not change: computed once, shared by all clients.
    private static readonly ConcurrentDictionary<Type, ShapeInfo> Known = new();

    private readonly Dictionary<string, Member> byName;

    private ShapeInfo(Type type)
    {
        New = type.IsAbstract || type.GetConstructor(Type.EmptyTypes) is null ? null : () => Activator.CreateInstance(type);
        Members = [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.DeclaringType.Assembly == typeof(ShapeInfo).Assembly)
            .OrderBy(p => p.MetadataToken)
            .Select(p => new Member(p))];
        byName = Members.Where(m => m.Place == Place.Body).ToDictionary(m => m.Name, StringComparer.Ordinal);
    }

    public Func<object> New { get; }

    public IReadOnlyList<Member> Members { get; }

    /// <summary>The member whose value the whole body is; null where the body holds the members themselves.</summary>
    public Member Payload => Members.FirstOrDefault(m => m.Place == Place.Payload);

    public IEnumerable<Member> Body => Members.Where(m => m.Place == Place.Body);

    public Member Find(string name) => byName.GetValueOrDefault(name);

    public static ShapeInfo Of(Type type) => Known.GetOrAdd(type, static t => new ShapeInfo(t));
}

/// <summary>A property as the codecs see it, with compiled accessors.</summary>
internal sealed class Member
{
    public Member(PropertyInfo property)
    {
        var at = property.GetCustomAttribute<AtAttribute>();
        Place = at?.Place ?? Place.Body;
        Name = at?.Name ?? property.GetCustomAttribute<WireAttribute>()?.Name ?? property.Name;
        ItemName = property.GetCustomAttribute<ItemsAttribute>()?.Name ?? "member";
        IsRequired = property.IsDefined(typeof(MustAttribute));
        Value = new ValueInfo(property.PropertyType);
        (Get, Set) = ((Func<object, object>, Action<object, object>))typeof(Member).GetMethod(nameof(Accessors), BindingFlags.NonPublic | BindingFlags.Static)
            .MakeGenericMethod(property.DeclaringType, property.PropertyType).Invoke(null, [property]);
    }

    public Place Place { get; }

    public string Name { get; }

    public string ItemName { get; }

    public bool IsRequired { get; }

    public ValueInfo Value { get; }

    public Func<object, object> Get { get; }

    public Action<object, object> Set { get; }

    private static (Func<object, object> Get, Action<object, object> Set) Accessors<TOwner, TValue>(PropertyInfo property)
    {
        var get = property.GetMethod.CreateDelegate<Func<TOwner, TValue>>();
        var set = property.SetMethod.CreateDelegate<Action<TOwner, TValue>>();
        return (owner => get((TOwner)owner), (owner, value) => set((TOwner)owner, (TValue)value));
    }
}

/// <summary>The type of a member or of a list's items.</summary>
internal sealed class ValueInfo
{
    private readonly Func<string, object> constant;

    public ValueInfo(Type type)
    {
        Type = type;
        Kind = type == typeof(string) ? Kind.Text
            : type == typeof(bool?) ? Kind.Boolean
            : type == typeof(int?) ? Kind.Integer
            : type == typeof(long?) ? Kind.Long
            : type == typeof(DateTime?) ? Kind.Time
            : type.IsSubclassOf(typeof(ConstantClass)) ? Kind.Constant
            : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>) ? Kind.List
            : Kind.Structure;
        if (Kind == Kind.List)
        {
            Item = new ValueInfo(type.GetGenericArguments()[0]);
        }

        if (Kind == Kind.Constant)
        {
            constant = type.GetMethod(
                "FindValue", BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly).CreateDelegate<Func<string, object>>();
        }
    }

    public Type Type { get; }

    public Kind Kind { get; }

    /// <summary>Type of the items; null where this is no list.</summary>
    public ValueInfo Item { get; }

    public System.Collections.IList NewList() => (System.Collections.IList)Activator.CreateInstance(Type);

    /// <summary>Reads a value that has no parts. An unknown constant is kept as it is; anything else that is not what it should be throws.</summary>
    public object Parse(string text) => Kind switch
    {
        Kind.Text => text,
        Kind.Boolean => text.Trim() switch
        {
            "true" => true,
            "false" => false,
            _ => throw new FormatException($"'{text}' is neither true nor false."),
        },
        Kind.Integer => int.Parse(text, NumberStyles.Integer, CultureInfo.InvariantCulture),
        Kind.Long => long.Parse(text, NumberStyles.Integer, CultureInfo.InvariantCulture),
        Kind.Time => DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal),
        Kind.Constant => constant(text.Trim()),
        _ => throw new FormatException("A structure was expected, not a text."),
    };

    /// <summary>Writes a value that has no parts.</summary>
    public static string Format(object value) => value switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        ConstantClass constant => constant.Value,
        DateTime time => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new NotSupportedException("No text stands for a " + value.GetType().Name + "."),
    };
}
