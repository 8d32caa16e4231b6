using System.Buffers.Binary;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>Frames as octets, made without the code under test.</summary>
internal static class Frames
{
    public const int Fin = 0x80;
    public const int Rsv1 = 0x40;
    public const int Text = 1;
    public const int Binary = 2;
    public const int Close = 8;
    public const int Ping = 9;
    public const int Pong = 10;

    private static readonly byte[] Key = [0x37, 0xfa, 0x21, 0x3d];

    /// <summary>A masked frame, as clients send.</summary>
    public static byte[] Masked(int first, params ReadOnlySpan<byte> payload) => Of(first, payload, isMasked: true);

    /// <summary>A frame without a mask, as servers send.</summary>
    public static byte[] Plain(int first, params ReadOnlySpan<byte> payload) => Of(first, payload, isMasked: false);

    public static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    public static byte[] ClosePayload(int code, string reason = "") =>
        [(byte)(code >> 8), (byte)code, .. System.Text.Encoding.UTF8.GetBytes(reason)];

    public static byte[] Of(int first, ReadOnlySpan<byte> payload, bool isMasked)
    {
        var mask = isMasked ? 0x80 : 0;
        var header = payload.Length switch
        {
            < 126 => [(byte)first, (byte)(mask | payload.Length)],
            <= 0xFFFF => [(byte)first, (byte)(mask | 126), (byte)(payload.Length >> 8), (byte)payload.Length],
            _ => Long(first, mask, payload.Length),
        };
        if (!isMasked)
            return [.. header, .. payload];
        var masked = payload.ToArray();
        for (var i = 0; i < masked.Length; i++)
            masked[i] ^= Key[i % 4];
        return [.. header, .. Key, .. masked];
    }

    private static byte[] Long(int first, int mask, long length)
    {
        var header = new byte[10];
        (header[0], header[1]) = ((byte)first, (byte)(mask | 127));
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(2), length);
        return header;
    }
}
