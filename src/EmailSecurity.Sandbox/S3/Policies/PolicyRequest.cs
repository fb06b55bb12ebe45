namespace EmailSecurity.Sandbox.S3.Policies;

/// <summary>Who asks.</summary>
/// <param name="AccountId">Account of a user; null for a service.</param>
/// <param name="Arn">ARN of a user; null for a service.</param>
/// <param name="Service">A service principal (<c>cloudfront.amazonaws.com</c>); null for a user.</param>
internal sealed record Caller(string? AccountId, string? Arn, string? Service)
{
    /// <summary>The canonical user; null where nobody asks for it.</summary>
    public string? CanonicalUserId { get; init; }
}

/// <summary>What is asked of a bucket policy.</summary>
/// <param name="Caller">Who asks.</param>
/// <param name="Action"><c>s3:GetObject</c>.</param>
/// <param name="Resource">ARN of the bucket or object.</param>
/// <param name="Keys">Condition keys of the request; names are case-insensitive.</param>
internal sealed record PolicyRequest(Caller Caller, string Action, string Resource, IReadOnlyDictionary<string, IReadOnlyList<string>> Keys);

/// <summary>What a policy says to it.</summary>
internal enum PolicyVerdict
{
    /// <summary>No statement applies.</summary>
    Silent,
    /// <summary>Allowed, and not denied.</summary>
    Allow,
    /// <summary>Denied by a statement; nothing overrides it.</summary>
    Deny,
}
