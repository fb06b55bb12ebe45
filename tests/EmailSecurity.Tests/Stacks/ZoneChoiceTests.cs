using EmailSecurity.Deployment;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.Stacks;

/// <summary>Of two hosted zones of one name the one that the parent delegates to, whatever the NS records of the zones themselves say.</summary>
public sealed class ZoneChoiceTests
{
    [Theory]
    [InlineData("ns-a1.test ns-a2.test", "ns-b1.test", "ZA")] // the registrar's set is A's, though B answers somewhere
    [InlineData("ns-b1.test", "ns-a1.test ns-a2.test", "ZB")]
    [InlineData("ns-a2.test", "", "ZA")] // a server of it is enough
    [InlineData("ns.elsewhere.test", "ns-a1.test", "ZA ZB")] // neither: the user chooses
    [InlineData("ns-a1.test ns-b1.test", "ns-a1.test", "ZA ZB")]
    public async Task The_parents_delegation_chooses(string parent, string child, string used)
    {
        var zones = new Zones();
        var choice = new ZoneChoice(zones, new Resolver(Words(parent), Words(child)));

        var kept = await choice.UsedAsync(StackWish.For("example.test"), zones.All, TestContext.Current.CancellationToken);

        Assert.Equal(Words(used), kept.Select(z => z.Id));
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private sealed class Resolver(string[] parent, string[] child) : IResolver
    {
        public Task<DnsAnswer> QueryAsync(string name, DnsRecordType type, CancellationToken cancellationToken) => Task.FromResult(Answer(name, child));

        public Task<DnsAnswer> QueryDelegationAsync(string zone, CancellationToken cancellationToken) => Task.FromResult(Answer(zone, parent));

        private static DnsAnswer Answer(string name, string[] hosts)
            => new() { Status = DnsStatus.NoError, Records = [.. hosts.Select(h => new DnsRecord(name, DnsRecordType.NS, 300, h))] };
    }

    private sealed class Zones : IZones
    {
        public HostedZoneInfo[] All { get; } = [new("ZA", "example.test", 5), new("ZB", "example.test", 5)];

        public Task<IReadOnlyList<HostedZoneInfo>> FindZonesAsync(string domain, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<HostedZoneInfo>>(All);

        public Task<IReadOnlyList<RecordSet>> GetRecordSetsAsync(HostedZoneInfo zone, string domain, IReadOnlyList<string> names, CancellationToken cancellationToken)
            => Task.FromResult<IReadOnlyList<RecordSet>>(
                [new RecordSet { Name = domain, Type = "NS", Values = zone.Id == "ZA" ? ["ns-a1.test.", "ns-a2.test."] : ["ns-b1.test.", "ns-b2.test."] }]);

        public Task<string> ChangeAsync(string zoneId, IReadOnlyList<RecordSetChange> changes, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> IsInSyncAsync(string changeId, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
