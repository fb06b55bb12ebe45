using EmailSecurity.Ports;

namespace EmailSecurity.Planning;

/// <summary>The steps about one bucket.</summary>
/// <param name="Created">Makes the bucket; null where it is there.</param>
/// <param name="Settings">Put its settings; those that are as they should be have none.</param>
internal sealed record BucketSteps(Step? Created, IReadOnlyDictionary<BucketSetting, Step> Settings)
{
    /// <summary>A bucket that needs no step.</summary>
    public static BucketSteps None { get; } = new(null, new Dictionary<BucketSetting, Step>());

    /// <summary>The step that puts a setting; null where none is needed.</summary>
    public Step? this[BucketSetting setting] => Settings.GetValueOrDefault(setting);
}
