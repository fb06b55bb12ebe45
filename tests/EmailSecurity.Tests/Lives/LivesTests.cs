namespace EmailSecurity.Tests.Lives;

/// <summary>A sample of the years that the bench runs by the thousand (<c>EmailSecurity.Bench lives</c>).</summary>
public sealed class LivesTests
{
    [Fact]
    public Task Nothing_goes_wrong_in_a_year_of_faults_and_changes() => RunAsync(1, 4, withHands: false);

    [Fact]
    public Task What_the_module_can_know_holds_in_a_year_with_the_hands_of_others_on_everything() => RunAsync(1, 4, withHands: true);

    private static async Task RunAsync(int first, int years, bool withHands)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = TestContext.Current.CancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(first, years), options, async (seed, token) =>
        {
            var life = await Life.RunAsync((ulong)seed, withHands, token);
            Assert.True(life.Violation is null, life.ToString());
            TestContext.Current.TestOutputHelper?.WriteLine($"{seed}: {life.Commands} commands, {life.Calls} calls, {life.Looks} looks");
        });
    }
}
