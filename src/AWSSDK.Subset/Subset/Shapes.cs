namespace Amazon.Subset;

/// <summary>A structure that is sent to AWS, perhaps after it was read from there: what was read and is not declared here goes back as it came.</summary>
public abstract class Structure
{
    /// <summary>Elements of the response that the class does not declare; null for none.</summary>
    internal List<UnknownElement> Unknown { get; set; }
}

/// <summary>An element that no property stands for.</summary>
/// <param name="After">Name of the declared element before it; null where it came first.</param>
/// <param name="Element">The element as read.</param>
/// <param name="Namespace">Namespace of the structure it was read in.</param>
internal sealed record UnknownElement(string After, System.Xml.Linq.XElement Element, System.Xml.Linq.XNamespace Namespace);

/// <summary>Where a member travels when not in the body.</summary>
internal enum Place { Body, Payload, Uri, Query, Header }

/// <summary>Says where a member travels, and its name there.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AtAttribute(Place place, string name = null) : Attribute
{
    public Place Place { get; } = place;
    public string Name { get; } = name;
}

/// <summary>Name of the document that an answer is in, where it is not the class's.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class DocumentAttribute(string name) : Attribute
{
    public string Name { get; } = name;

    /// <summary>The name of the document of a class.</summary>
    public static string Of(Type type) => ((DocumentAttribute)GetCustomAttribute(type, typeof(DocumentAttribute)))?.Name ?? type.Name;
}

/// <summary>Name of a list's items in XML.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ItemsAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>Name on the wire, where it is not the property's.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class WireAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>A response without this member is not the response that was asked for.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class MustAttribute : Attribute;
