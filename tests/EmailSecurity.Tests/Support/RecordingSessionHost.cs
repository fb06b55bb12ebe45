using System.Collections.Concurrent;
using EmailSecurity.Ports;

namespace EmailSecurity.Tests.Support;

/// <summary>A user who watches everything and answers from a queue.</summary>
internal sealed class RecordingSessionHost : ISessionHost
{
    private readonly ConcurrentQueue<EndedCall> calls = new();
    private readonly ConcurrentQueue<string> details = new();

    public bool WatchesCalls => true;

    public bool WatchesDetails => true;

    public ConcurrentDictionary<string, object> Kept { get; } = new(StringComparer.Ordinal);

    /// <summary>Calls that have ended.</summary>
    public IReadOnlyList<EndedCall> Calls => [.. calls];

    /// <summary>What only a developer wants to know.</summary>
    public IReadOnlyList<string> Details => [.. details];

    /// <summary>Devices whose code was asked for.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>Gives the code of a device.</summary>
    public Func<string, string> Code { get; init; } = static _ => throw new EmailSecurityException("MfaRequired", ErrorKind.Authentication, "Nobody is there.");

    public void Ended(EndedCall call) => calls.Enqueue(call);

    public void Detail(string text) => details.Enqueue(text);

    public Task<string> ReadMfaCodeAsync(string device, string profile, CancellationToken cancellationToken)
    {
        Asked.Add(device);
        return Task.FromResult(Code(device));
    }
}
