using System.Net.WebSockets;

namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>A WebSocket as the .NET runtime's own type, for code that is written for it.</summary>
internal sealed class BclWebSocket(WebSocketConnection socket, Inbox inbox) : WebSocket
{
    private MessagePiece? _current;
    private ReadOnlyMemory<byte> _rest;
    private WebSocketClose? _peerClose;
    private bool _hasClosed;
    private bool _aborted;
    private bool _inMessage;
    private int _isReceiving;

    public override WebSocketCloseStatus? CloseStatus =>
        _peerClose is { Code: var code } ? (WebSocketCloseStatus)code : null;

    public override string? CloseStatusDescription => _peerClose?.Reason;

    public override string? SubProtocol => socket.Info.SubProtocol;

    public override WebSocketState State
    {
        get
        {
            if (_aborted || (socket.Closed is { IsCompletedSuccessfully: true, Result: var end } && !IsOrderly(end)))
                return WebSocketState.Aborted;
            return (_hasClosed, _peerClose) switch
            {
                (true, not null) => WebSocketState.Closed,
                (true, null) => socket.Closed.IsCompleted ? WebSocketState.Closed : WebSocketState.CloseSent,
                (false, not null) => WebSocketState.CloseReceived,
                _ => WebSocketState.Open,
            };
        }
    }

    public override void Abort()
    {
        _aborted = true;
        socket.Abort();
    }

    public override async Task CloseAsync(
        WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        await CloseOutputAsync(closeStatus, statusDescription, cancellationToken).ConfigureAwait(false);
        socket.Driver.DiscardSoon();
        _peerClose ??= await socket.Closed.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (!IsOrderly(_peerClose.Value))
            throw Broken();
    }

    public override Task CloseOutputAsync(
        WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        socket.TryCloseOutput(new WebSocketClose((int)closeStatus, statusDescription ?? ""));
        _hasClosed = true;
        return Task.CompletedTask;
    }

    public override void Dispose()
    {
        if (State is not (WebSocketState.Closed or WebSocketState.CloseReceived))
            Abort();
    }

    public override async Task<WebSocketReceiveResult> ReceiveAsync(
        ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        var result = await ReceiveAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false);
        return result.MessageType == WebSocketMessageType.Close
            ? new WebSocketReceiveResult(0, WebSocketMessageType.Close, true, CloseStatus, CloseStatusDescription)
            : new WebSocketReceiveResult(result.Count, result.MessageType, result.EndOfMessage);
    }

    public override async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(
        Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isReceiving, 1) != 0)
            throw new InvalidOperationException("Another read of the WebSocket is under way.");
        try
        {
            return await ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _isReceiving, 0);
        }
    }

    private async ValueTask<ValueWebSocketReceiveResult> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_current is null)
        {
            _current = await inbox.NextAsync(cancellationToken).ConfigureAwait(false);
            _rest = _current?.Bytes ?? default;
        }

        if (_current is not { } piece)
            return Ended();
        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        var isLast = _rest.IsEmpty && piece.IsLast;
        if (_rest.IsEmpty)
        {
            piece.Release();
            _current = null;
        }

        var type = piece.IsText ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
        return new ValueWebSocketReceiveResult(count, type, isLast);
    }

    public override Task SendAsync(
        ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage,
        CancellationToken cancellationToken) =>
        SendAsync(buffer.AsMemory(), messageType, endOfMessage, cancellationToken).AsTask();

    public override ValueTask SendAsync(
        ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage,
        CancellationToken cancellationToken) =>
        SendAsync(
            buffer, messageType, endOfMessage ? WebSocketMessageFlags.EndOfMessage : WebSocketMessageFlags.None,
            cancellationToken);

    public override async ValueTask SendAsync(
        ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, WebSocketMessageFlags messageFlags,
        CancellationToken cancellationToken)
    {
        if (messageType == WebSocketMessageType.Close)
            throw new ArgumentException("A Close is sent by CloseAsync.", nameof(messageType));
        var isLast = messageFlags.HasFlag(WebSocketMessageFlags.EndOfMessage);
        var owner = _inMessage || !isLast ? this : null;
        _inMessage = !isLast;
        bool? compress = messageFlags.HasFlag(WebSocketMessageFlags.DisableCompression) ? false : null;
        try
        {
            var isText = messageType == WebSocketMessageType.Text;
            await socket.SendAsync(buffer, isText, compress, cancellationToken, owner, isLast).ConfigureAwait(false);
        }
        catch (WebSocketClosedException cause)
        {
            throw new WebSocketException(WebSocketError.InvalidState, cause);
        }
    }

    private ValueWebSocketReceiveResult Ended()
    {
        var close = inbox.End ?? default;
        _aborted |= !IsOrderly(close);
        if (_aborted)
            throw Broken();
        _peerClose = close;
        return new ValueWebSocketReceiveResult(0, WebSocketMessageType.Close, true);
    }

    private bool IsOrderly(WebSocketClose close) => socket.IsOrderly(close);

    private static WebSocketException Broken() => new(WebSocketError.ConnectionClosedPrematurely);
}
