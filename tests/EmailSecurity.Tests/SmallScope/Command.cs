using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.SmallScope;

/// <summary>A command of the module, as somebody types it.</summary>
/// <param name="Name">What it is, for the story.</param>
internal sealed record Command(string Name)
{
    public static readonly Command Publish = new("publish");
    public static readonly Command PublishEnforce = Publishing("publish -Mode Enforce -MinimumTestingDays 7", w => w with { Mode = MtaStsMode.Enforce });

    public static readonly Command PublishOverridden = PublishEnforce with
    {
        Name = "publish -Mode Enforce -OverrideReason x -AllowUncoveredMx",
        Options = new PublishOptions { MinimumTestingDays = 7, OverrideReason = "x", AllowUncoveredMx = true },
    };

    public static readonly Command PublishChanged = Publishing("publish -MxHost mx1,mx2", w => w with { MxHost = ["mx1.example.com", "mx2.example.com"] });
    public static readonly Command PublishAdopt = Publish with { Name = "publish -Adopt", Options = new PublishOptions { Adopt = true } };
    public static readonly Command Demote = Publishing("publish -Mode Testing", w => w with { Mode = MtaStsMode.Testing });
    public static readonly Command PublishKnown = Publishing("publish -Mode Testing -MaxAge 604800", w => w with { Mode = MtaStsMode.Testing, MaxAge = 604800 });
    public static readonly Command Remove = new("remove") { Removal = new RemovalOptions() };
    public static readonly Command RemoveForce = Remove with { Name = "remove -Force", Removal = new RemovalOptions { Force = true } };

    /// <summary>Those that are events of the search.</summary>
    public static readonly IReadOnlyList<Command> All =
        [Publish, PublishEnforce, PublishOverridden, PublishChanged, PublishAdopt, Demote, Remove, RemoveForce];

    public StackWish Wish { get; init; } = StackWish.For(AccountFacts.Domain);

    public PublishOptions Options { get; init; } = new() { MinimumTestingDays = 7 };

    /// <summary>What a removal asks for; null for a publish.</summary>
    public RemovalOptions? Removal { get; init; }

    /// <summary>The same, and more may be in the way.</summary>
    public Command Adopting => this with { Name = Name + " -Adopt", Options = Options with { Adopt = true } };

    public override string ToString() => Name;

    private static Command Publishing(string name, Func<StackWish, StackWish> change) => new(name) { Wish = change(StackWish.For(AccountFacts.Domain)) };
}
