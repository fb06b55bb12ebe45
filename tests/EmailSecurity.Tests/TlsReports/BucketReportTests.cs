using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using EmailSecurity.Ports;
using EmailSecurity.Tests.Contracts;
using Microsoft.AspNetCore.Http;

namespace EmailSecurity.Tests.TlsReports;

public class BucketReportTests
{
    private static readonly BucketPlace Place = new("bucket-1");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_thousand_objects_are_read_each_once_and_so_many_at_a_time()
    {
        var objects = new FakeObjects(2_000);
        var found = new RemoteReports();
        await found.ReadAsync(objects, Place, "", Token, atOnce: 5);
        Assert.Equal(Enumerable.Range(0, 2_000).Select(i => Invariant($"r{i:0000}")), found.Reports.Select(r => r.ReportId).Order(StringComparer.Ordinal));
        Assert.InRange(objects.MostAtOnce, 2, 5);
    }

    [Theory]
    [InlineData(0, 10), InlineData(1, 9), InlineData(9, 1), InlineData(10, 0)]
    public async Task Since_keeps_what_arrived_at_that_time_or_later(int hour, int count)
    {
        var found = new RemoteReports();
        await found.ReadAsync(new FakeObjects(10), Place, "", Token, since: FakeObjects.First.AddHours(hour).ToOffset(TimeSpan.FromHours(5)));
        Assert.Equal(count, found.Reports.Count);
        Assert.Empty(found.Warnings); // there are objects, and none is new
    }

    [Fact]
    public async Task Where_none_of_the_first_may_be_read_none_of_the_others_is_asked_for()
    {
        var objects = new FakeObjects(2_000) { IsDenied = _ => true };
        var found = new RemoteReports();
        await AwsWorld.FailsAsync("AccessDenied", () => found.ReadAsync(objects, Place, "", Token));
        Assert.Equal(9, found.Failed.Count);
        Assert.InRange(objects.Reads, 10, 1_999);
    }

    [Fact]
    public async Task Where_some_may_be_read_each_other_is_told()
    {
        var found = new RemoteReports();
        await found.ReadAsync(new FakeObjects(200) { IsDenied = i => i % 2 == 1 }, Place, "", Token, atOnce: 1);
        Assert.Equal((100, 100), (found.Reports.Count, found.Failed.Count));
    }

    [Fact]
    public async Task Keys_that_are_no_longer_good_end_it()
    {
        var objects = new FakeObjects(2_000) { IsDenied = i => i == 3, Kind = ErrorKind.Authentication };
        await AwsWorld.FailsAsync("AccessDenied", () => new RemoteReports().ReadAsync(objects, Place, "", Token));
        Assert.InRange(objects.Reads, 1, 1_999);
    }

    [Fact]
    public async Task What_is_too_large_by_the_list_is_not_asked_for()
    {
        var objects = new FakeObjects(2) { SizeOf = i => i == 0 ? (256L * 1024 * 1024) + 1 : 256L * 1024 * 1024 };
        var found = new RemoteReports();
        await found.ReadAsync(objects, Place, "", Token);
        Assert.Equal(1, objects.Reads);
        Assert.Equal(("s3://bucket-1/k0000", "It is larger than 256 MiB. Download it, and read the file with -Path."), Assert.Single(found.Refused));
    }

    [Fact]
    public async Task Cancelling_ends_it_at_once()
    {
        using var stop = new CancellationTokenSource();
        var objects = new FakeObjects(2_000) { BeforeRead = _ => stop.CancelAsync() };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new RemoteReports().ReadAsync(objects, Place, "", stop.Token));
        Assert.InRange(objects.Reads, 1, 1_999);
    }

    [Theory]
    [InlineData("AccessDenied", "User: arn:aws:iam::1:user/u is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-west-1:1:key/k", "The object is encrypted with a key of AWS KMS: allow this user or role the action that the message names on that key")]
    [InlineData("AccessDenied", "Access Denied", "In IAM, allow this user or role s3:GetObject on arn:aws:s3:::bucket-1/*;")]
    public async Task Denied_says_what_to_allow(string code, string message, string fix)
    {
        await using var aws = await StubAws.StartAsync((context, _) => context.Request.Method == "POST"
            ? StubAws.AnswerAsync(context, 200, StubAws.Caller)
            : StubAws.AnswerAsync(context, 403, $"<Error><Code>{code}</Code><Message>{message}</Message></Error>", "application/xml"));
        using var services = new Support.ServicesFactory(AwsWorld.Options).Create(
            new ConnectionSettings { AccessKey = "AKIAIOSFODNN7EXAMPLE", SecretKey = "s", EndpointUrl = aws.Url }, TimeProvider.System);
        var e = await AwsWorld.FailsAsync("AccessDenied", () => services.Objects.ReadAsync(Place, "a", new MemoryStream(), 10, Token));
        Assert.StartsWith(fix, e.Fix, StringComparison.Ordinal);
        Assert.Contains(message, e.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, true), InlineData(int.MaxValue, false)]
    public async Task A_body_that_breaks_off_is_asked_for_again(int breaks, bool isRead)
    {
        var gets = 0;
        await using var aws = await StubAws.StartAsync(async (context, _) =>
        {
            if (context.Request.Method == "POST")
            {
                await StubAws.AnswerAsync(context, 200, StubAws.Caller);
                return;
            }

            context.Response.ContentLength = 10;
            context.Response.Headers.ETag = "\"781e5e245d69b566979b86e28d23f2c7\"";
            await context.Response.WriteAsync("01234");
            if (Interlocked.Increment(ref gets) <= breaks)
            {
                await context.Response.Body.FlushAsync();
                context.Abort();
                return;
            }

            await context.Response.WriteAsync("56789");
        });
        using var services = new Support.ServicesFactory(AwsWorld.Options).Create(
            new ConnectionSettings { AccessKey = "AKIAIOSFODNN7EXAMPLE", SecretKey = "s", EndpointUrl = aws.Url }, TimeProvider.System);
        using var target = new MemoryStream();
        if (isRead)
        {
            Assert.Equal(ObjectReading.Read, await services.Objects.ReadAsync(Place, "a", target, 100, Token));
            Assert.Equal("0123456789"u8, target.ToArray());
        }
        else
        {
            await AwsWorld.FailsAsync("AwsUnavailable", () => services.Objects.ReadAsync(Place, "a", target, 100, Token));
        }
    }

    private sealed class FakeObjects(int count) : IObjects
    {
        public static readonly DateTimeOffset First = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
        private readonly ConcurrentDictionary<string, int> running = [];
        private int reads;

        public Func<int, bool> IsDenied { get; init; } = _ => false;

        public Func<int, long> SizeOf { get; init; } = _ => 500;

        public Func<int, Task> BeforeRead { get; init; } = _ => Task.CompletedTask;

        public ErrorKind Kind { get; init; } = ErrorKind.PermissionDenied;

        public int Reads => Volatile.Read(ref reads);

        public int MostAtOnce { get; private set; }

        public async IAsyncEnumerable<IReadOnlyList<ListedObject>> ListAsync(BucketPlace bucket, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            foreach (var page in Enumerable.Range(0, count).Chunk(1000))
            {
                await Task.Yield();
                yield return [.. page.Select(i => new ListedObject(Invariant($"k{i:0000}"), SizeOf(i), First.AddHours(i)))];
            }
        }

        public async Task<ObjectReading> ReadAsync(BucketPlace bucket, string key, Stream target, long most, CancellationToken cancellationToken)
        {
            var number = int.Parse(key[1..], System.Globalization.CultureInfo.InvariantCulture);
            Interlocked.Increment(ref reads);
            running[key] = number;
            lock (running)
            {
                MostAtOnce = Math.Max(MostAtOnce, running.Count);
            }

            await BeforeRead(number);
            await Task.Yield();
            running.TryRemove(key, out var _);
            if (IsDenied(number))
            {
                throw new EmailSecurityException("AccessDenied", Kind, "denied");
            }

            target.Write(RemoteReports.Json(Invariant($"r{number:0000}")));
            return ObjectReading.Read;
        }

        public Task<bool> PutNewAsync(BucketPlace bucket, string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task DeleteAsync(BucketPlace bucket, string key, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
