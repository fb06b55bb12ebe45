using EmailSecurity.Findings;

namespace EmailSecurity;

/// <summary>What kind of trouble an error is; each maps to one PowerShell error category.</summary>
public enum ErrorKind
{
    /// <summary>The input breaks a rule.</summary>
    InvalidArgument,
    /// <summary>Data from outside breaks a rule.</summary>
    InvalidData,
    /// <summary>Something named is not there.</summary>
    NotFound,
    /// <summary>Something is in the way, or there are two where one may be.</summary>
    Exists,
    /// <summary>The caller may not do this.</summary>
    PermissionDenied,
    /// <summary>The credentials are wrong, expired or missing.</summary>
    Authentication,
    /// <summary>A quota or a rate limit.</summary>
    LimitsExceeded,
    /// <summary>It took longer than allowed.</summary>
    Timeout,
    /// <summary>The network or the service did not answer.</summary>
    Unavailable,
    /// <summary>The state of things does not allow it.</summary>
    InvalidOperation,
    /// <summary>This region or service cannot do it.</summary>
    NotSupported,
}

/// <summary>The one error of the core and the adapters: a stable id, a kind, what happened and the way out.</summary>
public sealed class EmailSecurityException : Exception
{
    /// <summary>Makes an error.</summary>
    /// <param name="errorId">Stable id, PascalCase: <c>HostedZoneNotFound</c>.</param>
    /// <param name="kind">What kind of trouble it is.</param>
    /// <param name="message">What happened, naming the rule broken.</param>
    /// <param name="fix">The way out.</param>
    /// <param name="inner">The cause.</param>
    public EmailSecurityException(string errorId, ErrorKind kind, string message, string fix = "", Exception? inner = null)
        : base(VisibleText.Of(fix.Length == 0 ? message : message + " " + fix), VisibleError.Of(inner))
    {
        ErrorId = errorId;
        Kind = kind;
        What = VisibleText.Of(message);
        Fix = VisibleText.Of(fix);
    }

    /// <summary>Stable id for scripts.</summary>
    public string ErrorId { get; }

    /// <summary>What kind of trouble it is.</summary>
    public ErrorKind Kind { get; }

    /// <summary>What happened, without the way out; the beginning of <see cref="Exception.Message"/>.</summary>
    public string What { get; }

    /// <summary>The way out, one sentence; also the end of <see cref="Exception.Message"/>.</summary>
    public string Fix { get; }

    /// <summary>What it is about, where it is not the whole domain: a record, a bucket, a file.</summary>
    public string? Target { get; init => field = value is null ? null : VisibleText.Of(value); }
}
