using EmailSecurity.MtaSts;
using EmailSecurity.Planning;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>From testing to enforce in one life: refused at first, done after a week, and kept who overrode it.</summary>
public sealed class PromotionTests
{
    private static readonly PublishOptions Week = new() { MinimumTestingDays = 7 };

    [Fact]
    public async Task After_a_week_in_testing_the_move_is_free_and_back_it_always_is()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PrepareAsync(StackLab.Stack(), 0.02);
        var enforce = StackLab.Stack(s => s with { Mode = MtaStsMode.Enforce });
        lab.Sandbox.ClearCalls();

        var early = await Assert.ThrowsAsync<EmailSecurityException>(() => lab.PublishAsync(enforce, options: Week));
        Assert.Equal("EnforceNotReady", early.ErrorId);
        Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Write);

        // A change of the policy within testing does not start the week again.
        lab.Time.Advance(TimeSpan.FromDays(6));
        Assert.Empty((await lab.PublishAsync(StackLab.Stack(s => s with { MaxAge = 90000 }), options: Week)).Errors);
        lab.Time.Advance(TimeSpan.FromDays(1));
        var moved = await lab.PublishAsync(enforce, options: Week);
        Assert.Empty(moved.Errors);
        Assert.EndsWith(" checked", moved.Stack!.EnforceReason, StringComparison.Ordinal);
        Assert.EndsWith(" checked", (await lab.GetAsync())!.EnforceReason, StringComparison.Ordinal);

        var back = await lab.PublishAsync(StackLab.Stack(s => s with { Mode = MtaStsMode.Testing }), options: Week);
        Assert.Empty(back.Errors);
        Assert.Equal("", back.Stack!.EnforceReason);
        Assert.Equal("", (await lab.GetAsync())!.EnforceReason);
    }

    [Fact]
    public async Task An_override_is_shown_by_every_later_look()
    {
        await using var lab = await StackLab.StartAsync();
        var enforce = StackLab.Stack(s => s with { Mode = MtaStsMode.Enforce });
        await Assert.ThrowsAsync<EmailSecurityException>(() => lab.PublishAsync(enforce, options: Week));

        var published = await lab.PublishAsync(enforce, options: Week with { OverrideReason = "merger of 2031" });

        Assert.Empty(published.Errors);
        Assert.EndsWith(" overridden: merger of 2031", published.Stack!.EnforceReason, StringComparison.Ordinal);
        Assert.EndsWith(" overridden: merger of 2031", (await lab.GetAsync())!.EnforceReason, StringComparison.Ordinal);

        // Nobody asks again while senders may have the policy, and the reason stays.
        Assert.Empty((await lab.PublishAsync(StackLab.Stack(), options: Week)).Plan.Changes);
        Assert.EndsWith(" overridden: merger of 2031", (await lab.GetAsync())!.EnforceReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_mail_server_is_told_the_day_from_which_senders_know_it()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PrepareAsync(StackLab.Stack(s => s with { Mode = MtaStsMode.Enforce, MaxAge = 604800 }), 0.02);
        var from = lab.Time.GetUtcNow();

        var widened = await lab.PublishAsync(StackLab.Stack(s => s with { MxHost = ["mx1.example.com", "mx2.example.com"] }));

        Assert.Empty(widened.Errors);
        var warning = Assert.Single(widened.Warnings, w => w.StartsWith("Do not add mx2.example.com", StringComparison.Ordinal));
        var told = DateTimeOffset.Parse(warning.Split(" before ")[1][..20], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(told, from.AddDays(7), from.AddDays(7).AddMinutes(5));

        // A week later it is safe, and nothing is said.
        lab.Time.Advance(TimeSpan.FromDays(8));
        Assert.DoesNotContain((await lab.PublishAsync(StackLab.Stack(s => s with { MxHost = ["mx1.example.com", "mx2.example.com"] }))).Warnings,
            w => w.StartsWith("Do not add", StringComparison.Ordinal));
    }
}
