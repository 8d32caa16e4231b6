using Aleph.Actors.Http.WebSockets;

namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>
/// A message as one frame of a server, encoded once for many connections: plain, and compressed without a context where
/// somebody wants that.
/// </summary>
internal sealed class EncodedMessage
{
    private EncodedMessage(byte[] plain, int size, Lazy<byte[]?> compressed) =>
        (Plain, Size, _compressed) = (plain, size, compressed);

    private readonly Lazy<byte[]?> _compressed;

    /// <summary>How many octets the message itself has.</summary>
    public int Size { get; }

    /// <summary>The plain frame.</summary>
    public ReadOnlyMemory<byte> Plain { get; }

    /// <summary>The compressed frame for a window of 15 bits; null where the message is too short for that.</summary>
    public ReadOnlyMemory<byte>? Compressed =>
        _compressed.Value is { } frame ? new ReadOnlyMemory<byte>(frame) : default(ReadOnlyMemory<byte>?);

    /// <summary>Encodes a message; it is compressed when first asked for, once.</summary>
    public static EncodedMessage Of(bool isText, ReadOnlySpan<byte> payload, WebSocketSettings settings)
    {
        var opcode = isText ? WebSocketOpcode.Text : WebSocketOpcode.Binary;
        var first = (byte)(FrameHeader.Fin | (byte)opcode);
        var plain = Frame(first, payload);
        var (start, level) = (plain.Length - payload.Length, settings.CompressionLevel);
        var isWorthIt = payload.Length > 0 && payload.Length >= settings.CompressionThreshold;
        return new EncodedMessage(plain, payload.Length, new Lazy<byte[]?>(
            () => isWorthIt ? Compress(first, plain.AsSpan(start), level) : null));
    }

    private static byte[] Compress(byte first, ReadOnlySpan<byte> payload, int level)
    {
        using var deflater = new MessageDeflater(takesOver: false, DeflateParameters.MostBits, level);
        var buffer = new PooledBuffer();
        deflater.Compress(payload, isLast: true, buffer);
        var frame = Frame((byte)(first | FrameHeader.Rsv1), buffer.Span);
        buffer.Release();
        return frame;
    }

    private static byte[] Frame(byte first, ReadOnlySpan<byte> payload)
    {
        Span<byte> header = stackalloc byte[FrameHeader.Longest];
        var size = FrameHeader.Write(header, first, payload.Length, null);
        return [.. header[..size], .. payload];
    }
}
