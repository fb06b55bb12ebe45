using System.Text;

namespace EmailSecurity.Tests.Lives;

/// <summary>What happened in a life, line by line, numbered and dated, for who has to understand a failing seed.</summary>
/// <param name="time">Dates the lines.</param>
/// <param name="live">Where each line is written as it comes; null for nowhere.</param>
internal sealed class Story(TimeProvider time, TextWriter? live)
{
    private readonly List<string> lines = [];
    private readonly Lock gate = new();

    /// <summary>How many lines there are.</summary>
    public int Count { get { lock (gate) { return lines.Count; } } }

    /// <summary>A thing that happened.</summary>
    public void Tell(string what)
    {
        lock (gate)
        {
            lines.Add(Invariant($"{lines.Count + 1,4}. {time.GetUtcNow().UtcDateTime:yyyy-MM-dd HH:mm:ss} {what}"));
            live?.WriteLine(lines[^1]);
        }
    }

    public override string ToString()
    {
        lock (gate)
        {
            return new StringBuilder().AppendJoin('\n', lines).ToString();
        }
    }
}
