namespace EmailSecurity.Sandbox.Marks;

/// <summary>Kinds of mark certificates.</summary>
public enum MarkKind
{
    /// <summary>Verified Mark Certificate: of a registered trademark.</summary>
    Vmc,
    /// <summary>Common Mark Certificate: of a mark in prior use.</summary>
    Cmc,
}

/// <summary>What a mark certificate is asked for.</summary>
public sealed record MarkRequest
{
    /// <summary>Domain that may show the mark.</summary>
    public required string Domain { get; init; }

    /// <summary>The one BIMI selector that it may be shown under; empty for any.</summary>
    public string Selector { get; init; } = "";

    /// <summary>Kind.</summary>
    public MarkKind Kind { get; init; } = MarkKind.Vmc;

    /// <summary>The logo: SVG, plain or gzipped. It is not judged.</summary>
    public required byte[] Logo { get; init; }
}
