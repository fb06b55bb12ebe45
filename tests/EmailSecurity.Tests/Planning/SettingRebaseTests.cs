using EmailSecurity.Applying;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.Plans;

/// <summary>Tags that somebody, or a run beside this one, wrote between the look and the write.</summary>
public sealed class SettingRebaseTests
{
    [Fact]
    public void Only_what_the_plan_changes_is_written_and_the_stack_s_own_tags_but_for_its_marks()
    {
        var seen = Tags((StackNames.ServedTag, "testing"), (StackNames.PartsTag, "mta-sts"), ("team", "mail"));
        var desired = Tags((StackNames.ServedTag, "testing"), (StackNames.ServingTag, "enforce"), (StackNames.PartsTag, "mta-sts"), ("team", "mail"));
        var now = Tags((StackNames.ServedTag, "enforce of a run beside this one"), (StackNames.PartsTag, ""), ("team", "web"), ("cost", "1"));
        var written = SettingRebase.Onto(BucketSetting.Tags, desired, seen, now).Tags;
        Assert.Equal("cost=1 EmailSecurity:Parts=mta-sts EmailSecurity:Served=enforce of a run beside this one EmailSecurity:Serving=enforce team=web",
            string.Join(' ', written.OrderBy(t => t.Key, StringComparer.OrdinalIgnoreCase).Select(t => $"{t.Key}={t.Value}")));
    }

    private static BucketSettings Tags(params (string Key, string Value)[] tags) =>
        new() { Tags = tags.ToDictionary(t => t.Key, t => t.Value, StringComparer.Ordinal) };
}
