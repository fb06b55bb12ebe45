using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Sandbox.Running;
using Microsoft.Extensions.Time.Testing;
using Microsoft.PowerShell;

namespace EmailSecurity.Tests.Sandbox;

/// <summary>What is ordinary on Windows and not here: files that somebody else holds, a console that writes no UTF-8, a policy for scripts.</summary>
public sealed class HeldFileTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(typeof(IOException)), InlineData(typeof(UnauthorizedAccessException))]
    public async Task A_file_of_roots_that_is_being_read_is_replaced_as_soon_as_it_can_be(Type fault)
    {
        using var folder = new TemporaryFolder("emailsecurity-roots-");
        var time = new FakeTimeProvider();
        var (content, isHeld, tries) = ("one", false, 0);
        await using var file = new RootFile(folder.File("root.pem"), () => content, time)
        {
            Replace = (from, to) =>
            {
                tries++;
                if (isHeld)
                {
                    throw (Exception)Activator.CreateInstance(fault)!;
                }

                File.Move(from, to, overwrite: true);
            },
        };
        file.Write();

        (content, isHeld) = ("two", true);
        file.Write(); // does not throw: what made the roots grow was done
        content = "three";
        file.Write();
        var late = file.WrittenAsync();
        Assert.Equal("one", await File.ReadAllTextAsync(folder.File("root.pem"), Token));
        Assert.Equal(2, tries); // while a write is to come, no other is tried

        isHeld = false;
        while (!late.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(20));
            await Task.Yield();
        }

        Assert.Equal("three", await File.ReadAllTextAsync(folder.File("root.pem"), Token));
        content = "four";
        file.Write();
        Assert.Equal("four", await File.ReadAllTextAsync(folder.File("root.pem"), Token));
    }

    [Fact]
    public async Task A_file_of_roots_that_is_held_to_the_end_does_not_keep_the_sandbox()
    {
        using var folder = new TemporaryFolder("emailsecurity-roots-");
        var isHeld = false;
        var file = new RootFile(folder.File("root.pem"), () => "x", new FakeTimeProvider()) { Replace = (from, to) => { if (isHeld) { throw new IOException(); } File.Move(from, to); } };
        file.Write();
        isHeld = true;
        file.Write();

        await file.DisposeAsync();
    }

    [Fact]
    public void A_file_of_roots_that_cannot_be_made_is_an_error()
    {
        using var folder = new TemporaryFolder("emailsecurity-roots-");

        Assert.ThrowsAny<IOException>(() => new RootFile(Path.Combine(folder.Path, "missing", "root.pem"), () => "x", TimeProvider.System).Write());
    }

    [Theory]
    [InlineData(typeof(IOException)), InlineData(typeof(UnauthorizedAccessException))]
    public void A_folder_with_a_held_file_stays_and_spoils_nothing(Type fault)
    {
        string path;
        using (var folder = new TemporaryFolder("emailsecurity-held-") { Delete = _ => throw (Exception)Activator.CreateInstance(fault)! })
        {
            path = folder.Path;
        }

        Assert.True(Directory.Exists(path));
        Directory.Delete(path);
    }

    [Theory]
    [InlineData("{\"a\":\"C:\\\\Users\\\\Jörg\"}", "{\"a\":\"C:\\\\Users\\\\J\\u00f6rg\"}")]
    [InlineData("{\"a\":\"日\uD83D\uDE00\"}", "{\"a\":\"\\u65e5\\ud83d\\ude00\"}")]
    [InlineData("{\"a\":\"x+/=\"}", "{\"a\":\"x+/=\"}")]
    public void The_ready_line_is_the_same_in_every_code_page(string json, string ascii)
    {
        Assert.Equal(ascii, ServeVerb.Ascii(json));
        Assert.Equal(Value(json), Value(ServeVerb.Ascii(json)));

        static string? Value(string text) => System.Text.Json.JsonDocument.Parse(text).RootElement.GetProperty("a").GetString();
    }

    [Fact]
    public void Scripts_run_whatever_the_policy_of_Windows_says()
    {
        Assert.Equal(ExecutionPolicy.Bypass, ScriptHost.SessionState(hasExecutionPolicy: true).ExecutionPolicy);
        Assert.NotEqual(ExecutionPolicy.Bypass, ScriptHost.SessionState(hasExecutionPolicy: false).ExecutionPolicy);
    }
}
