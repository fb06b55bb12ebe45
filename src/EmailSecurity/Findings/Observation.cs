namespace EmailSecurity.Findings;

/// <summary>What kind of thing a check saw.</summary>
public enum ObservationKind : long
{
    /// <summary>A DNS record.</summary>
    Record,

    /// <summary>A file that was fetched: a policy, a logo.</summary>
    File,

    /// <summary>A certificate.</summary>
    Certificate,
}

/// <summary>One thing that a check saw, whatever it then made of it: for reports, and for scripts that compare values.</summary>
public sealed record Observation
{
    /// <summary>The longest text that is kept, in characters; the rest is cut off.</summary>
    public const int MaxText = 4096;

    /// <summary>What kind of thing it is.</summary>
    public required ObservationKind Kind { get; init; }

    /// <summary>Its type: <c>TXT</c>, <c>MX</c>; <c>Policy</c>, <c>Logo</c>; <c>Server</c>, <c>Vmc</c>, <c>Cmc</c>.</summary>
    public required string Type { get; init => field = VisibleText.Of(value); }

    /// <summary>Where it was: a DNS name, a URL, a host.</summary>
    public required string Name { get; init => field = VisibleText.Of(value); }

    /// <summary>The record's value, the policy's text, the certificate's subject, safe to show (<see cref="VisibleText"/>); empty where it is not
    /// text.</summary>
    public string Text { get; init => field = VisibleText.OfLines(Bounded(value)); } = "";

    /// <summary>Begin of validity of a certificate; null where not known.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>End of validity of a certificate; null where not known.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>The bytes of a file that is shown as an image; empty for everything else.</summary>
    internal byte[] Bytes { get => Content.ToArray(); init => Content = value; }

    /// <summary>The bytes themselves.</summary>
    internal ReadOnlyMemory<byte> Content { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Type}{(Text.Length > 0 ? " " + Text : "")}{(NotAfter is { } end ? Invariant($" until {end:u}") : "")}";

    private static string Bounded(string text) => text.Length > MaxText ? text[..MaxText] + " ..." : text;
}
