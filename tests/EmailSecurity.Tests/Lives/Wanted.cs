using System.Text;
using EmailSecurity.MtaSts;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.Lives;

/// <summary>What the owner of the domain wants at a time, and what the owner knows.</summary>
internal sealed class Wanted
{
    private static readonly string[] Colours = ["#0a3d62", "#b33939", "#218c74", "#40407a", "#cc8e35"];

    public MtaStsMode Mode { get; set; } = MtaStsMode.Testing;

    public long MaxAge { get; set; } = 604800;

    /// <summary>mx patterns of the policy.</summary>
    public List<string> Mx { get; } = ["mx1.example.com"];

    /// <summary>MX records in DNS.</summary>
    public List<string> Live { get; } = ["mx1.example.com"];

    public string? Report { get; set; }

    /// <summary>Number of the logo; null for none.</summary>
    public int? Logo { get; set; }

    /// <summary>The mark certificate for it; null for none.</summary>
    public byte[]? Mark { get; set; }

    /// <summary>True from the first publish until a removal is complete.</summary>
    public bool IsDeployed { get; set; }

    /// <summary>True where the last command did not end well.</summary>
    public bool IsDirty { get; set; }

    /// <summary>A removal waits until then.</summary>
    public DateTimeOffset? RemovalDue { get; set; }

    /// <summary>True where the module named that time, and nothing has happened since.</summary>
    public bool IsDueTold { get; set; }

    /// <summary>A mail server that is to be added, and from when the module calls that safe.</summary>
    public (string Host, DateTimeOffset From)? Move { get; set; }

    /// <summary>The policy as an outsider reads it.</summary>
    public SeenPolicy Policy => Mode == MtaStsMode.None
        ? new SeenPolicy("none", MaxAge, [])
        : new SeenPolicy(Mode.ToString().ToLowerInvariant(), MaxAge, [.. Mx.Order(StringComparer.Ordinal)]);

    public static byte[] LogoFile(int number) => Encoding.UTF8.GetBytes($"""
        <?xml version="1.0" encoding="UTF-8"?>
        <svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 100 100" width="100" height="100">
          <title>Example</title>
          <rect width="100" height="100" fill="{Colours[number % Colours.Length]}"/>
          <circle cx="50" cy="50" r="{30 + (number % 7)}" fill="#f6b93b"/>
        </svg>
        """);

    /// <summary>The whole wish.</summary>
    public StackWish Wish() => StackWish.For(LifeLab.Domain) with
    {
        Mode = Mode,
        MaxAge = MaxAge,
        MxHost = Mode == MtaStsMode.None ? [] : [.. Mx],
        ReportUri = Report is null ? [] : [Report],
        Logo = Logo is { } number ? new StackAsset("logo.svg", LogoFile(number)) : null,
        MarkCertificate = Mark is null ? null : new StackAsset("mark.pem", Mark),
    };
}
