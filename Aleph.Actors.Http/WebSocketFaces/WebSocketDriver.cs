using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Http.Exchanges;
using Aleph.Actors.Http.WebSockets;

namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>
/// Runs one WebSocket on the turn of its channel, at either end: feeds the machine, hands messages to the face, sends
/// what waits in the outbox, answers Pings, keeps time, and closes. Other threads reach it by <see cref="Wake"/>.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The machine is disposed when the connection ends.")]
internal sealed class WebSocketDriver(
    WebSocketSpec spec, WebSocketFace face, Action<WebSocketDriver>? opened = null)
{
    private const int PieceSize = 64 * 1024;

    [ThreadStatic]
    private static WebSocketDriver? _onTurn;

    private readonly WebSocketMachine _machine = new(
        spec.Role, spec.Settings.Limits(), spec.Deflate, spec.Settings.CompressionLevel);
    private readonly PooledBuffer _input = new();
    private IByteChannel _channel = null!;
    private WebSocketDeadlines _deadlines = null!;
    private Phase _phase;
    private WebSocketClose? _peerClose;
    private ConnectionEnd? _end;
    private byte[]? _pong;
    private int _unread;
    private int _woken;
    private bool _peerClosed;
    private bool _isPaused;
    private bool _inputEnded;
    private volatile bool _discards;
    private volatile bool _aborts;

    private enum Phase
    {
        /// <summary>Messages go both ways, or ours no longer since our Close was sent.</summary>
        Open,

        /// <summary>All is said; what still comes is thrown away until the peer ends its side.</summary>
        Discarding,

        /// <summary>Closed.</summary>
        Ended,
    }

    public WebSocketSpec Spec => spec;

    public WebSocketInfo Info { get; private set; } = spec.Info;

    public IByteChannel Channel => _channel;

    public Outbox Outbox { get; } = new();

    public PingList Pings { get; } = new();

    public TaskCompletionSource<WebSocketClose> Closed { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Deadline => _phase == Phase.Ended ? long.MaxValue : _deadlines.Next();

    /// <summary>Whether the peer broke the protocol.</summary>
    public bool HasFault => _machine.Input.Fault is not null;

    /// <summary>Whether the running code was called by this driver, on its turn.</summary>
    public bool IsOnTurn => _onTurn == this;

    public void Start(IByteChannel channel)
    {
        _channel = channel;
        _deadlines = new WebSocketDeadlines(channel, spec.Settings);
        var info = channel.Info;
        Info = spec.Info with
        {
            ConnectionId = info.Id,
            LocalEndPoint = info.LocalEndPoint,
            RemoteEndPoint = info.RemoteEndPoint,
        };
        face.Opened(this);
        opened?.Invoke(this);
    }

    /// <summary>Something was asked for: a turn looks after it. Any thread.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _woken, 1) == 0)
            _channel.Self.Tell(WakeUp.Instance, ActorRefs.NoSender);
    }

    /// <summary>Until the answer is disposed, this thread is the turn's: what it sends needs no message.</summary>
    public OnTurnScope EnterTurn() => new(this);

    public int Receive(ReadOnlySpan<byte> data)
    {
        if (_phase != Phase.Open)
            return data.Length;
        if (!data.IsEmpty)
            _deadlines.Heard();
        var consumed = 0;
        while (Step(data, ref consumed))
        {
        }

        if (_input.Length > 0 && _phase == Phase.Open)
            Deliver(isLast: false);
        if (_input.Length == 0)
            _input.Release();
        _unread = _phase == Phase.Open ? data.Length - consumed : 0;
        PauseIfFull();
        EndIfPeerClosed();
        return data.Length - _unread;
    }

    public void OnMessage(object message)
    {
        if (message is WakeUp)
        {
            Interlocked.Exchange(ref _woken, 0);
            if (_aborts)
                Abort(new ConnectionEnd(ConnectionEndReason.AbortedByApplication));
            Advance();
            Resume();
        }
        else if (!face.OnMessage(message))
        {
            _channel.Log.Debug("A WebSocket was told {0}, which it does not know.", message.GetType());
        }
    }

    public void PeerClosed()
    {
        _peerClosed = true;
        if (_phase == Phase.Discarding)
            Close(_end ?? ConnectionEnd.Completed);
        else
            EndIfPeerClosed();
    }

    public void OnDeadline(long now)
    {
        switch (_deadlines.Due(now))
        {
            case WebSocketDeadline.Ping when !_machine.HasSentClose:
                _machine.WritePing(_channel.Output, default);
                break;
            case WebSocketDeadline.Dead:
                Abort(new ConnectionEnd(ConnectionEndReason.Timeout, "no answer to a heartbeat"));
                break;
            case WebSocketDeadline.Stalled:
                Abort(new ConnectionEnd(ConnectionEndReason.Timeout, "the peer takes nothing of what is sent"));
                break;
            case WebSocketDeadline.Close when _phase == Phase.Discarding:
                Close(_end ?? ConnectionEnd.Completed);
                break;
            case WebSocketDeadline.Close:
                Abort(new ConnectionEnd(ConnectionEndReason.Timeout, "the peer did not answer a Close"));
                break;
            case WebSocketDeadline.Context:
                ReleaseContext();
                break;
        }
    }

    /// <summary>The server goes down (RFC 6455 7.4.1).</summary>
    public void Drain()
    {
        if (_phase != Phase.Open)
            return;
        _end ??= ConnectionEnd.Drained;
        Outbox.TryClose(new WebSocketClose(WebSocketClose.GoingAway));
        Advance();
    }

    public void Ended(ConnectionEnd end)
    {
        _phase = Phase.Ended;
        var close = _peerClose ?? (_machine.Input.Fault is { } fault
            ? new WebSocketClose(fault.CloseCode, fault.Summary)
            : new WebSocketClose(WebSocketClose.Abnormal, end.Detail ?? end.Reason.ToString()));
        GiveUpOutput(close);
        EndInput(close);
        Pings.Close(close);
        _input.Release();
        _machine.Dispose();
        face.Ended(close);
        Closed.TrySetResult(close);
    }

    /// <summary>
    /// No one wants what still comes: it is thrown away, so that the peer's Close is seen. Any thread.
    /// </summary>
    public void DiscardSoon()
    {
        _discards = true;
        Wake();
    }

    /// <summary>Resets the connection. Any thread.</summary>
    public void AbortSoon()
    {
        _aborts = true;
        Wake();
    }

    private void Abort(ConnectionEnd end)
    {
        if (_phase == Phase.Ended)
            return;
        _phase = Phase.Ended;
        _channel.Abort(end);
    }

    /// <summary>Sends a whole message at once if it may pass all that waits. On the turn.</summary>
    public bool TrySendNow(ReadOnlySpan<byte> data, bool isText, bool? compress)
    {
        if (!IsOnTurn || _phase != Phase.Open || data.Length > spec.Settings.FragmentSize
            || _channel.Output.IsAboveHighMark || !Outbox.IsIdle)
        {
            return false;
        }

        _machine.WritePiece(_channel.Output, isText, data, isLast: true, MayCompress(compress, data.Length));
        return true;
    }

    /// <summary>Sends what waits, as far as there is room.</summary>
    public void Advance()
    {
        if (_phase != Phase.Open)
            return;
        SendControl();
        while (!_machine.HasSentClose && !_channel.Output.IsAboveHighMark && Outbox.Current() is { } item)
        {
            if (!Write(item))
                continue;
            Outbox.Remove();
            item.Done();
        }

        if (Outbox.Closing is { } close)
            FinishOutput(close);
        face.Sent();
    }

    private void FinishOutput(WebSocketClose close)
    {
        _deadlines.Closing();
        if (_machine.HasSentClose || _channel.Output.IsAboveHighMark || Outbox.Current() is not null)
            return;
        _machine.TryWriteClose(_channel.Output, close);
        Resume();
    }

    private bool Step(ReadOnlySpan<byte> data, ref int consumed)
    {
        if (_phase != Phase.Open || !(face.HasRoom || _discards))
            return false;
        var happened = _machine.Read(data[consumed..], _input, out var count);
        consumed += count;
        switch (happened)
        {
            case WebSocketEvent.NeedMore:
                return false;
            case WebSocketEvent.Data:
                if (_input.Length >= PieceSize)
                    Deliver(isLast: false);
                return true;
            case WebSocketEvent.MessageEnd:
                Deliver(isLast: true);
                return true;
            case WebSocketEvent.Ping:
                Answer(_machine.Input.Control);
                face.Pinged(_machine.Input.Control);
                return true;
            case WebSocketEvent.Pong:
                Pings.Ponged(_machine.Input.Control, _channel.Time, _channel.Now);
                face.Ponged(_machine.Input.Control);
                return true;
            case WebSocketEvent.Close:
                OnPeerClose(_machine.Input.Close);
                return false;
            default:
                Fail(_machine.Input.Fault!);
                return false;
        }
    }

    private void Deliver(bool isLast)
    {
        if (!_discards)
            face.Received(_input.Span, _machine.Input.IsText, isLast);
        if (_input.Length > PieceSize)
            _input.Release();
        else
            _input.Clear();
    }

    // At most one Pong waits, the last (RFC 6455 5.5.3), so that a peer that only pings costs nothing.
    private void Answer(ReadOnlySpan<byte> payload)
    {
        if (_machine.HasSentClose)
            return;
        if (_channel.Output.IsAboveHighMark)
            _pong = payload.ToArray();
        else
            _machine.WritePong(_channel.Output, payload);
    }

    private void SendControl()
    {
        if (_machine.HasSentClose || _channel.Output.IsAboveHighMark)
            return;
        if (_pong is { } pong)
            _machine.WritePong(_channel.Output, pong);
        _pong = null;
        while (!_channel.Output.IsAboveHighMark && Pings.Next(_channel.Now) is { } ping)
            _machine.WritePing(_channel.Output, ping.Payload.Span);
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
        _machine.WritePiece(
            _channel.Output, item.IsText, piece, isDone && item.IsLast, MayCompress(item.Compress, item.Data.Length));
        return isDone;
    }

    private void WriteEncoded(EncodedMessage encoded)
    {
        var isCompressed = spec.Deflate?.ServerBits == DeflateParameters.MostBits && encoded.Compressed is not null;
        var frame = isCompressed ? encoded.Compressed!.Value : encoded.Plain;
        _machine.WriteEncoded(_channel.Output, frame.Span, isCompressed);
    }

    private bool MayCompress(bool? wanted, int size)
    {
        var compresses = wanted ?? size >= spec.Settings.CompressionThreshold;
        if (compresses && _machine.CanCompress)
            _deadlines.ContextUsed();
        return compresses;
    }

    private void ReleaseContext()
    {
        if (Outbox.IsIdle || _machine.HasSentClose)
            _machine.ReleaseContext();
        else
            _deadlines.ContextUsed();
    }

    private void OnPeerClose(WebSocketClose close)
    {
        _peerClose = close;
        GiveUpOutput(close);
        EndInput(close);
        _machine.TryWriteClose(_channel.Output, close.Code == WebSocketClose.NoStatus ? close : close with
        {
            Reason = "",
        });

        // The server ends the connection first (RFC 6455 7.1.1).
        if (spec.Role == WebSocketRole.Server)
            Close(_end ?? ConnectionEnd.Completed);
        else
            BeginDiscarding(_end ?? ConnectionEnd.Completed);
    }

    private void Fail(WebSocketFault fault)
    {
        _channel.Log.Debug("A WebSocket is closed with {0}: {1}", fault.CloseCode, fault.Summary);
        var close = new WebSocketClose(fault.CloseCode, fault.Summary);
        GiveUpOutput(close);
        EndInput(close);
        _machine.TryWriteClose(_channel.Output, close);

        // What is unread would make a reset of the close, which could overtake our Close frame.
        _channel.ShutdownOutput();
        var reason = fault.CloseCode == WebSocketClose.MessageTooBig
            ? ConnectionEndReason.LimitExceeded
            : ConnectionEndReason.ProtocolError;
        BeginDiscarding(new ConnectionEnd(reason, fault.Summary));
    }

    private void BeginDiscarding(ConnectionEnd end)
    {
        _phase = Phase.Discarding;
        _end = end;
        _deadlines.Closing();
        _channel.ResumeReading();
        if (_peerClosed)
            Close(end);
    }

    private void EndIfPeerClosed()
    {
        // What the application has no room for yet may hold the peer's Close.
        if (!_peerClosed || _phase != Phase.Open || (_isPaused && _unread > 0))
            return;
        Close(new ConnectionEnd(ConnectionEndReason.PeerClosed, "the connection ended without a Close"));
    }

    private void Close(ConnectionEnd end)
    {
        _phase = Phase.Ended;
        _channel.Close(end);
    }

    private void GiveUpOutput(WebSocketClose close)
    {
        foreach (var item in Outbox.Abandon(close))
            item.Failed(new WebSocketClosedException(close));
    }

    private void EndInput(WebSocketClose close)
    {
        if (_inputEnded)
            return;
        _inputEnded = true;
        face.InputEnded(close);
    }

    private void PauseIfFull()
    {
        if (_phase != Phase.Open || _isPaused || face.HasRoom || _discards)
            return;
        _isPaused = true;
        _channel.PauseReading();
        _deadlines.SetDeaf(true);
    }

    /// <summary>The face may have room again: reads on. On the turn.</summary>
    public void Resume()
    {
        if (!_isPaused || !(face.HasRoom || _discards))
            return;
        _isPaused = false;
        _deadlines.SetDeaf(false);
        _channel.ResumeReading();
    }

    /// <summary>A connection's message to itself: see what was asked for.</summary>
    private sealed class WakeUp : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static WakeUp Instance { get; } = new();
    }

    /// <summary>While it lives, its thread is the turn's.</summary>
    internal readonly ref struct OnTurnScope
    {
        private readonly WebSocketDriver? _before;

        public OnTurnScope(WebSocketDriver driver)
        {
            _before = _onTurn;
            _onTurn = driver;
        }

        public void Dispose() => _onTurn = _before;
    }
}
