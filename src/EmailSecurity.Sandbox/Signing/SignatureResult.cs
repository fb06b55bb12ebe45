using EmailSecurity.Sandbox.Accounts;

namespace EmailSecurity.Sandbox.Signing;

/// <summary>What is wrong with a signature.</summary>
internal enum SignatureFault
{
    /// <summary>No Authorization header.</summary>
    Missing,
    /// <summary>An Authorization header that cannot be read, or of another scheme.</summary>
    Malformed,
    /// <summary>An access key nobody has.</summary>
    UnknownKey,
    /// <summary>A session token that does not belong to the key.</summary>
    UnknownToken,
    /// <summary>A session that has ended.</summary>
    ExpiredToken,
    /// <summary>The signature computed from the secret is another one.</summary>
    Mismatch,
    /// <summary>The credential scope names another service or region.</summary>
    WrongScope,
    /// <summary>More than 15 minutes off.</summary>
    Skewed,
    /// <summary>Headers that must be signed were not.</summary>
    UnsignedHeaders,
    /// <summary>S3 wants x-amz-content-sha256.</summary>
    MissingBodyHash,
    /// <summary>x-amz-content-sha256 is no hash and no known word.</summary>
    InvalidBodyHash,
    /// <summary>The body does not have the hash that was signed.</summary>
    BodyHashMismatch,
    /// <summary>Broken aws-chunked framing, or fewer bytes than promised.</summary>
    IncompleteBody,
}

/// <summary>The outcome of a check.</summary>
internal abstract record SignatureResult
{
    /// <summary>A good signature.</summary>
    /// <param name="Credential">Whose it is.</param>
    /// <param name="Region">Region of the credential scope.</param>
    /// <param name="Body">Body without aws-chunked framing.</param>
    /// <param name="Trailers">Trailing headers of an aws-chunked body.</param>
    public sealed record Good(SandboxCredential Credential, string Region, byte[] Body, IReadOnlyDictionary<string, string> Trailers) : SignatureResult;

    /// <summary>A bad one.</summary>
    /// <param name="Fault">What is wrong.</param>
    /// <param name="Message">In words.</param>
    public sealed record Bad(SignatureFault Fault, string Message) : SignatureResult;
}
