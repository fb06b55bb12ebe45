namespace EmailSecurity.Ports;

/// <summary>A bucket that the user names, and whose it must be.</summary>
/// <param name="Name">Bucket name.</param>
/// <param name="Owner">The account that it must belong to; null for the caller's own.</param>
public sealed record BucketPlace(string Name, string? Owner = null);

/// <summary>An object as a list shows it: the current version, never a delete marker.</summary>
/// <param name="Key">Object key.</param>
/// <param name="Size">Bytes.</param>
/// <param name="LastModified">When it was put.</param>
/// <param name="StorageClass">Storage class: <c>STANDARD</c>, <c>GLACIER</c>.</param>
public sealed record ListedObject(string Key, long Size, DateTimeOffset LastModified, string StorageClass = "STANDARD");

/// <summary>How the reading of an object ended.</summary>
public enum ObjectReading
{
    /// <summary>It was read whole.</summary>
    Read,
    /// <summary>It does not exist (any more).</summary>
    Gone,
    /// <summary>It is archived, and not restored.</summary>
    Archived,
    /// <summary>It is larger than allowed.</summary>
    TooLarge,
}

/// <summary>
/// Objects in a bucket that the user names. Every call names the expected owner, so that nothing is read from or written to a bucket of somebody who took
/// its name. A bucket is found in whatever region it is in.
/// </summary>
public interface IObjects
{
    /// <summary>Lists the objects whose keys begin so, page by page, in the order of their keys.</summary>
    /// <exception cref="EmailSecurityException">BucketNotFound; AccessDenied; BucketInOtherRegion.</exception>
    IAsyncEnumerable<IReadOnlyList<ListedObject>> ListAsync(BucketPlace bucket, string prefix, CancellationToken cancellationToken);

    /// <summary>Reads an object as it is stored, whatever its Content-Encoding.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The object.</param>
    /// <param name="target">Gets the content; it can seek, and holds what was read only where the result is <see cref="ObjectReading.Read"/>.</param>
    /// <param name="most">Bytes that may come at most.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="EmailSecurityException">AccessDenied, also where the key of AWS KMS may not be used.</exception>
    Task<ObjectReading> ReadAsync(BucketPlace bucket, string key, Stream target, long most, CancellationToken cancellationToken);

    /// <summary>Puts an object that is not there yet (<c>If-None-Match: *</c>).</summary>
    /// <returns>False where there is an object of this key, which stays as it is.</returns>
    /// <exception cref="EmailSecurityException">BucketNotFound; AccessDenied.</exception>
    Task<bool> PutNewAsync(BucketPlace bucket, string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellationToken);

    /// <summary>Deletes the current version of an object. Earlier versions stay. An object that does not exist is not an error.</summary>
    /// <exception cref="EmailSecurityException">BucketNotFound; AccessDenied.</exception>
    Task DeleteAsync(BucketPlace bucket, string key, CancellationToken cancellationToken);
}
