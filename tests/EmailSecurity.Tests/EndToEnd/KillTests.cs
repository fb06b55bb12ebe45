using EmailSecurity.Tests.Kills;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>
/// A few kills of the campaign (<c>bench kill</c>): PowerShell dies as in a power failure, in the middle of a command, and the same command in a new process
/// ends as if nothing had been.
/// </summary>
public sealed class KillTests
{
    // Of each command: writes, calls, milliseconds. A moment beyond its end would kill nothing.
    private static readonly KillSpan[] Spans = [new(20, 50, 500), new(7, 30, 500), new(25, 50, 500), new(5, 50, 500), new(10, 50, 500)];

    [Fact]
    public async Task The_same_command_in_a_new_process_finishes_what_one_that_was_killed_began()
    {
        var token = TestContext.Current.CancellationToken;
        await using var world = await KillWorld.StartAsync(scale: 0.001, token);
        var campaign = new KillCampaign(world, seed: 1);
        foreach (var number in (int[])[1, 4]) // change, remove -Force
        {
            var result = await campaign.KillAsync(number, Spans[number], token);

            Assert.True(result.Wrong.Length == 0, string.Join('\n', result.Story.Append(result.Wrong)));
            Assert.True(result.First.WasKilled, string.Join('\n', result.Story));
            Assert.True(result.Looks > 0);
        }
    }
}
