using Aleph.Actors.Http.Exchanges;
using Aleph.Actors.Http.WebSockets;

namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>
/// The sending side of one WebSocket: what waits, the order in which it leaves, when it is compressed. Owned by the
/// driver. On the turn, but for what the outbox and the list of Pings allow others.
/// </summary>
internal sealed class WebSocketOutput(WebSocketSpec spec, WebSocketMachine machine, WebSocketTraffic traffic)
{
    private IByteChannel _channel = null!;
    private WebSocketDeadlines _deadlines = null!;
    private byte[]? _pong;

    public Outbox Outbox { get; } = new();

    public PingList Pings { get; } = new();

    /// <summary>Whether there is room and nothing waits, so that our Close may be next.</summary>
    public bool IsDone => !machine.HasSentClose && HasRoom && Outbox.Current() is null;

    private bool HasRoom => !_channel.Output.IsAboveHighMark;

    public void Start(IByteChannel channel, WebSocketDeadlines deadlines) =>
        (_channel, _deadlines) = (channel, deadlines);

    /// <summary>Sends a whole message at once if it may pass all that waits.</summary>
    public bool TrySendNow(ReadOnlySpan<byte> data, bool isText, bool? compress)
    {
        if (data.Length > spec.Settings.FragmentSize || !HasRoom || !Outbox.IsIdle)
            return false;
        machine.WritePiece(_channel.Output, isText, data, isLast: true, MayCompress(compress, data.Length));
        Count(data.Length, isLast: true);
        return true;
    }

    /// <summary>Sends what waits, as far as there is room.</summary>
    public void Send()
    {
        SendControl();
        while (!machine.HasSentClose && HasRoom && Outbox.Current() is { } item)
        {
            if (!Write(item))
                continue;
            Outbox.Remove();
            item.Done();
        }
    }

    public void Heartbeat()
    {
        if (!machine.HasSentClose)
            WritePing(default);
    }

    // At most one Pong waits, the last (RFC 6455 5.5.3), so that a peer that only pings costs nothing.
    public void Answer(ReadOnlySpan<byte> payload)
    {
        if (machine.HasSentClose)
            return;
        if (HasRoom)
            machine.WritePong(_channel.Output, payload);
        else
            _pong = payload.ToArray();
    }

    /// <summary>Frees the memory of compression, unless it is in use.</summary>
    public void ReleaseContext()
    {
        if (Outbox.IsIdle || machine.HasSentClose)
            machine.ReleaseContext();
        else
            _deadlines.ContextUsed();
    }

    /// <summary>Nothing more is sent: all that waits fails.</summary>
    public void GiveUp(WebSocketClose close)
    {
        foreach (var item in Outbox.Abandon(close))
            item.Failed(new WebSocketClosedException(close));
    }

    private void SendControl()
    {
        if (machine.HasSentClose || !HasRoom)
            return;
        if (_pong is { } pong)
            machine.WritePong(_channel.Output, pong);
        _pong = null;
        while (HasRoom && Pings.Next(_channel.Now) is { } ping)
            WritePing(ping.Payload.Span);
    }

    private void WritePing(ReadOnlySpan<byte> payload)
    {
        machine.WritePing(_channel.Output, payload);
        traffic.Add(WebSocketCount.PingsSent);
    }

    /// <summary>Writes what fits one frame; true when that was the last of it.</summary>
    private bool Write(SendItem item)
    {
        if (item.Encoded is { } encoded)
        {
            WriteEncoded(encoded);
            return true;
        }

        var rest = item.Data.Span[item.Written..];
        var piece = rest[..Math.Min(rest.Length, spec.Settings.FragmentSize)];
        item.Written += piece.Length;
        var isDone = piece.Length == rest.Length;
        machine.WritePiece(
            _channel.Output, item.IsText, piece, isDone && item.IsLast, MayCompress(item.Compress, item.Data.Length));
        Count(piece.Length, isDone && item.IsLast);
        return isDone;
    }

    private void WriteEncoded(EncodedMessage encoded)
    {
        var isCompressed = spec.Deflate?.ServerBits == DeflateParameters.MostBits && encoded.Compressed is not null;
        var frame = isCompressed ? encoded.Compressed!.Value : encoded.Plain;
        machine.WriteEncoded(_channel.Output, frame.Span, isCompressed);
        Count(encoded.Size, isLast: true);
    }

    private void Count(int bytes, bool isLast)
    {
        traffic.Add(WebSocketCount.BytesSent, bytes);
        if (isLast)
            traffic.Add(WebSocketCount.MessagesSent);
    }

    private bool MayCompress(bool? wanted, int size)
    {
        var compresses = wanted ?? size >= spec.Settings.CompressionThreshold;
        if (compresses && machine.CanCompress)
            _deadlines.ContextUsed();
        return compresses;
    }
}
