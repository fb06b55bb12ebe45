using EmailSecurity.Findings;
using EmailSecurity.Live;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using static EmailSecurity.Tests.Plans.PlanningWorld;

namespace EmailSecurity.Tests.Plans;

/// <summary>The move to mode enforce: refused while a check fails, said and kept where somebody overrides it.</summary>
public sealed class PromotionGateTests
{
    private static readonly PublishOptions Week = new() { MinimumTestingDays = 7 };

    private static StackWish Enforcing => Stack with { Policy = Enforce };

    [Theory]
    [InlineData(null, 7, false)]
    [InlineData(null, 0, true)]
    [InlineData(0.5, 7, false)]
    [InlineData(6.99, 7, false)]
    [InlineData(7.0, 7, true)]
    [InlineData(400.0, 7, true)]
    [InlineData(1.0, 1, true)]
    public void A_policy_has_to_be_served_in_testing_for_some_days(double? days, int minimum, bool isReady)
    {
        var state = Deployed();
        state = state with { TestingSince = days is { } d ? state.ObservedAt.AddDays(-d) : null };
        var options = new PublishOptions { MinimumTestingDays = minimum };
        if (isReady)
        {
            Assert.Contains(StackPlanner.Publish(Enforcing, StackParts.MtaSts, state, options).Changes, c => c.MovesToEnforce);
            return;
        }

        var error = Assert.Throws<EmailSecurityException>(() => StackPlanner.Publish(Enforcing, StackParts.MtaSts, state, options));
        Assert.Equal(("EnforceNotReady", Stack.Domain), (error.ErrorId, error.Target));
        Assert.Contains("7 days are required", error.Message, StringComparison.Ordinal);
        Assert.Contains("-OverrideReason", error.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mail_server_that_senders_refuse_stops_it_and_one_that_nobody_could_probe_does_not()
    {
        var state = Ready();
        var broken = state with { Outside = new OutsideView { MailServers = [Broken(FindingSeverity.Error)] } };
        var error = Assert.Throws<EmailSecurityException>(() => StackPlanner.Publish(Enforcing, StackParts.MtaSts, broken, Week));
        Assert.Contains("mx1 does not offer STARTTLS", error.Message, StringComparison.Ordinal);

        var unsure = state with { Outside = new OutsideView { MailServers = [Broken(FindingSeverity.Warning)], NotProbed = ["The MX mx2 was not probed."] } };
        var reason = StackPlanner.Publish(Enforcing, StackParts.MtaSts, unsure, Week).Changes.First(c => c.MovesToEnforce).Reason;
        Assert.Contains("could not be checked from here", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("with a valid certificate", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_checked_is_told_with_the_change()
    {
        var state = Ready() with { Outside = new OutsideView() };
        var reason = StackPlanner.Publish(Enforcing, StackParts.MtaSts, state, Week).Changes.First(c => c.MovesToEnforce).Reason;
        Assert.Contains("STARTTLS with a valid certificate", reason, StringComparison.Ordinal);
        Assert.Contains("served in mode testing for 10 days, since", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_override_is_a_warning_and_a_tag_that_names_its_reason()
    {
        var plan = StackPlanner.Publish(Enforcing, StackParts.MtaSts, Deployed(), Week with { OverrideReason = "ticket 4711" });

        Assert.Contains(plan.Warnings, w => w.Contains("although it is not ready", StringComparison.Ordinal));
        Assert.EndsWith(" overridden: ticket 4711", EnforceTag(plan), StringComparison.Ordinal);
        Assert.EndsWith(" checked", EnforceTag(StackPlanner.Publish(Enforcing, StackParts.MtaSts, Ready(), Week with { OverrideReason = "not needed" })), StringComparison.Ordinal);
    }

    [Fact]
    public void A_move_back_is_never_checked()
    {
        var broken = Deployed(Enforce) with { Outside = new OutsideView { MailServers = [Broken(FindingSeverity.Error)] } };
        foreach (var policy in (MtaStsPolicy[])[Testing, None])
        {
            Assert.NotEmpty(StackPlanner.Publish(Stack with { Policy = policy }, StackParts.MtaSts, broken, Week).Changes);
        }
    }

    [Fact]
    public void A_plan_says_what_a_publish_would_refuse()
    {
        var plan = StackPlanner.Publish(Enforcing, StackParts.MtaSts, Deployed(), Week with { IsPlanOnly = true });
        Assert.Contains(plan.Warnings, w => w.Contains("EnforceNotReady", StringComparison.Ordinal));
        Assert.Contains("not ready: ", plan.Changes.First(c => c.MovesToEnforce).Reason, StringComparison.Ordinal);
    }

    private static ObservedStack Ready()
    {
        var state = Deployed();
        var mx = new DnsAnswer { Status = DnsStatus.NoError, Records = [new DnsRecord(Stack.Domain, DnsRecordType.MX, 300, "mx1.example.com", 10)] };
        return state with { TestingSince = state.ObservedAt.AddDays(-10), Mx = mx };
    }

    private static Finding Broken(FindingSeverity severity) =>
        (LiveRules.MxStartTlsNotOffered with { Severity = severity }).Found("The MX mx1 does not offer STARTTLS.", "mx1");

    private static string EnforceTag(Plan plan) => plan.Changes.Select(c => c.Operation).OfType<Operation.TagDistribution>()
        .Select(o => o.Tags.GetValueOrDefault(StackNames.EnforceTag)).Single(t => t is not null)!;
}
