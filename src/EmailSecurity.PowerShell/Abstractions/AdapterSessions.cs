using EmailSecurity.Ports;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>The adapters that one invocation uses: one for all input objects that ask for the same connection, and disposed of at its end.</summary>
/// <param name="create">Makes the adapters for a connection.</param>
internal sealed class AdapterSessions<T>(Func<ConnectionSettings, T> create) : IDisposable
    where T : IDisposable
{
    private readonly Dictionary<ConnectionSettings, T> sessions = [];
    private readonly object gate = new();

    /// <summary>The adapters for a connection.</summary>
    /// <param name="settings">The connection.</param>
    public T For(ConnectionSettings settings)
    {
        lock (gate)
        {
            if (!sessions.TryGetValue(settings, out var found))
            {
                found = create(settings);
                sessions.Add(settings, found);
            }

            return found;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            foreach (var one in sessions.Values)
            {
                one.Dispose();
            }

            sessions.Clear();
        }
    }
}
