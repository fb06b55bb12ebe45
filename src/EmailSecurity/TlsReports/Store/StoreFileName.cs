using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EmailSecurity.TlsReports.Store;

/// <summary>
/// The names of files, made of the rows that they hold: the same rows give the same name, whoever writes them, in whatever order they came. What is written a
/// second time is therefore seen to be there.
/// </summary>
internal static class StoreFileName
{
    /// <summary>The file by which writers of a store in a folder wait for one another.</summary>
    public const string FolderLock = "export.lock";

    private const int OctetsOfKey = 36;

    /// <summary>The name of a file of these rows.</summary>
    /// <param name="folder">The folder of its partition.</param>
    /// <param name="keys">Its rows.</param>
    /// <param name="extension">How it ends.</param>
    public static string Of(string folder, IReadOnlyCollection<StoreKey> keys, string extension)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> octets = stackalloc byte[OctetsOfKey];
        foreach (var key in keys.OrderBy(k => k.Report).ThenBy(k => k.Content).ThenBy(k => k.Policy))
        {
            BinaryPrimitives.WriteUInt128BigEndian(octets, key.Report);
            BinaryPrimitives.WriteUInt128BigEndian(octets[16..], key.Content);
            BinaryPrimitives.WriteInt32BigEndian(octets[32..], key.Policy);
            hash.AppendData(octets);
        }

        return $"{folder}reports-{StoreKey.Text(BinaryPrimitives.ReadUInt128BigEndian(hash.GetHashAndReset()))}{extension}";
    }
}
