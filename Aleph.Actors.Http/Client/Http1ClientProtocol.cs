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
/// <see cref="ConnectionSlot"/>, which stand in a <see cref="ClientPipeline"/>, and decides whether the connection is
/// used again. Everything happens on the connection's turn.
/// </summary>
/// <param name="core">Its pool.</param>
/// <param name="slot">Its place in the pool.</param>
/// <param name="opened">Told when it has started.</param>
internal sealed class Http1ClientProtocol(PoolCore core, ConnectionSlot slot, Action<ConnectionInfo> opened)
    : IConnectionProtocol
{
    private readonly ClientContext _context = core.Context;
    private readonly ClientPipeline _pipeline = new(core, slot);
    private IConnection _connection = null!;
    private Http1ResponseReader _reader = null!;
    private RequestSender _sender = null!;
    private AnswerReceiver _answer = null!;
    private ClientDeadlines _deadlines = null!;
    private HttpClientException? _failure;
    private Phase _phase;
    private int _unconsumed;
    private bool _peerClosed;

    public string Name => "HTTP/1.1";

    public IReadOnlyList<ExchangeDescription> Exchanges => _pipeline.Describe(_connection);

    private enum Phase
    {
        Open,
        Draining,
        Ended,
    }

    public long Deadline => _phase == Phase.Ended ? long.MaxValue : Math.Min(_deadlines.Next(), _pipeline.Deadline);

    public void Start(IConnection connection)
    {
        _connection = connection;
        _reader = new Http1ResponseReader(_context.Limits);
        _sender = new RequestSender(connection, _context);
        _answer = new AnswerReceiver(connection, _context);
        _deadlines = new ClientDeadlines(connection, _context, _context.LifetimeEnd(connection.Now));
        opened(connection.Info);
        _context.Single?.Open(connection.Info);
        core.Counters.Connected();
        HttpMeters.OpenConnections.Add(1, _context.Tags);
        _pipeline.Open(connection);
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
        _pipeline.Expire(now);
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
                Fail(ClientErrors.Timeout(due, _pipeline.Current!), ConnectionEndReason.Timeout);
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
        EndExchanges(end);
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
        var (head, current) = (_reader.Head, _pipeline.Current!);
        if (_connection.BytesSent <= current.SentFrom)
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
            StopSending();
        if (_reader.IsTunnel)
            OnTunnel(head, current);
        else if (current.IsOver)
            Skip();
        else if (_reader.Framing == BodyFraming.Close && !current.AllowsDelimitedByClose)
            Fail(ClientErrors.DelimitedByClose, ConnectionEndReason.ProtocolError);
    }

    private void OnEnd(bool hasMore)
    {
        var current = _pipeline.Current!;
        StopSending();
        var mayGoOn = MayGoOn(current, hasMore);
        var answer = _answer.End(_reader.Trailers);
        core.Counters.TaskLatency.Add(current.Timings.LastByte ?? default);
        _pipeline.MoveOn();
        _deadlines.Ended();
        if (mayGoOn)
            GoOn(current);
        else
            CloseAfter(current, hasMore);

        // Last, so that whoever asked finds the connection free.
        answer.TellTo(current);
    }

    private bool MayGoOn(ClientExchange current, bool hasMore)
    {
        if (!_reader.Head.KeepAlive || !current.Plan.KeepAlive || _sender.IsBroken
            || _reader.Framing == BodyFraming.Close)
        {
            return false;
        }

        // What was sent already is waited for, whatever comes after it.
        return _pipeline.Count > 1
            ? !_peerClosed || hasMore
            : !_peerClosed && !hasMore && _phase == Phase.Open && _connection.Now < _deadlines.LifetimeEnd;
    }

    private void GoOn(ClientExchange ended)
    {
        if (_pipeline.Current is not { } next)
        {
            slot.Release(ended);
            TakeNext();
            return;
        }

        Await(next);
        if (_pipeline.Count > 1 || _sender.IsDone)
            _deadlines.Sent();
        OfferRoom();
    }

    private void CloseAfter(ClientExchange ended, bool hasMore)
    {
        slot.Release(ended);
        var end = hasMore && _pipeline.Current is null
            ? new ConnectionEnd(ConnectionEndReason.ProtocolError, "octets came after the answer")
            : ConnectionEnd.Completed;
        EndExchanges(end);
        Close(end);
    }

    /// <summary>The connection leaves the pool and is the caller's.</summary>
    private void OnTunnel(ResponseHead head, ClientExchange current)
    {
        if (TunnelHandOver.Refusal(head, current, _answer, out var webSocket) is { } refusal)
        {
            Fail(refusal, ConnectionEndReason.ProtocolError);
            return;
        }

        _phase = Phase.Ended;
        _pipeline.MoveOn();
        core.Detach(slot);
        HttpMeters.OpenConnections.Add(-1, _context.Tags);
        if (webSocket is not null)
            _connection.ReplaceProtocol(webSocket);
        else
            TunnelHandOver.Begin(_connection, current, _answer);
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
        if (_phase == Phase.Ended || slot.Exchange is not { } exchange || _pipeline.Contains(exchange))
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
        if (exchange != _pipeline.Current || _phase == Phase.Ended)
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

        // The end of a body needs no octets, and after the last of them none may come.
        if (_phase != Phase.Ended && _unconsumed == 0 && !_answer.IsPaused)
            OnReceived(default);
        if ((signals & ClientSignals.OutputReady) != 0)
            ContinueSending();
    }

    private void Begin(ClientExchange exchange)
    {
        exchange.SentFrom = _connection.BytesSent + _connection.Output.Length;
        _pipeline.Add(exchange);
        if (_pipeline.Count == 1)
            Await(exchange);
        _sender.Begin(exchange);
        if (_sender.AwaitsContinue)
            _deadlines.AwaitsContinue();
        AfterSending();
    }

    /// <summary>The next answer is that of this exchange.</summary>
    private void Await(ClientExchange exchange)
    {
        _failure = null;
        if (_reader.Limits != exchange.Limits)
            _reader = new Http1ResponseReader(exchange.Limits);
        _reader.MaxBodySize = exchange.MaxBodySize;
        _reader.Expect(exchange.Request.Method);
        _answer.Begin(exchange);
        _deadlines.Began(exchange);
    }

    /// <summary>Lets the pool send another request behind those under way, where that may be.</summary>
    private void OfferRoom()
    {
        // RFC 9112 9.3.2: not before an answer has shown that the connection stays.
        if (_pipeline.Count >= _context.Settings.PipelineDepth || _pipeline.Served == 0 || _phase != Phase.Open
            || _pipeline.Last is not { MayPipeline: true } last || slot.Exchange != last || !_sender.IsDone
            || _connection.Now >= _deadlines.LifetimeEnd)
        {
            return;
        }

        slot.Release(last);
        TakeNext();
    }

    /// <summary>Runs what waits; else the connection is idle, or has room behind what is under way.</summary>
    private void TakeNext()
    {
        while (_pipeline.Next() is { } next)
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
        else if (_sender.IsDone)
            OnSentAll();
    }

    private void OnSentAll()
    {
        if (_pipeline.Count == 1 && _answer.State == AnswerState.Awaited)
            _deadlines.Sent();
        OfferRoom();
    }

    // Of those under way, only the last may still be sending.
    private void StopSending()
    {
        if (_pipeline.Count == 1)
            _sender.Stop();
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
        if (_answer.State is not (AnswerState.Streaming or AnswerState.Held))
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
        if (_pipeline.Count == 0 && _phase != Phase.Ended && slot.TryRetire())
            Close(end);
    }

    private void EndExchanges(ConnectionEnd end)
    {
        var failure = _pipeline.End(end, _failure, _reader.IsUntouched, _connection.BytesSent);
        if (failure is null)
            return;
        _sender.Stop();
        _answer.Fail(failure);
    }

    private void Fail(HttpClientException failure, ConnectionEndReason reason)
    {
        _connection.Log.Debug("{0} fails: {1}", _pipeline.Current?.Request, failure.Message);
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
