using System.Security.Cryptography;
using System.Text;
using EmailSecurity.Findings;
using EmailSecurity.Text;

namespace EmailSecurity.MtaSts;

/// <summary>An MTA-STS policy (RFC 8461 section 3.2): written by <see cref="Create"/>, or read from a text by <see cref="Check(string, string)"/>, which
/// keeps the text as it was served.</summary>
public sealed class MtaStsPolicy
{
    /// <summary>The largest max_age, in seconds: 31557600, one Julian year (RFC 8461 section 3.2 with erratum 7282).</summary>
    public const long MaxMaxAge = 31_557_600;

    /// <summary>Below this, one day in seconds, an active policy protects little: an attacker who blocks the policy host for a day is through (RFC 8461
    /// sections 3.2 and 10.2).</summary>
    public const long ShortMaxAge = 86_400;

    /// <summary>The largest policy that is read, in octets (RFC 8461 section 3.3 suggests 64 kilobytes).</summary>
    public const int MaxSize = 65_536;

    internal const string WellKnownFile = ".well-known/mta-sts.txt";

    /// <summary>The path of the policy under <c>https://mta-sts.domain</c> (RFC 8461 section 3.2).</summary>
    public const string WellKnownPath = "/" + WellKnownFile;

    /// <summary>The label of the policy host: <c>mta-sts</c> (RFC 8461 section 3.2).</summary>
    public const string HostLabel = "mta-sts";

    /// <summary>The policy host: <c>mta-sts.domain</c> (RFC 8461 section 3.2).</summary>
    /// <param name="domain">The domain.</param>
    public static string HostOf(string domain) => $"{HostLabel}.{domain}";

    /// <summary>Where senders fetch the policy (RFC 8461 section 3.3).</summary>
    /// <param name="domain">The domain.</param>
    public static Uri UrlOf(string domain) => new($"https://{HostOf(domain)}{WellKnownPath}");

    private readonly string[] mxHosts;
    private string? id;

    internal MtaStsPolicy(string domain, MtaStsMode mode, long maxAge, IReadOnlyList<string> mxHosts, string text, IReadOnlyList<Finding> findings,
        object? stack = null)
    {
        Domain = VisibleText.Of(domain);
        Mode = mode;
        MaxAge = maxAge;
        this.mxHosts = [.. mxHosts];
        MxHosts = Joined.List(this.mxHosts);
        Served = text;
        Text = VisibleText.OfLines(text);
        Findings = Joined.List(findings);
        Stack = stack;
    }

    /// <summary>The domain it is for, as ASCII A-labels; empty for a text that was read without one.</summary>
    public string Domain { get; }

    /// <summary>The stack it came with on the pipeline; null where it came alone.</summary>
    public object? Stack { get; }

    /// <summary>What senders do where an MX host fails validation.</summary>
    public MtaStsMode Mode { get; }

    /// <summary>How long senders keep it, in seconds.</summary>
    public long MaxAge { get; }

    /// <summary>The <c>mx</c> patterns in order, each a host name or <c>*.</c> and a name.</summary>
    public IReadOnlyList<string> MxHosts { get; }

    /// <summary>The text as served, CRLF line ends where we wrote it; characters that drive a terminal, which no policy has, are written out.</summary>
    public string Text { get; }

    /// <summary>The exact text as served.</summary>
    internal string Served { get; }

    /// <summary>
    /// The <c>id</c> for <c>_mta-sts</c>: the first 32 lower-case hex characters of the SHA-256 of the UTF-8 text with CRLF line ends, so that it changes
    /// when, and only when, the text does (RFC 8461 section 3.1: 1 to 32 alphanumerics). LF and CRLF end a line alike (section 3.2): the same file has the
    /// same id however Git checked it out.
    /// </summary>
    public string Id => id ??= Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Served.ReplaceLineEndings("\r\n"))).AsSpan(0, 16))
        .ToLowerInvariant();

    /// <summary>What the check of the text found.</summary>
    internal IReadOnlyList<Finding> Findings { get; }

    /// <summary>Writes a policy with CRLF line ends: version, mode, the mx patterns in the order given (A-labels, repeats dropped), max_age.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="mode">The mode.</param>
    /// <param name="mxHosts">MX host names, or <c>*.</c> and a name. At least one unless the mode is none.</param>
    /// <param name="maxAge">Seconds, 0 to <see cref="MaxMaxAge"/>.</param>
    /// <param name="stack">The stack to carry along.</param>
    /// <exception cref="EmailSecurityException">InvalidDomainName, InvalidMxHost, MxHostMissing, InvalidMaxAge, InvalidMode, PolicyTooLarge.</exception>
    public static MtaStsPolicy Create(string domain, MtaStsMode mode, IEnumerable<string> mxHosts, long maxAge, object? stack = null)
    {
        ArgumentNullException.ThrowIfNull(mxHosts);
        return MtaStsPolicyWriter.Write(domain, mode, mxHosts, maxAge, stack);
    }

    /// <summary>Checks a policy text; the result's value is the policy wherever mode and max_age could be read. Never throws on content.</summary>
    /// <param name="text">The text as served.</param>
    /// <param name="domain">The domain it is for; empty for none.</param>
    public static TestResult Check(string text, string domain = "")
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(domain);
        return MtaStsPolicyBody.Read(text, DomainName.TryNormalize(domain, out var name) ? name : domain);
    }

    /// <summary>Checks a policy body as it came off the wire; it has to be UTF-8. Never throws on content.</summary>
    /// <param name="utf8">The body.</param>
    /// <param name="domain">The domain it is for; empty for none.</param>
    public static TestResult Check(ReadOnlyMemory<byte> utf8, string domain = "")
    {
        ArgumentNullException.ThrowIfNull(domain);
        return MtaStsPolicyBody.Read(utf8.Span, DomainName.TryNormalize(domain, out var name) ? name : domain);
    }

    /// <summary>True where an MX host is allowed by one of the mx patterns (RFC 8461 section 4.1): equal without regard to case, or <c>*.</c> standing for
    /// exactly one left-most label.</summary>
    /// <param name="mxHost">A host name; a final dot is ignored, U-labels are read as A-labels.</param>
    public bool Matches(string mxHost)
    {
        if (string.IsNullOrEmpty(mxHost))
        {
            return false;
        }

        if (!Ascii.IsValid(mxHost) && !DomainName.TryNormalize(mxHost, out mxHost))
        {
            return false;
        }

        var host = mxHost.AsSpan();
        if (host[^1] == '.')
        {
            host = host[..^1];
        }

        if (!DomainName.IsMailDomain(host))
        {
            return false;
        }

        foreach (var pattern in mxHosts)
        {
            if (PatternMatches(pattern, host))
            {
                return true;
            }
        }
        return false;
    }

    // RFC 8461 section 4.1: *. stands for exactly one left-most label.
    internal static bool PatternMatches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> host)
    {
        if (!pattern.StartsWith("*.", StringComparison.Ordinal))
        {
            return host.Equals(pattern, StringComparison.OrdinalIgnoreCase);
        }

        var dot = host.IndexOf('.');
        return dot > 0 && dot < host.Length - 1 && host[(dot + 1)..].Equals(pattern[2..], StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The same policy for another domain, or with another stack.</summary>
    /// <param name="domain">The domain; null to keep it.</param>
    /// <param name="stack">The stack; null to keep it.</param>
    /// <exception cref="EmailSecurityException">InvalidDomainName.</exception>
    public MtaStsPolicy With(string? domain = null, object? stack = null) =>
        new(domain is null ? Domain : MailDomain.Normalize(domain), Mode, MaxAge, MxHosts, Served, Findings, stack ?? Stack) { id = id };

    /// <summary>The same policy on its own.</summary>
    public MtaStsPolicy WithoutStack() => Stack is null ? this : new(Domain, Mode, MaxAge, MxHosts, Served, Findings) { id = id };

    private const int SpacesPerField = 64;

    /// <summary>How many spellings a policy has.</summary>
    internal const int Spellings = SpacesPerField * SpacesPerField;

    /// <summary>
    /// The same policy spelled differently, so that it has another id: the delimiter of a field may be followed by any white space (RFC 8461 section 3.2,
    /// sts-policy-field-delim).
    /// </summary>
    /// <param name="number">Which other spelling: from 1, below <see cref="Spellings"/>. 0 is the usual one.</param>
    internal MtaStsPolicy Respelled(int number)
    {
        if (number == 0)
        {
            return this;
        }

        var text = Spaced(Spaced(Served, "max_age:", number % SpacesPerField), "mode:", number / SpacesPerField);
        return new(Domain, Mode, MaxAge, MxHosts, text, Findings, Stack);
    }

    /// <summary>The spelling of this policy that the other is; null where the other is none.</summary>
    internal MtaStsPolicy? SpelledAs(MtaStsPolicy other)
    {
        var (age, mode) = (Spaces(other.Served, "max_age:") - Spaces(Served, "max_age:"), Spaces(other.Served, "mode:") - Spaces(Served, "mode:"));
        return age is >= 0 and < SpacesPerField && mode is >= 0 and < SpacesPerField && Respelled((mode * SpacesPerField) + age) is var spelled
            && spelled.Id == other.Id ? spelled : null;
    }

    private static int Spaces(string text, string field)
    {
        var begin = text.IndexOf(field, StringComparison.Ordinal) + field.Length;
        var end = begin;
        while (end < text.Length && text[end] == ' ')
        {
            end++;
        }

        return end - begin;
    }

    private static string Spaced(string text, string field, int spaces)
        => text.IndexOf(field, StringComparison.Ordinal) is >= 0 and var at ? text.Insert(at + field.Length, new string(' ', spaces)) : text;

    /// <inheritdoc/>
    public override string ToString() => Text;
}
