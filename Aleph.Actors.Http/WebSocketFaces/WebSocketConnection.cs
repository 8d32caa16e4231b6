using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text;
using Aleph.Actors.Http.WebSocketFaces;

namespace Aleph.Actors.Http;

/// <summary>
/// One open WebSocket, at either end: sends and receives messages, pings, and closes. Any thread; one reader at a time,
/// any number of senders, whose messages are sent whole and in the order of the calls.
/// </summary>
public sealed class WebSocketConnection
{
    private readonly WebSocketDriver _driver;
    private readonly Inbox? _inbox;
    private readonly List<MessagePiece> _parts = [];
    private long _pings;

    internal WebSocketConnection(WebSocketDriver driver, Inbox? inbox) => (_driver, _inbox) = (driver, inbox);

    /// <summary>What the handshake came to, and who is connected to whom.</summary>
    public WebSocketInfo Info => _driver.Info;

    /// <summary>
    /// Ends when the connection has: with what the peer's Close said; where there was none, with what this side had to
    /// close it for (RFC 6455 7.4.1), or 1006 and the reason why it broke. Never fails.
    /// </summary>
    public Task<WebSocketClose> Closed => _driver.Closed.Task;

    internal WebSocketDriver Driver => _driver;

    /// <summary>What was received and sent so far.</summary>
    public WebSocketStatistics GetStatistics() => _driver.Statistics();

    /// <summary>Sends a text message.</summary>
    /// <param name="text">The text; lone surrogates are sent as U+FFFD.</param>
    /// <param name="cancellationToken">Takes the message back while it waits to be sent.</param>
    /// <returns>
    /// Ends when the message was handed over for sending, which takes as long as the peer makes it wait.
    /// </returns>
    /// <exception cref="WebSocketClosedException">The WebSocket is closed, or closes before.</exception>
    public ValueTask SendAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return SendAsync(Encoding.UTF8.GetBytes(text), isText: true, null, cancellationToken);
    }

    /// <summary>Sends a binary message.</summary>
    /// <param name="bytes">Must not be changed until the task has ended.</param>
    /// <param name="cancellationToken">Takes the message back while it waits to be sent.</param>
    /// <inheritdoc cref="SendAsync(string, CancellationToken)"/>
    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) =>
        SendAsync(bytes, isText: false, null, cancellationToken);

    /// <summary>Sends a message in memory.</summary>
    /// <exception cref="ArgumentException">The message is streamed.</exception>
    /// <inheritdoc cref="SendAsync(string, CancellationToken)"/>
    public ValueTask SendAsync(WebSocketMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.Source is not null)
            throw new ArgumentException("A streamed message is sent by a flow only.", nameof(message));
        return SendAsync(message.Bytes, message.IsText, message.Compress, cancellationToken);
    }

    /// <summary>The next message, in memory; null when the peer has closed the WebSocket, or this side has.</summary>
    /// <param name="cancellationToken">Ends the waiting; no message is lost by it.</param>
    /// <exception cref="WebSocketClosedException">The connection broke, or the peer broke the protocol.</exception>
    /// <exception cref="InvalidOperationException">
    /// Another read is under way, or messages go to a function, actor or flow.
    /// </exception>
    public async ValueTask<WebSocketMessage?> ReceiveAsync(CancellationToken cancellationToken = default)
    {
        var inbox = ReadableInbox();
        while (await inbox.NextAsync(cancellationToken).ConfigureAwait(false) is { } piece)
        {
            if (piece.IsLast && _parts.Count == 0)
                return WebSocketMessage.Of(piece.IsText, piece.Bytes);
            _parts.Add(piece);
            if (piece.IsLast)
            {
                var message = WebSocketMessage.Assemble(_parts);
                _parts.Clear();
                return message;
            }
        }

        _parts.Clear();
        var close = inbox.End ?? throw new InvalidOperationException("Another read of the WebSocket is under way.");
        if (IsOrderly(close))
            return null;
        throw new WebSocketClosedException(close);
    }

    /// <summary>All messages, until the WebSocket is closed.</summary>
    /// <inheritdoc cref="ReceiveAsync"/>
    public async IAsyncEnumerable<WebSocketMessage> ReadAllAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await ReceiveAsync(cancellationToken).ConfigureAwait(false) is { } message)
            yield return message;
    }

    /// <summary>Sends a Ping.</summary>
    /// <param name="payload">Up to 125 bytes; default a number of its own.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Ends with its Pong: the time in between. Answered by a later Pong as well (RFC 6455 5.5.3).</returns>
    /// <exception cref="WebSocketClosedException">The WebSocket is closed, or closes before.</exception>
    public Task<TimeSpan> PingAsync(
        ReadOnlyMemory<byte>? payload = null, CancellationToken cancellationToken = default)
    {
        if (payload is { Length: > 125 } tooLong)
            throw new ArgumentException($"A Ping has at most 125 bytes, not {tooLong.Length}.", nameof(payload));
        var ping = new PendingPing(payload ?? BitConverter.GetBytes(Interlocked.Increment(ref _pings)));
        if (!_driver.Pings.TryAdd(ping))
            return Task.FromException<TimeSpan>(ClosedException());
        _driver.Wake();
        return ping.Answer.Task.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Closes: what was handed over before is sent, then one Close frame, whoever calls how often; messages that still
    /// come are thrown away. Waits for the peer's Close up to <see cref="WebSocketSettings.CloseTimeout"/>.
    /// </summary>
    /// <param name="code">1000 to 1003, 1007 to 1014, or 3000 to 4999. Default 1000.</param>
    /// <param name="reason">Up to 123 bytes of UTF-8.</param>
    /// <returns>How it was closed: see <see cref="Closed"/>.</returns>
    /// <exception cref="ArgumentException">Code or reason may not be sent.</exception>
    public Task<WebSocketClose> CloseAsync(int code = WebSocketClose.Normal, string reason = "")
    {
        TryClose(code, reason);
        return Closed;
    }

    /// <summary>As <see cref="CloseAsync"/>, without waiting.</summary>
    /// <returns>True for the one call that closes it; false when it is closing or closed already.</returns>
    /// <exception cref="ArgumentException">Code or reason may not be sent.</exception>
    public bool TryClose(int code = WebSocketClose.Normal, string reason = "")
    {
        ArgumentNullException.ThrowIfNull(reason);
        var isFirst = TryCloseOutput(new WebSocketClose(code, reason));
        _driver.DiscardSoon();
        return isFirst;
    }

    /// <summary>Resets the connection, without a Close frame. Harmless when repeated.</summary>
    public void Abort() => _driver.AbortSoon();

    /// <summary>
    /// This WebSocket for code that is written for <see cref="WebSocket"/>. From then on only that may read, and it
    /// alone answers a peer's Close in its <see cref="WebSocket.State"/>; on the wire it is answered at once.
    /// </summary>
    /// <exception cref="InvalidOperationException">Messages go to a function, actor or flow.</exception>
    public WebSocket AsWebSocket()
    {
        var inbox = ReadableInbox();
        inbox.UsePool();
        return new BclWebSocket(this, inbox);
    }

    /// <summary>Address and state, for logs.</summary>
    public override string ToString() => $"WebSocket {Info.ConnectionId} with {Info.RemoteEndPoint}";

    internal bool TryCloseOutput(WebSocketClose close)
    {
        var isFirst = _driver.Outbox.TryClose(close.Checked(nameof(close)));
        if (isFirst)
            _driver.Wake();
        return isFirst;
    }

    internal ValueTask SendAsync(
        ReadOnlyMemory<byte> bytes, bool isText, bool? compress, CancellationToken cancellationToken,
        object? owner = null, bool isLast = true)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        if (owner is null && _driver.TrySendNow(bytes.Span, isText, compress))
            return default;
        var item = new AwaitedItem
        {
            Data = bytes,
            IsText = isText,
            Compress = compress,
            Owner = owner,
            IsLast = isLast,
        };
        if (!_driver.Outbox.TryAdd(item))
            return ValueTask.FromException(ClosedException());
        item.CancelBy(cancellationToken);

        // Where messages go to a function, that turn could run it, on the sender's stack.
        if (_inbox is null)
            _driver.Wake();
        else
            _driver.WakeHere();
        return item.Completion;
    }

    internal bool TrySendEncoded(EncodedMessage message)
    {
        var isAdded = _driver.Outbox.TryAdd(new UnawaitedItem { Data = message.Plain, Encoded = message });
        if (isAdded)
            _driver.Wake();
        return isAdded;
    }

    internal WebSocketClosedException ClosedException() => new(
        Closed.IsCompletedSuccessfully ? Closed.Result : _driver.Outbox.Closing ?? default);

    internal bool IsOrderly(WebSocketClose close) => close.Code != WebSocketClose.Abnormal && !_driver.HasFault;

    private Inbox ReadableInbox() => _inbox ?? throw new InvalidOperationException(
        "The messages of this WebSocket go to its function, actor or flow; they cannot be read.");
}
