using System.Text;
using MailKit;

namespace EmailSecurity.Net;

/// <summary>
/// What a server said last, while somebody signs in: the library does not pass on why a sign-in was refused. Nothing that the client says is looked at.
/// </summary>
internal sealed class LastWords : IProtocolLogger
{
    private const int Most = 1024;

    private readonly StringBuilder said = new();

    /// <summary>False once nobody asks anymore.</summary>
    public bool IsOn { get; set; } = true;

    /// <inheritdoc/>
    public IAuthenticationSecretDetector? AuthenticationSecretDetector { get; set; }

    /// <summary>The text of the last line, without the tag and the NO or BAD before it; empty for none.</summary>
    public string Text
    {
        get
        {
            var line = said.ToString().TrimEnd('\r', '\n');
            line = line[(line.LastIndexOf('\n') + 1)..];
            var parts = line.Split(' ', 3);
            return parts is [_, "NO" or "BAD", var text] ? text : "";
        }
    }

    /// <inheritdoc/>
    public void LogConnect(Uri uri)
    {
    }

    /// <inheritdoc/>
    public void LogClient(byte[] buffer, int offset, int count)
    {
    }

    /// <inheritdoc/>
    public void LogServer(byte[] buffer, int offset, int count)
    {
        if (!IsOn)
        {
            return;
        }

        said.Append(Encoding.UTF8.GetString(buffer, offset, count));
        if (said.Length > Most)
        {
            said.Remove(0, said.Length - Most);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
