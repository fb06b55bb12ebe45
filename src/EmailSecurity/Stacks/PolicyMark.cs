using System.Globalization;
using EmailSecurity.MtaSts;

namespace EmailSecurity.Stacks;

/// <summary>
/// What the tag <c>EmailSecurity:Served</c> remembers of the policies that senders may hold, in addition to the asset bucket's version history:
/// that history can be deleted. The distribution's tag is written before a policy is uploaded, the log bucket's before its id is published;
/// of an enforce policy, its tag <c>EmailSecurity:Serving</c> has the same mark from before the upload.
/// </summary>
public sealed record PolicyMark
{
    private const string NothingWord = "nothing";
    private const string FirstWord = "first";
    private const string RemovalWord = " removing";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>Mode of the newest policy.</summary>
    public MtaStsMode Mode { get; init; } = MtaStsMode.None;

    /// <summary>Its max_age, in seconds.</summary>
    public long MaxAge { get; init; }

    /// <summary>Its id; empty where there was no policy yet.</summary>
    public string Id { get; init; } = "";

    /// <summary>Until when, at the least, senders may hold a policy from before; null where there was none before. It only grows.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>
    /// How many policies this stack has served, this one included; null where the mark does not say. A version history that shows fewer is not whole.
    /// </summary>
    public int? Count { get; init; }

    /// <summary>True where the stack is being removed. A publish writes a mark without it, so nothing of a removal that was taken back is left.</summary>
    public bool IsRemoval { get; init; }

    /// <summary>A stack that has served no policy yet.</summary>
    public static PolicyMark Nothing { get; } = new();

    /// <summary>True where there was no policy yet.</summary>
    public bool IsNothing => Id.Length == 0;

    /// <summary>True where the newest policy is the first, and so may never have been announced.</summary>
    public bool IsFirst => !IsNothing && HeldUntil is null;

    /// <summary>The mark among a resource's tags; null where there is none that can be read.</summary>
    public static PolicyMark? Read(IReadOnlyDictionary<string, string> tags) => Read(tags, StackNames.ServedTag);

    /// <summary>The mark in one of a resource's tags; null where there is none that can be read.</summary>
    internal static PolicyMark? Read(IReadOnlyDictionary<string, string> tags, string tag) => tags.TryGetValue(tag, out var text) ? Parse(text) : null;

    /// <summary>Reads a mark; null for a text that is none, for nothing can be concluded from it.</summary>
    public static PolicyMark? Parse(string text)
    {
        if (text.EndsWith(RemovalWord, StringComparison.Ordinal))
        {
            return Parse(text[..^RemovalWord.Length]) is { IsRemoval: false } rest ? rest with { IsRemoval = true } : null;
        }

        if (text == NothingWord)
        {
            return Nothing;
        }

        if (text.Split(' ') is not [var word, var age, { Length: > 0 and <= 32 } id, var held, .. { Length: <= 1 } more] || !id.All(char.IsAsciiLetterOrDigit)
            || !long.TryParse(age, NumberStyles.None, CultureInfo.InvariantCulture, out var maxAge) || maxAge > MtaStsPolicy.MaxMaxAge)
        {
            return null;
        }

        MtaStsMode? mode = word switch { "none" => MtaStsMode.None, "testing" => MtaStsMode.Testing, "enforce" => MtaStsMode.Enforce, _ => null };
        if (mode is not { } known)
        {
            return null;
        }

        if (!TryCount(more, out var count))
        {
            return null;
        }

        var mark = new PolicyMark { Mode = known, MaxAge = maxAge, Id = id, Count = count };
        return held == FirstWord ? mark
            : DateTimeOffset.TryParseExact(held, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until)
                ? mark with { HeldUntil = until }
                : null;
    }

    /// <summary>The mark of a policy that is about to be served.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="heldUntil">Until when, at the least, senders may hold one from before; null for none before.</param>
    /// <param name="count">How many policies the stack has served, this one included; null where nobody knows.</param>
    public static PolicyMark Of(MtaStsPolicy policy, DateTimeOffset? heldUntil, int? count = null)
        => new() { Mode = policy.Mode, MaxAge = policy.MaxAge, Id = policy.Id, HeldUntil = WholeSeconds(heldUntil), Count = count };

    /// <summary>The tag's value: characters that S3 and CloudFront both take in tags, far below their limit of 256.</summary>
    public override string ToString()
    {
        var held = HeldUntil?.ToUniversalTime().ToString(TimeFormat, CultureInfo.InvariantCulture) ?? FirstWord;
        var text = IsNothing ? NothingWord : string.Create(CultureInfo.InvariantCulture, $"{Mode.ToString().ToLowerInvariant()} {MaxAge} {Id} {held}")
            + (Count is { } count && !IsNothing ? string.Create(CultureInfo.InvariantCulture, $" {count}") : "");
        return IsRemoval ? text + RemovalWord : text;
    }

    /// <summary>What it says, for people.</summary>
    internal string InWords => IsNothing ? "no policy yet" : Invariant($"mode {Mode.ToString().ToLowerInvariant()}, max_age {MaxAge}")
        + (HeldUntil is { } held ? $", earlier policies cached until {held:u} at the latest" : "") + (IsRemoval ? ", being removed" : "");

    private static bool TryCount(string[] words, out int? count)
    {
        count = null;
        if (words.Length == 0)
        {
            return true;
        }

        var isNumber = int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0;
        count = number;
        return isNumber;
    }

    private static DateTimeOffset? WholeSeconds(DateTimeOffset? time)
        => time is { } t ? new DateTimeOffset(t.UtcTicks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero) : null;
}
