using System.Collections;
using System.Management.Automation;
using System.Text.RegularExpressions;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>What the values of a list are.</summary>
public enum ListCellKind
{
    /// <summary>Host names: neither blanks nor commas nor semicolons can be in one.</summary>
    Host,

    /// <summary>Report addresses: an address, or a URI, which may have commas and semicolons in it.</summary>
    Address,
}

/// <summary>
/// Takes one text with several values for a list: a cell of a CSV file has <c>a@example.com;b@example.com</c>. An empty one is "not given".
/// </summary>
/// <param name="kind">What the values are.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed partial class ListCellAttribute(ListCellKind kind) : NotGivenIfEmptyAttribute
{
    /// <summary>What the values are.</summary>
    public ListCellKind Kind => kind;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = base.Transform(engineIntrinsics, inputData);
        return (value is PSObject wrapped ? wrapped.BaseObject : value) switch
        {
            string text => Split(text),
            IList list => list.Cast<object?>().SelectMany(i => (i is PSObject one ? one.BaseObject : i) is string text ? Split(text) : [i]).ToArray(),
            _ => value,
        };
    }

    private object?[] Split(string text)
    {
        string[] parts = [.. Separators().Split(text).Where(p => p.Length > 0)];
        // A semicolon inside a URI is part of it: what follows is then not an address of its own.
        return parts.Length > 0 && (kind == ListCellKind.Host || Array.TrueForAll(parts, Address().IsMatch)) ? parts : [text];
    }

    [GeneratedRegex(@"[;,\s]+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Separators();

    [GeneratedRegex(@"^((mailto|https):\S+|[^\s@/=?&:]+@[^\s@/=?&:]+)$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Address();
}
