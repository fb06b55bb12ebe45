using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EmailSecurity.Net;

/// <summary>
/// Passes a TLS connection's bytes on, and reads from the server's first ones, which are in the clear, whether it showed a certificate in this
/// handshake or resumed a session of before: then the certificate at hand would be that of the last time.
/// </summary>
internal sealed class ServerHelloTap(Stream inner) : WatchedStream(inner)
{
    /// <summary>protocol_version: the client's versions are known, and none is accepted (RFC 8446 section 6.2).</summary>
    public const int ProtocolVersionAlert = 70;

    private const int MaxWatched = 20 * 1024; // a record of the largest size (RFC 8446 section 5.1): the hello is in the first
    private const int RecordHeader = 5;
    private const int MessageHeader = 4;
    private const byte ChangeCipherSpec = 20, AlertRecord = 21, Handshake = 22;
    private const byte ServerHello = 2, Certificate = 11;
    private const ushort SupportedVersions = 43, PreSharedKey = 41;
    private const ushort Tls13 = 0x0304;

    // RFC 8446 section 4.1.3: the random that makes a ServerHello a HelloRetryRequest.
    private static readonly byte[] RetryRandom = Convert.FromHexString("CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C");

    private MemoryStream? watched = new();

    /// <summary>True once the server has proved that this handshake is a full one, with a certificate.</summary>
    public bool IsFull { get; private set; }

    /// <summary>The alert that the server answered with in place of a hello (RFC 8446 section 6); null for none.</summary>
    public int? Alert { get; private set; }

    /// <inheritdoc/>
    protected override void OnRead(ReadOnlySpan<byte> bytes)
    {
        if (watched is null)
        {
            return;
        }

        watched.Write(bytes);
        var seen = watched.GetBuffer().AsSpan(0, (int)watched.Length);
        if (Verdict(seen) is { } isFull)
        {
            IsFull = isFull;
            Alert = seen[0] == AlertRecord && seen.Length >= RecordHeader + 2 ? seen[RecordHeader + 1] : null;
            watched = null;
        }
        else if (watched.Length > MaxWatched)
        {
            watched = null;
        }
    }

    // RFC 8446 sections 5.1 (records) and 4 (messages, which may span records). Null: not known yet.
    private static bool? Verdict(ReadOnlySpan<byte> records)
    {
        List<byte> handshake = [];
        while (records.Length >= RecordHeader && records.Length >= RecordHeader + BinaryPrimitives.ReadUInt16BigEndian(records[3..]))
        {
            var body = records.Slice(RecordHeader, BinaryPrimitives.ReadUInt16BigEndian(records[3..]));
            switch (records[0])
            {
                case Handshake:
                    handshake.AddRange(body);
                    if (Messages(CollectionsMarshal.AsSpan(handshake), out _) is { } isFull)
                    {
                        return isFull;
                    }

                    break;
                case ChangeCipherSpec:
                    // After a TLS 1.2 hello it ends a resumed handshake (RFC 5246 section 7.3); in TLS 1.3 it says nothing (RFC 8446 appendix D.4).
                    _ = Messages(CollectionsMarshal.AsSpan(handshake), out var isHelloSeen);
                    if (isHelloSeen)
                    {
                        return false;
                    }

                    break;
                default:
                    return false; // an alert, or something that is not a handshake
            }
            records = records[(RecordHeader + body.Length)..];
        }

        return null;
    }

    private static bool? Messages(ReadOnlySpan<byte> messages, out bool isTls12HelloSeen)
    {
        isTls12HelloSeen = false;
        while (messages.Length >= MessageHeader)
        {
            var length = (messages[1] << 16) | BinaryPrimitives.ReadUInt16BigEndian(messages[2..]);
            if (isTls12HelloSeen)
            {
                return messages[0] == Certificate;
            }

            if (messages[0] != ServerHello)
            {
                return false;
            }

            if (messages.Length < MessageHeader + length)
            {
                return null;
            }

            var hello = messages.Slice(MessageHeader, length);
            messages = messages[(MessageHeader + length)..];
            if (IsRetry(hello))
            {
                continue;
            }

            if (Extensions(hello) is not { } extensions)
            {
                return false;
            }

            if (extensions.Is13)
            {
                return !extensions.HasPsk;
            }

            isTls12HelloSeen = true;
        }

        return null;
    }

    private static bool IsRetry(ReadOnlySpan<byte> hello) => hello.Length >= 34 && hello.Slice(2, 32).SequenceEqual(RetryRandom);

    // RFC 8446 section 4.1.3: version, random, session id, suite, compression, extensions. Section 4.2.11: a pre-shared key is chosen by its extension.
    private static (bool Is13, bool HasPsk)? Extensions(ReadOnlySpan<byte> hello)
    {
        if (hello.Length < 35 || hello.Length < 38 + hello[34])
        {
            return null;
        }

        var rest = hello[(38 + hello[34])..];
        bool is13 = false, hasPsk = false;
        if (rest.Length < 2)
        {
            return (false, false);
        }

        rest = rest[2..];
        while (rest.Length >= 4)
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(rest);
            var length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (rest.Length < 4 + length)
            {
                return null;
            }

            is13 |= type == SupportedVersions && length == 2 && BinaryPrimitives.ReadUInt16BigEndian(rest[4..]) == Tls13;
            hasPsk |= type == PreSharedKey;
            rest = rest[(4 + length)..];
        }

        return (is13, hasPsk);
    }
}
