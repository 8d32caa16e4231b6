using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Aleph.Actors.Http.WebSockets;

/// <summary>
/// One end of a WebSocket (RFC 6455) without IO: reads the peer's frames, writes ours, and keeps the closing handshake
/// in order. The driver owns it, gives it octets.
/// </summary>
internal sealed class WebSocketMachine : IDisposable
{
    private readonly MaskSource? _masks;
    private readonly MessageInflater? _inflater;
    private readonly MessageDeflater? _deflater;
    private readonly WebSocketReader _reader;
    private readonly PooledBuffer _compressed = new();
    private bool _inMessage;
    private bool _compresses;

    public WebSocketMachine(
        WebSocketRole role, WebSocketLimits limits, DeflateParameters? deflate = null, int level = 1)
    {
        _masks = role == WebSocketRole.Client ? new MaskSource() : null;
        if (deflate is not null)
        {
            _inflater = new MessageInflater(takesOver: !deflate.NoTakeoverFrom(Other(role)));
            _deflater = new MessageDeflater(!deflate.NoTakeoverFrom(role), deflate.WindowBitsOf(role), level);
        }

        _reader = new WebSocketReader(role, limits, _inflater);
    }

    /// <summary>What was read last.</summary>
    public WebSocketReader Input => _reader;

    /// <summary>Sees each frame that is read or written; null for nobody.</summary>
    public IFrameWatch? Watch
    {
        get => _reader.Watch;
        set => _reader.Watch = value;
    }

    /// <summary>Whether our Close was sent. Nothing may follow it (RFC 6455 5.5.1).</summary>
    public bool HasSentClose { get; private set; }

    /// <summary>What our Close said.</summary>
    public WebSocketClose SentClose { get; private set; }

    /// <summary>Whether messages can be compressed.</summary>
    public bool CanCompress => _deflater is not null;

    /// <summary>Whether compressing holds memory between messages, which <see cref="ReleaseContext"/> frees.</summary>
    public bool HoldsContext => _deflater is { HoldsContext: true };

    /// <inheritdoc cref="WebSocketReader.Read"/>
    public WebSocketEvent Read(ReadOnlySpan<byte> data, IBufferWriter<byte> output, out int consumed) =>
        _reader.Read(data, output, out consumed);

    /// <summary>
    /// Writes a piece of a message: as one frame, or, compressed and not the last one, possibly none.
    /// </summary>
    /// <param name="output">Gets the frame.</param>
    /// <param name="isText">Whether the message is text; counts for its first piece.</param>
    /// <param name="piece">The octets.</param>
    /// <param name="isLast">Whether the message ends with it.</param>
    /// <param name="compress">Whether to compress the message, if that was agreed; counts for its first piece.</param>
    public void WritePiece(OutputBuffer output, bool isText, ReadOnlySpan<byte> piece, bool isLast, bool compress)
    {
        EnsureOpen();
        var isFirst = !_inMessage;
        if (isFirst)
            _compresses = compress && _deflater is not null && !(isLast && piece.IsEmpty);
        if (!_compresses)
        {
            WriteFrame(output, FirstOctet(isText, isFirst, isLast), piece);
            _inMessage = !isLast;
            return;
        }

        _deflater!.Compress(piece, isLast, _compressed);
        if (isLast || _compressed.Length > 0)
        {
            WriteFrame(output, FirstOctet(isText, isFirst, isLast), _compressed.Span);
            _inMessage = !isLast;
        }

        if (isLast)
            _compressed.Release();
        else
            _compressed.Clear();
    }

    /// <summary>Writes a Ping with up to 125 octets.</summary>
    public void WritePing(OutputBuffer output, ReadOnlySpan<byte> payload)
    {
        EnsureOpen();
        WriteFrame(output, FrameHeader.Fin | (byte)WebSocketOpcode.Ping, payload);
    }

    /// <summary>Writes a Pong with up to 125 octets.</summary>
    public void WritePong(OutputBuffer output, ReadOnlySpan<byte> payload)
    {
        EnsureOpen();
        WriteFrame(output, FrameHeader.Fin | (byte)WebSocketOpcode.Pong, payload);
    }

    /// <summary>Writes the Close frame, once; false when there was one.</summary>
    public bool TryWriteClose(OutputBuffer output, WebSocketClose close)
    {
        if (HasSentClose)
            return false;
        HasSentClose = true;
        SentClose = close;
        Span<byte> payload = stackalloc byte[FrameHeader.LongestControl];
        var length = 0;
        if (close.Code != WebSocketClose.NoStatus)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)close.Code);
            length = 2 + Encoding.UTF8.GetBytes(close.Reason, payload[2..]);
        }

        WriteFrame(output, FrameHeader.Fin | (byte)WebSocketOpcode.Close, payload[..length]);
        return true;
    }

    /// <summary>
    /// Writes a message that was encoded before, as one frame without a mask; for servers, between messages.
    /// </summary>
    public void WriteEncoded(OutputBuffer output, ReadOnlySpan<byte> frame, bool isCompressed)
    {
        EnsureOpen();
        output.Write(frame);
        if (Watch is { } watch && FrameHeader.TryRead(frame, out var header))
            watch.Sent(header.First, header.Length);

        // The peer's window now ends with a message that ours does not know.
        if (isCompressed)
            ReleaseContext();
    }

    /// <summary>Frees what compressing holds between messages. Not within a message.</summary>
    public void ReleaseContext() => _deflater?.Reset();

    /// <inheritdoc/>
    public void Dispose()
    {
        _inflater?.Dispose();
        _deflater?.Dispose();
        _compressed.Release();
    }

    private void EnsureOpen()
    {
        if (HasSentClose)
            throw new InvalidOperationException("A frame was to be sent after Close (RFC 6455 5.5.1).");
    }

    private byte FirstOctet(bool isText, bool isFirst, bool isLast)
    {
        var opcode = isFirst ? isText ? WebSocketOpcode.Text : WebSocketOpcode.Binary : WebSocketOpcode.Continuation;
        return (byte)((byte)opcode | (isLast ? FrameHeader.Fin : 0) | (isFirst && _compresses ? FrameHeader.Rsv1 : 0));
    }

    private void WriteFrame(OutputBuffer output, byte first, ReadOnlySpan<byte> payload)
    {
        Watch?.Sent(first, payload.Length);
        var key = _masks?.Next();
        var size = FrameHeader.Write(output.GetSpan(FrameHeader.Longest), first, payload.Length, key);
        output.Advance(size);
        if (key is { } mask)
            WriteMasked(output, payload, mask);
        else
            output.Write(payload);
    }

    private static void WriteMasked(OutputBuffer output, ReadOnlySpan<byte> payload, uint mask)
    {
        for (var at = 0; at < payload.Length;)
        {
            var room = output.GetSpan(1);
            var count = Math.Min(room.Length, payload.Length - at);
            Masking.Apply(payload.Slice(at, count), room, mask, at);
            output.Advance(count);
            at += count;
        }
    }

    private static WebSocketRole Other(WebSocketRole role) =>
        role == WebSocketRole.Server ? WebSocketRole.Client : WebSocketRole.Server;
}
