using System.Buffers.Binary;

namespace Aleph.Actors.Transports.Tls;

/// <summary>What the first bytes of a peer say before TLS sees them (RFC 8446 5.1 and 4). Nothing is kept.</summary>
internal static class TlsRecords
{
    private const int HeaderLength = 5;
    private const byte Alert = 21;
    private const byte Handshake = 22;
    private const byte ClientHello = 1;

    // RFC 8446 5.1: a fragment in clear has at most 2^14 bytes.
    private const int LongestFragment = 1 << 14;

    // Real ones have a few kilobytes, with post-quantum keys, too. Cut into records they could claim up to 16 MiB.
    private const int LongestClientHello = 64 * 1024;

    /// <summary>What is wrong with the first bytes that a peer sent; null while nothing is.</summary>
    public static TlsException? FaultOf(ReadOnlySpan<byte> first, bool isServer)
    {
        if (first.Length > 0 && first[0] is not (Handshake or Alert))
            return NotTls($"the first byte is 0x{first[0]:x2}");
        if (first.Length > 1 && first[1] != 3)
            return NotTls($"the version of the first record begins with 0x{first[1]:x2}");
        if (first.Length < HeaderLength)
            return null;
        if (FragmentLength(first) is var length && length is 0 or > LongestFragment)
            return NotTls($"the first record has {length} bytes");
        return isServer && first[0] == Handshake ? FaultOfHello(first[HeaderLength..]) : null;
    }

    /// <summary>Whether the first record is there whole.</summary>
    public static bool HasWhole(ReadOnlySpan<byte> first) =>
        first.Length >= HeaderLength && first.Length >= HeaderLength + FragmentLength(first);

    private static TlsException? FaultOfHello(ReadOnlySpan<byte> message)
    {
        if (message.Length > 0 && message[0] != ClientHello)
            return NotTls($"the first message has the type {message[0]}, not that of a ClientHello");
        if (message.Length < 4)
            return null;
        var length = BinaryPrimitives.ReadInt32BigEndian(message) & 0xffffff;
        return length > LongestClientHello
            ? new TlsException(
                TlsFailure.TooLarge, $"the ClientHello claims {length} bytes; at most {LongestClientHello} are taken")
            : null;
    }

    private static int FragmentLength(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt16BigEndian(record[3..]);

    private static TlsException NotTls(string detail) =>
        new(TlsFailure.NotTls, $"the peer does not speak TLS: {detail}");
}
