namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>One domain that a command works on.</summary>
/// <param name="number">Its place in the input, from 1.</param>
/// <param name="domain">The domain as given.</param>
internal sealed class DomainTurn(int number, string domain)
{
    private volatile Line now = new("", -1);

    /// <summary>Its place in the input, from 1.</summary>
    public int Number => number;

    /// <summary>The domain as given.</summary>
    public string Domain => domain;

    /// <summary>Where it stands.</summary>
    public Line Now => now;

    /// <summary>Says where it stands; from any thread.</summary>
    /// <param name="status">What is being done or waited for.</param>
    /// <param name="percent">0 to 100; -1 where it is not known.</param>
    public void Report(string status, int percent = -1) => now = new Line(status, Math.Clamp(percent, -1, 100));

    /// <summary>A line of progress.</summary>
    internal sealed record Line(string Status, int Percent);
}
