using Akka.Event;
using Aleph.Actors.Http.Client.Failures;
using Aleph.Actors.Http.Client.Pool;
using Aleph.Actors.Http.Http1;
using Aleph.Actors.Http.WebSocketFaces;
using Aleph.Actors.Tcp.Client;

namespace Aleph.Actors.Http.Client;

/// <summary>
/// HTTP/1.1 at a client (RFC 9112): the driver of one connection of a pool. <see cref="RequestSender"/> writes the
/// request, <see cref="AnswerReceiver"/> makes the response, this type keeps the two in step, takes exchanges from its
/// <see cref="ConnectionSlot"/> one after the other and decides whether the connection is used again. Everything
/// happens on the connection's turn.
/// </summary>
/// <param name="core">Its pool.</param>
/// <param name="slot">Its place in the pool.</param>
/// <param name="opened">Told when it has started.</param>
internal sealed class Http1ClientProtocol(PoolCore core, ConnectionSlot slot, Action<ConnectionInfo> opened)
    : IConnectionProtocol
{
    // A request that nobody answers is not carried from one dying connection to the next for ever.
    private const int MaxReturns = 16;

    private readonly ClientContext _context = core.Context;
    private IConnection _connection = null!;
    private Http1ResponseReader _reader = null!;
    private RequestSender _sender = null!;
    private AnswerReceiver _answer = null!;
    private ClientDeadlines _deadlines = null!;
    private ClientExchange? _current;
    private HttpClientException? _failure;
    private Phase _phase;
    private long _sentBefore;
    private int _unconsumed;
    private int _served;
    private bool _peerClosed;

    private enum Phase
    {
        Open,
        Draining,
        Ended,
    }

    public long Deadline => _phase == Phase.Ended ? long.MaxValue : _deadlines.Next();

    public void Start(IConnection connection)
    {
        _connection = connection;
        _reader = new Http1ResponseReader(_context.Limits);
        _sender = new RequestSender(connection, _context);
        _answer = new AnswerReceiver(connection, _context);
        _deadlines = new ClientDeadlines(connection, _context, _context.LifetimeEnd(connection.Now));
        opened(connection.Info);
        core.Counters.Connected();
        HttpMeters.OpenConnections.Add(1, _context.Tags);
        core.Opened(slot);
        TakeNext();
    }

    public int OnReceived(ReadOnlySpan<byte> data)
    {
        var total = 0;
        var isWaiting = false;
        while (_phase != Phase.Ended && !_answer.IsPaused && !isWaiting)
        {
            var found = _reader.Read(data[total..], out var consumed, out var octets);
            total += consumed;
            isWaiting = found == Http1Event.NeedMore;
            OnEvent(found, octets, hasMore: total < data.Length);
        }

        if (_phase == Phase.Ended)
            return _reader.IsTunnel ? total : data.Length;
        _unconsumed = data.Length - total;
        if (_answer.IsPaused)
            Pause();
        else if (_peerClosed)
            OnInputEnd();
        return total;
    }

    public void OnMessage(object message)
    {
        switch (message)
        {
            case ConnectionSlot:
                OnWake();
                break;
            case ClientExchange exchange:
                OnSignals(exchange, exchange.TakeSignals());
                break;
            case PoolMessages.Retire:
                RetireIfIdle(ConnectionEnd.Drained);
                break;
        }
    }

    public void OnWritable() => ContinueSending();

    public void OnPeerClosed()
    {
        // What the user has no room for yet comes first.
        _peerClosed = true;
        if (_phase != Phase.Ended && !(_answer.IsPaused && _unconsumed > 0))
            OnInputEnd();
    }

    public void OnDeadline(long now)
    {
        switch (_deadlines.Due(now))
        {
            case ClientDeadline.Idle:
                if (core.MayTrim())
                    RetireIfIdle(new ConnectionEnd(ConnectionEndReason.Timeout, "idle"));
                else
                    _deadlines.Ended();
                break;
            case ClientDeadline.Lifetime:
                RetireIfIdle(new ConnectionEnd(ConnectionEndReason.Completed, "its lifetime is over"));
                break;
            case ClientDeadline.Continue:
                GoOnSending();
                break;
            case ClientDeadline.Drain:
                Abort(new ConnectionEnd(ConnectionEndReason.Timeout, "a body that was given up took too long"));
                break;
            case ClientDeadline.Unread:
                Fail(ClientErrors.Unread(_context.Settings.UnreadTimeout), ConnectionEndReason.Timeout);
                break;
            case var due and not ClientDeadline.None:
                Fail(Timeout(due), ConnectionEndReason.Timeout);
                break;
        }
    }

    public void Drain()
    {
        if (_phase != Phase.Open)
            return;
        _phase = Phase.Draining;
        RetireIfIdle(ConnectionEnd.Drained);
    }

    public void OnEnded(ConnectionEnd end)
    {
        _phase = Phase.Ended;
        HttpMeters.OpenConnections.Add(-1, _context.Tags);
        var left = slot.Kill();
        if (_current is { } current)
            EndExchange(current, end);
        else if (left is not null)
            core.GiveBack(left);
    }

    private void OnEvent(Http1Event found, ReadOnlySpan<byte> octets, bool hasMore)
    {
        switch (found)
        {
            case Http1Event.NeedMore:
                if (!_answer.Deliver())
                    Abort(new ConnectionEnd(ConnectionEndReason.AbortedByApplication, "the request was cancelled"));
                break;
            case Http1Event.Head:
                OnHead();
                break;
            case Http1Event.Data:
                _deadlines.Read();
                if (!_answer.Data(octets))
                    Abort(new ConnectionEnd(ConnectionEndReason.Completed, "a body that was given up is too long"));
                break;
            case Http1Event.End:
                OnEnd(hasMore);
                break;
            case Http1Event.Error:
                Fail(ClientErrors.Protocol(_reader.Error), ConnectionEndReason.ProtocolError);
                break;
        }
    }

    private void OnHead()
    {
        var (head, current) = (_reader.Head, _current!);
        if (_connection.BytesSent == _sentBefore)
        {
            // An answer to what was not sent yet belongs to nobody, or to the request before.
            Abort(new ConnectionEnd(ConnectionEndReason.ProtocolError, "an answer came before its request was sent"));
            return;
        }

        if (head.IsInterim)
        {
            if (head.Status == 100)
                GoOnSending();
            current.OnInterim(head);
            return;
        }

        current.Timings.FirstByte = _context.Time.GetElapsedTime(current.CreatedAt, _connection.Now);
        _deadlines.Answered();
        _answer.Head(head, _reader.Framing);

        // RFC 9112 9.3: whoever has his answer reads no more, but for one that answers while it reads.
        if (_sender.AwaitsContinue || head.Status >= 300)
            _sender.Stop();
        if (_reader.IsTunnel)
            OnTunnel(head, current);
        else if (_reader.Framing == BodyFraming.Close && !current.AllowsDelimitedByClose)
            Fail(ClientErrors.DelimitedByClose, ConnectionEndReason.ProtocolError);
    }

    private void OnEnd(bool hasMore)
    {
        var current = _current!;
        _sender.Stop();
        var mayGoOn = _reader.Head.KeepAlive && current.Plan.KeepAlive && !_sender.IsBroken && !hasMore
            && !_peerClosed && _phase == Phase.Open && _reader.Framing != BodyFraming.Close
            && _connection.Now < _deadlines.LifetimeEnd;
        var response = _answer.End(_reader.Trailers);
        core.Counters.TaskLatency.Add(current.Timings.LastByte ?? default);
        _current = null;
        _served++;
        core.Counters.Ended();
        _deadlines.Ended();
        if (mayGoOn)
        {
            slot.Release(current);
            TakeNext();
        }
        else
        {
            slot.Kill();
            Close(hasMore
                ? new ConnectionEnd(ConnectionEndReason.ProtocolError, "octets came after the answer")
                : ConnectionEnd.Completed);
        }

        // Last, so that whoever asked finds the connection free.
        if (response is not null)
            current.TryAnswer(response);
    }

    /// <summary>The connection leaves the pool and is the caller's.</summary>
    private void OnTunnel(ResponseHead head, ClientExchange current)
    {
        if (head.Status == 101 && !current.Offers(head.Upgrade))
        {
            Fail(ClientErrors.Protocol(Http1Errors.UnexpectedUpgrade()), ConnectionEndReason.ProtocolError);
            return;
        }

        if (head.Status == 101 && current.Request.Options.WebSocket is { } takeover)
        {
            OnWebSocket(head, current, takeover);
            return;
        }

        Leave();
        var held = new HeldConnection();
        _connection.ReplaceProtocol(new DuplexProtocol(held.RunAsync));

        // Its outcome is the exchange's.
        _ = HandOverAsync(held, current);
    }

    private void OnWebSocket(ResponseHead head, ClientExchange current, WebSocketTakeover takeover)
    {
        var successor = takeover.Accept(head.Headers, socket => _answer.Opened(socket, current), out var fault);
        if (successor is null)
        {
            Fail(new WebSocketHandshakeException(fault!, head.Headers), ConnectionEndReason.ProtocolError);
            return;
        }

        Leave();
        _connection.ReplaceProtocol(successor);
    }

    /// <summary>The connection is no longer the pool's.</summary>
    private void Leave()
    {
        _phase = Phase.Ended;
        _current = null;
        core.Counters.Ended();
        core.Detach(slot);
        HttpMeters.OpenConnections.Add(-1, _context.Tags);
    }

    private async Task HandOverAsync(HeldConnection held, ClientExchange exchange)
    {
        var tunnel = await held.Connection.ConfigureAwait(false);
        if (!exchange.TryAnswer(_answer.Tunnel(tunnel)))
            await tunnel.DisposeAsync().ConfigureAwait(false);
    }

    private void OnInputEnd()
    {
        switch (_reader.ReadEnd())
        {
            case Http1Event.End when _connection.IsInputTruncated:
                Fail(ClientErrors.Truncated, ConnectionEndReason.PeerClosed);
                break;
            case Http1Event.End:
                OnEnd(hasMore: false);
                break;
            case Http1Event.Error:
                Fail(ClientErrors.Cut(_reader.Error), ConnectionEndReason.PeerClosed);
                break;
            default:
                Close(new ConnectionEnd(ConnectionEndReason.PeerClosed, "the server closed it"));
                break;
        }
    }

    private void OnWake()
    {
        if (_phase == Phase.Ended || _current is not null || slot.Exchange is not { } exchange)
            return;
        if (!exchange.IsOver)
        {
            Begin(exchange);
            return;
        }

        slot.Release(exchange);
        TakeNext();
    }

    private void OnSignals(ClientExchange exchange, ClientSignals signals)
    {
        if (exchange != _current || _phase == Phase.Ended)
            return;
        if ((signals & ClientSignals.Cancelled) != 0)
        {
            Abort(new ConnectionEnd(ConnectionEndReason.AbortedByApplication, "the request was cancelled"));
            return;
        }

        if ((signals & ClientSignals.BodyGivenUp) != 0)
            Skip();
        else if ((signals & ClientSignals.BodyHasRoom) != 0 && _answer.IsPaused)
            Resume();
        if ((signals & ClientSignals.OutputReady) != 0)
            ContinueSending();
    }

    private void Begin(ClientExchange exchange)
    {
        _current = exchange;
        _failure = null;
        _sentBefore = _connection.BytesSent;
        exchange.Timings.IsReused = _served > 0;
        if (_served == 0)
            exchange.Timings.Take(slot.Phases);
        core.Counters.Began();
        core.Counters.QueueLatency.Add(exchange.Timings.Queued ?? default);
        _reader.MaxBodySize = exchange.MaxBodySize;
        _reader.Expect(exchange.Request.Method);
        _answer.Begin(exchange);
        _deadlines.Began(exchange);
        _sender.Begin(exchange);
        if (_sender.AwaitsContinue)
            _deadlines.AwaitsContinue();
        AfterSending();
    }

    /// <summary>Runs what waits, or is idle.</summary>
    private void TakeNext()
    {
        while (core.Next(slot) is { } next)
        {
            if (!next.IsOver)
            {
                Begin(next);
                return;
            }

            slot.Release(next);
        }

        if (core.IsClosing || _context.Budget is { IsShort: true })
            RetireIfIdle(ConnectionEnd.Drained);
    }

    private void GoOnSending()
    {
        _deadlines.GoesOn();
        _sender.GoOn();
        AfterSending();
    }

    private void ContinueSending()
    {
        if (_phase == Phase.Ended || _sender.IsDone)
            return;
        _sender.Continue();
        AfterSending();
    }

    private void AfterSending()
    {
        if (_sender.Failure is { } fault)
            Fail(ClientErrors.RequestBody(fault), ConnectionEndReason.AbortedByApplication);
        else if (_sender.IsDone && _answer.State == AnswerState.Awaited)
            _deadlines.Sent();
    }

    private void Pause()
    {
        _connection.PauseReading();
        _deadlines.Paused();
    }

    private void Resume()
    {
        _answer.Resume();
        _deadlines.Read();
        _connection.ResumeReading();
    }

    private void Skip()
    {
        if (_answer.State != AnswerState.Streaming)
            return;
        if (_reader.BodyLeft > _context.Settings.DrainSize || _reader.Framing == BodyFraming.Close)
        {
            Abort(new ConnectionEnd(ConnectionEndReason.Completed, "the rest of the answer was given up"));
            return;
        }

        _answer.Skip();
        _deadlines.Drains();
        _connection.ResumeReading();
    }

    private void RetireIfIdle(ConnectionEnd end)
    {
        if (_current is null && _phase != Phase.Ended && slot.TryRetire())
            Close(end);
    }

    private void EndExchange(ClientExchange exchange, ConnectionEnd end)
    {
        _current = null;
        core.Counters.Ended();
        var isUnsent = _connection.BytesSent == _sentBefore;
        if (_failure is null && MayRepeat(exchange, isUnsent))
        {
            core.Counters.Retried();
            core.GiveBack(exchange);
            return;
        }

        var when = _reader.IsUntouched ? "before the answer" : "within the answer";
        var failure = _failure ?? ClientErrors.Ended(end, isUnsent, when);
        _sender.Stop();
        _answer.Fail(failure);
        if (exchange.TryFail(failure))
            core.Counters.Failed();
    }

    // RFC 9110 9.2.2: what was not sent may be sent anew; what was, only where twice is as good as once.
    private bool MayRepeat(ClientExchange exchange, bool isUnsent) =>
        !exchange.IsOver && !exchange.IsStreamBegun && exchange.Returns < MaxReturns
        && (isUnsent
            || (_served > 0 && _reader.IsUntouched && HttpMethods.IsIdempotent(exchange.Request.Method)));

    private HttpClientException Timeout(ClientDeadline due)
    {
        var exchange = _current!;
        return due switch
        {
            ClientDeadline.Send => new SendTimeoutException(exchange.SendTimeout!.Value),
            ClientDeadline.Response => new ResponseTimeoutException(exchange.ResponseTimeout!.Value),
            ClientDeadline.Read => new ReadTimeoutException(exchange.ReadTimeout!.Value),
            _ => new RequestTimeoutException(exchange.RequestTimeout!.Value),
        };
    }

    private void Fail(HttpClientException failure, ConnectionEndReason reason)
    {
        _connection.Log.Debug("{0} fails: {1}", _current?.Request, failure.Message);
        _failure = failure;
        Abort(new ConnectionEnd(reason, failure.Message));
    }

    private void Close(ConnectionEnd end)
    {
        _phase = Phase.Ended;
        _connection.Close(end);
    }

    private void Abort(ConnectionEnd end)
    {
        _phase = Phase.Ended;
        _connection.Abort(end);
    }
}
