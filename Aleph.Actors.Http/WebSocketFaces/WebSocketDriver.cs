using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Connections;
using Aleph.Actors.Http.Exchanges;
using Aleph.Actors.Http.WebSockets;

namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>
/// Runs one WebSocket on the turn of its channel, at either end: feeds the machine, hands messages to the face, sends
/// what waits in the outbox, answers Pings, keeps time, and closes. Other threads reach it by <see cref="Wake"/>.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The machine is disposed when the connection ends.")]
internal sealed class WebSocketDriver
{
    private const int PieceSize = 64 * 1024;

    [ThreadStatic]
    private static WebSocketDriver? _onTurn;

    private readonly WebSocketFace _face;
    private readonly Action<WebSocketDriver>? _opened;
    private readonly WebSocketMachine _machine;
    private readonly WebSocketOutput _output;
    private readonly WebSocketTraffic _traffic;
    private readonly PooledBuffer _input = new();
    private IByteChannel _channel = null!;
    private WebSocketDeadlines _deadlines = null!;
    private Phase _phase;
    private WebSocketClose? _peerClose;
    private ConnectionEnd? _end;
    private WebSocketFrameLog? _log;
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

    /// <summary>Makes one that does nothing yet.</summary>
    /// <param name="spec">What was agreed on.</param>
    /// <param name="face">What the application sees.</param>
    /// <param name="opened">Called once it is open, on the turn.</param>
    public WebSocketDriver(WebSocketSpec spec, WebSocketFace face, Action<WebSocketDriver>? opened = null)
    {
        (Spec, Info, _face, _opened) = (spec, spec.Info, face, opened);
        _machine = new(spec.Role, spec.Settings.Limits(), spec.Deflate, spec.Settings.CompressionLevel);
        _traffic = new(WebSocketMeters.Of(spec.Role), spec.Counters);
        _output = new(spec, _machine, _traffic);
    }

    public WebSocketSpec Spec { get; }

    public WebSocketInfo Info { get; private set; }

    public IByteChannel Channel => _channel;

    public Outbox Outbox => _output.Outbox;

    public PingList Pings => _output.Pings;

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
        _deadlines = new WebSocketDeadlines(channel, Spec.Settings);
        _output.Start(channel, _deadlines);
        var info = channel.Info;
        Info = Info with
        {
            ConnectionId = info.Id,
            LocalEndPoint = info.LocalEndPoint,
            RemoteEndPoint = info.RemoteEndPoint,
        };
        _log = WebSocketFrameLog.For(channel.System, Spec.Settings.FrameLog, info);
        _machine.Watch = _log;
        _log?.Opened(Info);
        _traffic.Opened();
        _face.Opened(this);
        _opened?.Invoke(this);
    }

    /// <summary>The counters now. Any thread.</summary>
    public WebSocketStatistics Statistics() => _traffic.Statistics(Outbox.Bytes);

    /// <summary>Something was asked for: a turn looks after it. Any thread.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _woken, 1) == 0)
            _channel.Self.Tell(WakeUp.Instance, ActorRefs.NoSender);
    }

    /// <summary>
    /// The same, and the turn is here and now if it can be. Only where the face runs no code of a user on the turn: it
    /// would be on the caller's stack.
    /// </summary>
    public void WakeHere()
    {
        if (Interlocked.Exchange(ref _woken, 1) == 0)
            IoDispatcher.TellHere(_channel.Self, WakeUp.Instance);
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
        _traffic.Tell();
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
        else if (!_face.OnMessage(message))
        {
            _channel.Log.Debug("A WebSocket was told {0}, which it does not know.", message.GetType());
        }
        else
        {
            _traffic.Tell();
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
            case WebSocketDeadline.Ping:
                _output.Heartbeat();
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
                _output.ReleaseContext();
                break;
        }

        _traffic.Tell();
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
        _output.GiveUp(close);
        EndInput(close);
        Pings.Close(close);
        _traffic.Ended(close.Code);
        _log?.Ended(close);
        _input.Release();
        _machine.Dispose();
        _face.Ended(close);
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
    public bool TrySendNow(ReadOnlySpan<byte> data, bool isText, bool? compress) =>
        IsOnTurn && _phase == Phase.Open && _output.TrySendNow(data, isText, compress);

    /// <summary>Sends what waits, as far as there is room.</summary>
    public void Advance()
    {
        if (_phase != Phase.Open)
            return;
        _output.Send();
        if (Outbox.Closing is { } close)
            FinishOutput(close);
        _face.Sent();
        _traffic.Tell();
    }

    private void FinishOutput(WebSocketClose close)
    {
        _deadlines.Closing();
        if (!_output.IsDone)
            return;
        _machine.TryWriteClose(_channel.Output, close);
        Resume();
    }

    private bool Step(ReadOnlySpan<byte> data, ref int consumed)
    {
        if (_phase != Phase.Open || !(_face.HasRoom || _discards))
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
                _traffic.Add(WebSocketCount.PingsReceived);
                _output.Answer(_machine.Input.Control);
                _face.Pinged(_machine.Input.Control);
                return true;
            case WebSocketEvent.Pong:
                _traffic.Add(WebSocketCount.PongsReceived);
                Pings.Ponged(_machine.Input.Control, _channel.Time, _channel.Now);
                _face.Ponged(_machine.Input.Control);
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
        _traffic.Add(WebSocketCount.BytesReceived, _input.Length);
        if (isLast)
            _traffic.Add(WebSocketCount.MessagesReceived);
        if (!_discards)
            _face.Received(_input.Span, _machine.Input.IsText, isLast);
        if (_input.Length > PieceSize)
            _input.Release();
        else
            _input.Clear();
    }

    private void OnPeerClose(WebSocketClose close)
    {
        _peerClose = close;
        _output.GiveUp(close);
        EndInput(close);
        _machine.TryWriteClose(_channel.Output, close.Code == WebSocketClose.NoStatus ? close : close with
        {
            Reason = "",
        });

        // The server ends the connection first (RFC 6455 7.1.1).
        if (Spec.Role == WebSocketRole.Server)
            Close(_end ?? ConnectionEnd.Completed);
        else
            BeginDiscarding(_end ?? ConnectionEnd.Completed);
    }

    private void Fail(WebSocketFault fault)
    {
        _log?.Failed(fault);
        _channel.Log.Debug("A WebSocket is closed with {0}: {1}", fault.CloseCode, fault.Summary);
        var close = new WebSocketClose(fault.CloseCode, fault.Summary);
        _output.GiveUp(close);
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

    private void EndInput(WebSocketClose close)
    {
        if (_inputEnded)
            return;
        _inputEnded = true;
        _face.InputEnded(close);
    }

    private void PauseIfFull()
    {
        if (_phase != Phase.Open || _isPaused || _face.HasRoom || _discards)
            return;
        _isPaused = true;
        _channel.PauseReading();
        _deadlines.SetDeaf(true);
    }

    /// <summary>The face may have room again: reads on. On the turn.</summary>
    public void Resume()
    {
        if (!_isPaused || !(_face.HasRoom || _discards))
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
