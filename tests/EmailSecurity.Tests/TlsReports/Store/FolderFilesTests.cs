using EmailSecurity.Parquet;
using EmailSecurity.Ports;
using Microsoft.Extensions.Time.Testing;

namespace EmailSecurity.Tests.TlsReports.Store;

public class FolderFilesTests
{
    [Fact]
    public async Task A_writer_waits_for_another_and_says_so_after_a_minute()
    {
        using var lab = new StoreLab();
        var cancel = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider();
        IStoreFiles files = new FolderFiles(lab.Folder, time);
        using (await files.LockAsync(cancel))
        {
            var second = files.LockAsync(cancel);
            while (!second.IsCompleted)
            {
                time.Advance(TimeSpan.FromSeconds(10));
                await Task.Yield();
            }

            var error = await Assert.ThrowsAsync<EmailSecurityException>(() => second);
            Assert.Equal("StoreInUse", error.ErrorId);
            Assert.True(time.GetUtcNow() - time.Start > TimeSpan.FromMinutes(1));
        }

        using var third = await files.LockAsync(cancel);
    }

    [Fact]
    public async Task A_file_is_there_once_it_is_whole_and_a_second_of_its_name_is_not_written()
    {
        using var lab = new StoreLab();
        var cancel = TestContext.Current.CancellationToken;
        IStoreFiles files = lab.Files;
        Assert.True(await files.WriteAsync("a/b/c.parquet", async s =>
        {
            await s.WriteAsync("one"u8.ToArray(), cancel);
            Assert.False(File.Exists(Path.Combine(lab.Folder, "a", "b", "c.parquet")));
        }, cancel));
        Assert.False(await files.WriteAsync("a/b/c.parquet", _ => throw new InvalidOperationException(), cancel));
        await Assert.ThrowsAsync<InvalidOperationException>(() => files.WriteAsync("a/b/d.parquet", _ => throw new InvalidOperationException(), cancel));

        Assert.Equal(["a/b/c.parquet"], lab.Names);
        await Assert.ThrowsAsync<FileNotFoundException>(() => files.OpenAsync("a/b/d.parquet", cancel));
        await Assert.ThrowsAsync<FileNotFoundException>(() => files.OpenAsync("x/d.parquet", cancel));
        await files.DeleteAsync("x/d.parquet", cancel);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_named()
    {
        using var lab = new StoreLab();
        var file = Path.Combine(lab.Folder, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<EmailSecurityException>(() => ((IStoreFiles)new FolderFiles(file, TimeProvider.System)).LockAsync(TestContext.Current.CancellationToken));

        Assert.Equal("FileNotWritten", error.ErrorId);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }
}
