namespace EmailSecurity.TlsReports;

/// <summary>
/// Passes messages on in the order in which they were asked for: a server may answer in any. One that sends a message twice, or one that nobody asked for, is
/// not believed.
/// </summary>
/// <param name="uids">The messages that were asked for.</param>
/// <param name="read">Reads a message.</param>
internal sealed class MessagesInOrder(IEnumerable<uint> uids, Action<uint, Stream> read)
{
    private readonly Queue<uint> expected = new(uids);
    private readonly Dictionary<uint, byte[]> early = [];

    /// <summary>A message has come.</summary>
    public void Take(uint uid, Stream content)
    {
        if (expected.TryPeek(out var first) && first == uid)
        {
            expected.Dequeue();
            read(uid, content);
        }
        else if (expected.Contains(uid))
        {
            var copy = new byte[content.Length];
            content.ReadExactly(copy);
            early[uid] = copy;
        }

        while (expected.TryPeek(out var waiting) && early.Remove(waiting, out var kept))
        {
            expected.Dequeue();
            read(waiting, new MemoryStream(kept));
        }
    }

    /// <summary>No more messages come.</summary>
    /// <param name="missing">Called for each that has not come.</param>
    public void End(Action<uint> missing)
    {
        while (expected.TryDequeue(out var uid))
        {
            if (early.Remove(uid, out var kept))
            {
                read(uid, new MemoryStream(kept));
            }
            else
            {
                missing(uid);
            }
        }
    }
}
