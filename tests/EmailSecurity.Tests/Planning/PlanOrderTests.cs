using CsCheck;
using EmailSecurity.Planning;

namespace EmailSecurity.Tests.Plans;

/// <summary>Every dependency of every plan is there for a stated order, and every stated order is kept.</summary>
public sealed class PlanOrderTests
{
    [Theory]
    [MemberData(nameof(PlanScenarios.Names), MemberType = typeof(PlanScenarios))]
    public void A_plan_keeps_every_order(string scenario)
        => Assert.Equal("", Show(PlanOrders.Broken(PlanScenarios.Plan(scenario).Changes)));

    // What no order asks for would hold up the rest for nothing; what an order asks for must not be lost unseen.
    [Theory]
    [MemberData(nameof(PlanScenarios.Names), MemberType = typeof(PlanScenarios))]
    public void A_dependency_taken_out_breaks_an_order(string scenario)
        => Assert.Equal("", string.Join('\n', NeededByNothing(PlanScenarios.Plan(scenario).Changes)));

    [Fact]
    public void Every_plan_keeps_every_order() => Gen.Int[0, (1 << PlanProperties.Bits) - 1].Sample(bits =>
    {
        foreach (var plan in PlanProperties.PlansOf(bits))
        {
            Assert.Equal("", Show(PlanOrders.Broken(plan.Changes)));
            Assert.Equal("", string.Join('\n', NeededByNothing(plan.Changes)));
        }
    }, iter: 1000);

    // An order that no plan of the table can break would be no guarantee of anything.
    [Fact]
    public void Every_order_is_broken_by_taking_out_a_dependency()
    {
        var broken = PlanScenarios.AllNames.Select(PlanScenarios.Plan).SelectMany(p => Dependencies(p.Changes)).SelectMany(d => d.Broken).ToHashSet();
        Assert.Equal("", string.Join('\n', PlanOrders.All.Where(o => !broken.Contains(o))));
    }

    private static IEnumerable<string> NeededByNothing(IReadOnlyList<Change> changes) => Dependencies(changes)
        .Where(d => !d.IsImplied && d.Broken.Count == 0)
        .Select(d => $"{d.First} before {d.Then}");

    // Each dependency, and what a plan without it breaks.
    private static IEnumerable<(string First, string Then, IReadOnlyList<PlanOrder> Broken, bool IsImplied)> Dependencies(IReadOnlyList<Change> changes)
    {
        foreach (var change in changes)
        {
            foreach (var first in change.DependsOn)
            {
                var broken = PlanOrders.BrokenWithout(changes, change, first, out var isImplied);
                yield return (first, change.Id, broken, isImplied);
            }
        }
    }

    private static string Show(IEnumerable<(PlanOrder Order, Change First, Change Then)> broken)
        => string.Join('\n', broken.Select(b => $"{b.First.Id} not before {b.Then.Id}: {b.Order}"));
}
