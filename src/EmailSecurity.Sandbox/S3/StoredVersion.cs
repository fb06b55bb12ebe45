namespace EmailSecurity.Sandbox.S3;

/// <summary>One version of an object, or a delete marker.</summary>
internal sealed record StoredVersion
{
    public required string Key { get; init; }

    /// <summary><c>null</c> as text for a version from a bucket that is not versioned.</summary>
    public required string VersionId { get; init; }

    public bool IsDeleteMarker { get; init; }

    public byte[] Content { get; init; } = [];

    /// <summary>STANDARD, GLACIER or DEEP_ARCHIVE.</summary>
    public string StorageClass { get; init; } = "STANDARD";

    /// <summary>True where it must be restored before it can be read.</summary>
    public bool IsArchived => StorageClass != "STANDARD";

    /// <summary>With its quotes.</summary>
    public string ETag { get; init; } = "";

    public required DateTimeOffset LastModified { get; init; }

    /// <summary>Content-Type, Cache-Control, Content-Encoding, Content-Disposition, Content-Language, Expires and x-amz-meta-*, as put.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Name as in <c>x-amz-checksum-NAME</c>.</summary>
    public string ChecksumName { get; init; } = "";

    public string ChecksumValue { get; init; } = "";

    public string Encryption { get; init; } = "AES256";

    /// <summary>The customer managed key; null for none, and for the AWS managed one.</summary>
    public string? KmsKey { get; init; }
}
