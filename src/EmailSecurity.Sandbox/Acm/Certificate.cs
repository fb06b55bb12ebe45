using System.Security.Cryptography.X509Certificates;

namespace EmailSecurity.Sandbox.Acm;

/// <summary>A certificate of ACM. Its members are read and changed under the store's lock.</summary>
public sealed class Certificate
{
    /// <summary>ARN, with its region.</summary>
    public required string Arn { get; init; }

    /// <summary>Owner.</summary>
    public required string AccountId { get; init; }

    /// <summary>Region that it lives in.</summary>
    public required string Region { get; init; }

    /// <summary>Every name, the domain name first.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary><c>DNS</c> or <c>EMAIL</c>.</summary>
    public required string ValidationMethod { get; init; }

    /// <summary>Key algorithm as the API names it: <c>RSA_2048</c>.</summary>
    public required string KeyAlgorithm { get; init; }

    /// <summary>Idempotency token of the request; empty for none.</summary>
    public required string IdempotencyToken { get; init; }

    /// <summary>When it was requested.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Order of making.</summary>
    public required long Sequence { get; init; }

    /// <summary>Tags.</summary>
    public Dictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);

    /// <summary>Status as the API names it.</summary>
    public string Status { get; set; } = "PENDING_VALIDATION";

    /// <summary>Why it failed; empty otherwise.</summary>
    public string FailureReason { get; set; } = "";

    /// <summary>When it was issued.</summary>
    public DateTimeOffset? IssuedAt { get; set; }

    /// <summary>When ACM last renewed it; null before.</summary>
    public DateTimeOffset? RenewedAt { get; set; }

    /// <summary>The certificate itself, once issued.</summary>
    public X509Certificate2? Issued { get; set; }

    /// <summary>How often it was described so far: without latency the validation record is missing from the first answer.</summary>
    public int Described { get; set; }

    /// <summary>Names whose validation record was seen and has taken its time.</summary>
    public HashSet<string> Validated { get; } = new(StringComparer.Ordinal);
}
