using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace EmailSecurity.Sandbox.Signing;

/// <summary>The object checksums of S3, base64 of the big-endian value.</summary>
internal static class Checksum
{
    /// <summary>Reflected polynomial of CRC-32 (IEEE 802.3).</summary>
    private static readonly uint[] Crc32Table = Table(0xEDB88320);
    /// <summary>Reflected polynomial of CRC-64/NVME.</summary>
    private static readonly ulong[] Crc64Table = Table(0x9A6C9329AC4BC9B5UL);

    /// <summary>Names as in <c>x-amz-checksum-NAME</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"];

    /// <summary>Computes one of <see cref="Names"/>.</summary>
    public static string Compute(string name, ReadOnlySpan<byte> data) => Convert.ToBase64String(name switch
    {
        "crc32" => BigEndian(Crc32(data)),
        "crc32c" => BigEndian(Crc32C(data)),
        "crc64nvme" => BigEndian(Crc64Nvme(data)),
#pragma warning disable CA5350 // the algorithm the protocol names
        "sha1" => SHA1.HashData(data),
#pragma warning restore CA5350
        "sha256" => SHA256.HashData(data),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    });

    /// <summary>Base64 MD5.</summary>
    public static byte[] Md5(ReadOnlySpan<byte> data) =>
#pragma warning disable CA5351 // the algorithm the protocol names
        MD5.HashData(data);
#pragma warning restore CA5351

    private static uint Crc32(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var b in data)
        {
            crc = Crc32Table[(byte)(crc ^ b)] ^ (crc >> 8);
        }
        return ~crc;
    }

    private static uint Crc32C(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var b in data)
        {
            crc = BitOperations.Crc32C(crc, b);
        }
        return ~crc;
    }

    private static ulong Crc64Nvme(ReadOnlySpan<byte> data)
    {
        var crc = ulong.MaxValue;
        foreach (var b in data)
        {
            crc = Crc64Table[(byte)(crc ^ b)] ^ (crc >> 8);
        }
        return ~crc;
    }

    private static T[] Table<T>(T polynomial)
        where T : IBinaryInteger<T>, IUnsignedNumber<T>
    {
        var table = new T[256];
        for (var i = 0; i < table.Length; i++)
        {
            var value = T.CreateTruncating(i);
            for (var bit = 0; bit < 8; bit++)
            {
                value = T.IsOddInteger(value) ? (value >> 1) ^ polynomial : value >> 1;
            }
            table[i] = value;
        }
        return table;
    }

    private static byte[] BigEndian(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] BigEndian(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }
}
