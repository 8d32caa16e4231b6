using Akka.Event;
using Aleph.Actors.Connections;
using Aleph.Actors.Http.Exchanges;
using Aleph.Actors.Http.Http1;

namespace Aleph.Actors.Http.Server;

/// <summary>
/// HTTP/1.0 and 1.1 at a server (RFC 9112): the driver of one connection. <see cref="Http1Intake"/> reads requests,
/// <see cref="Http1Sender"/> writes answers, this type keeps them in order between the two, runs handlers and decides
/// how the connection ends. Made by the server for each connection; everything happens on the connection's turn.
/// </summary>
internal sealed class Http1ServerProtocol : IConnectionProtocol
{
    private IConnection _connection = null!;
    private Http1Pipeline _pipeline = null!;
    private Http1Intake _intake = null!;
    private Http1Sender _sender = null!;
    private Http1Deadlines _deadlines = null!;
    private ConnectionPhase _phase;
    private long _exchanges;

    public Http1ServerProtocol(Http1ServerContext context) => Context = context;

    public Http1ServerContext Context { get; }

    public string Name => "HTTP/1.1";

    public IReadOnlyList<ExchangeDescription> Exchanges => _pipeline.Describe(_connection);

    public ConnectionHandler Handler { get; private set; } = null!;

    /// <inheritdoc/>
    public long Deadline => _phase == ConnectionPhase.Ended ? long.MaxValue : _deadlines.Next(this, _intake);

    /// <summary>Whether the head of another request may be read now.</summary>
    public bool MayReadNext =>
        _pipeline.HasRoom && !_connection.Output.IsAboveHighMark
        && (_phase == ConnectionPhase.Open || (_phase == ConnectionPhase.Draining && Current is null));

    /// <summary>The exchange whose answer is next; null when nothing is under way.</summary>
    public Http1Exchange? Current => _pipeline.Current;

    public ConnectionPhase Phase => _phase;

    /// <summary>Numbers the exchanges of the connection, from 1.</summary>
    public long NextNumber() => ++_exchanges;

    public void Start(IConnection connection)
    {
        _connection = connection;
        _pipeline = new Http1Pipeline(Context);
        _intake = new Http1Intake(this, connection, Context);
        _sender = new Http1Sender(connection, Context);
        _deadlines = new Http1Deadlines(connection, Context);
        Handler = Context.Handler.Attach(connection);
    }

    public int OnReceived(ReadOnlySpan<byte> data)
    {
        if (_phase == ConnectionPhase.Lingering)
            return data.Length;
        return _phase == ConnectionPhase.Ended ? 0 : _intake.Receive(data);
    }

    public void OnMessage(object message)
    {
        if (message is Http1Exchange exchange)
            OnSignals(exchange, exchange.TakeSignals());
        else
            Handler.OnMessage(message);
    }

    public void OnWritable()
    {
        Advance();
        _intake.Wake();
    }

    public void OnPeerClosed()
    {
        if (_phase == ConnectionPhase.Lingering)
            Close(ConnectionEnd.Completed);
        else if (_phase != ConnectionPhase.Ended)
            _intake.PeerClosed();
    }

    public void OnDeadline(long now)
    {
        var due = _deadlines.Due(now, this, _intake);
        if (due is Http1Deadline.Head or Http1Deadline.Body or Http1Deadline.Handler or Http1Deadline.Send)
            Context.Counters.TimeOut();
        switch (due)
        {
            case Http1Deadline.Idle when _phase == ConnectionPhase.Draining:
                EndConnection(mayHaveMore: false);
                break;
            case Http1Deadline.Idle:
                Close(new ConnectionEnd(ConnectionEndReason.Timeout, "idle"));
                break;
            case Http1Deadline.Head:
                _intake.Finish();
                Reject(ExchangeErrors.HeadTooSlow);
                break;
            case Http1Deadline.Body:
                _intake.BodyTooSlow();
                break;
            case Http1Deadline.Handler:
                OnHandlerTimeout(now);
                break;
            case Http1Deadline.Send:
                Abort(new ConnectionEnd(ConnectionEndReason.Timeout, "the client reads the response too slowly"));
                break;
            case Http1Deadline.Drain:
                Close(new ConnectionEnd(ConnectionEndReason.Timeout, "the rest of a request took too long"));
                break;
        }
    }

    public void Drain()
    {
        if (_phase != ConnectionPhase.Open)
            return;
        _phase = ConnectionPhase.Draining;
        if (Current is not null || _intake.IsInHead)
            return;
        if (Handler.HasEnded || !_deadlines.AwaitFirstRequest(_connection.Now))
            EndConnection(mayHaveMore: false);
    }

    public bool OnFailed(ConnectionEnd end)
    {
        // The transport reads files, and tells this way that one cannot be read on.
        if (end.Reason == ConnectionEndReason.AbortedByApplication)
        {
            _connection.Log.Error(
                "The body of the answer to {0} failed ({1}); the connection is reset so that the client can tell.",
                Current?.Request.LogName, end.Detail);
            Context.Counters.Fail();
        }

        return false;
    }

    public void OnEnded(ConnectionEnd end)
    {
        _phase = ConnectionPhase.Ended;
        _pipeline.AbortAll(ConnectionMeasure.ErrorType(end.Reason) ?? "aborted");
        Handler.OnEnded();
    }

    /// <summary>A request was read.</summary>
    public void Accept(Http1Exchange exchange)
    {
        if (!_pipeline.TryHold(exchange))
            Run(exchange);
    }

    /// <summary>What was read is no request; nothing more is read. It is answered after all before it.</summary>
    public void Reject(ProtocolError error)
    {
        Context.Counters.Reject();
        _connection.Log.Debug("Rejected: {0} {1}", error.Summary, error.Detail);
        var exchange = new Http1Exchange(this, _connection) { MinorVersion = 1 };
        exchange.Request = new HttpRequest(
            HttpMethods.Get, "*", "", null, "", System.Net.HttpVersion.Version11, HttpHeaders.Empty, HttpBody.Empty,
                exchange);
        exchange.Trace = ExchangeTrace.Begin(exchange.Request, _connection.Time, isRejected: true);
        exchange.TrySetAnswer(Answers.Rejected(Context.Settings, error, _connection.Log));
        _pipeline.Add(exchange);
        Advance();
    }

    /// <summary>The content under way is broken or too slow, and its reader knows: this is the last exchange.</summary>
    public void InputBroken() => EndAfterAnswers();

    /// <summary>The peer sends no more, and all it sent was whole.</summary>
    public void InputEnded()
    {
        if (Current is null)
            Close(ConnectionEnd.Completed);
        else
            EndAfterAnswers();
    }

    /// <summary>The peer ended inside a request.</summary>
    public void PeerLeft(string detail) => Abort(new ConnectionEnd(ConnectionEndReason.PeerClosed, detail));

    /// <summary>The rest of an answered request was thrown away.</summary>
    public void BodySkipped() => _deadlines.DrainEnded();

    /// <summary>The rest of an answered request is broken.</summary>
    public void SkippingFailed() => Linger();

    public bool TrySetMaxBodySize(Http1Exchange exchange, long? bytes) => _intake.TrySetMaxBodySize(exchange, bytes);

    private void Run(Http1Exchange exchange)
    {
        _pipeline.Add(exchange);
        exchange.StartedAt = _connection.Now;
        exchange.Trace = ExchangeTrace.Begin(exchange.Request, _connection.Time, isRejected: false);
        var isWhole = exchange.StreamedBody is null;
        if (Context.HandlersRunOnTurn && (isWhole || Context.Handler.IsHandOver))
            exchange.RunOnTurn();
        else if (Context.HandlerDispatcher is { } dispatcher)
            dispatcher.Schedule(exchange);
        else
            ThreadPool.UnsafeQueueUserWorkItem(exchange, preferLocal: false);
        Advance();
    }

    private void OnSignals(Http1Exchange exchange, ExchangeSignals signals)
    {
        if (_phase is ConnectionPhase.Ended or ConnectionPhase.Lingering)
            return;
        if ((signals & ExchangeSignals.BodyWanted) != 0)
            _intake.BodyWanted(exchange);
        if ((signals & ExchangeSignals.BodyHasRoom) != 0)
            _intake.BodyHasRoom(exchange);
        if ((signals & (ExchangeSignals.Answered | ExchangeSignals.OutputReady)) != 0)
            Advance();
    }

    /// <summary>Puts on the wire what can be, in order.</summary>
    private void Advance()
    {
        while (_phase is ConnectionPhase.Open or ConnectionPhase.Draining && Current is { } exchange)
        {
            var progress = exchange.Progress;
            if (progress.State == ResponseState.Waiting && exchange.Answer is not null)
                _sender.Begin(exchange, keepAlive: MayServeOnAfter(exchange));
            else
                _sender.Continue(exchange);
            if (progress.Stream?.Failure is { } fault)
            {
                AbortResponse(exchange, fault);
                return;
            }

            if (progress.State != ResponseState.Done)
                return;
            _pipeline.Remove();
            After(exchange);
        }
    }

    private bool MayServeOnAfter(Http1Exchange exchange) =>
        exchange.KeepAlive && !exchange.AwaitsContinue && !_intake.IsTooLong(exchange)
        && ((_phase == ConnectionPhase.Open && !Handler.HasEnded) || !_pipeline.IsNewest(exchange));

    /// <summary>The answer is on its way.</summary>
    private void After(Http1Exchange exchange)
    {
        var inputWasRead = _intake.Release(exchange);
        var progress = exchange.Progress;
        exchange.End(aborted: false);
        if (progress.Response?.Upgrade is { } upgrade)
        {
            _phase = ConnectionPhase.Ended;
            Handler.OnEnded();
            _connection.ReplaceProtocol(upgrade());
        }
        else if (!progress.Plan.KeepAlive || !inputWasRead)
        {
            EndConnection(mayHaveMore: exchange.KeepAlive);
        }
        else if (_pipeline.TakeHeld() is { } held)
        {
            Run(held);
        }
        else
        {
            _deadlines.ExchangeEnded(_connection.Now, isSkipping: _intake.State == IntakeState.SkippedBody);
            _intake.Wake();
            EndIfNothingFollows();
        }
    }

    /// <summary>
    /// The head of a streamed answer may have promised to keep the connection before the drain, or the end of the
    /// client's input, began.
    /// </summary>
    private void EndIfNothingFollows()
    {
        if (_phase == ConnectionPhase.Draining && Current is null && !_intake.HasUnread && !_intake.IsInHead
            && _intake.State is (IntakeState.Requests or IntakeState.Finished))
        {
            EndConnection(mayHaveMore: false);
        }
    }

    /// <summary>
    /// The last answer was written. A client that has more to send must not lose it by a reset; while draining the
    /// transport alone sees to that, so that a client that stays does not delay the end.
    /// </summary>
    private void EndConnection(bool mayHaveMore)
    {
        var isDrained = _phase == ConnectionPhase.Draining && _intake.State == IntakeState.Requests;
        if (!_intake.PeerHasClosed && !isDrained && (mayHaveMore || _intake.State != IntakeState.Requests))
            Linger();
        else
            Close(_phase == ConnectionPhase.Draining ? ConnectionEnd.Drained : ConnectionEnd.Completed);
    }

    private void Linger()
    {
        _intake.Finish();
        _phase = ConnectionPhase.Lingering;
        _deadlines.DrainBegan(_connection.Now);
        _connection.ShutdownOutput();
        _connection.ResumeReading();
    }

    private void EndAfterAnswers()
    {
        if (_phase == ConnectionPhase.Open)
            _phase = ConnectionPhase.Draining;
    }

    private void OnHandlerTimeout(long now)
    {
        foreach (var exchange in _pipeline.Running)
        {
            if (exchange.Answer is not null || exchange.StartedAt + Context.HandlerTimeout > now)
                continue;
            _connection.Log.Warning(
                "The handler {0} took too long for {1}; the client gets a 503.", Context.Handler.Name,
                    exchange.Request.LogName);

            // The answer first: a handler that heard of it would fail, and be answered with that.
            if (exchange.TrySetAnswer(
                Answers.Rejected(Context.Settings, ExchangeErrors.HandlerTooSlow, _connection.Log)))
            {
                exchange.Abandon();
            }
        }

        EndAfterAnswers();
        Advance();
    }

    private void AbortResponse(Http1Exchange exchange, Exception fault)
    {
        if (fault is HttpMessageException { Error: var error })
        {
            // The answer is made of the request's content, and that broke: nothing is wrong here.
            _connection.Log.Debug(
                "The answer to {0} cannot be completed: {1}", exchange.Request.LogName, error.Summary);
            Abort(new ConnectionEnd(ConnectionEndReason.ProtocolError, error.Summary));
            return;
        }

        _connection.Log.Error(
            fault, "The body of the answer to {0} failed; the connection is reset so that the client can tell.",
                exchange.Request.LogName);
        Context.Counters.Fail();
        Abort(new ConnectionEnd(ConnectionEndReason.AbortedByApplication, "a response body failed"));
    }

    private void Close(ConnectionEnd end)
    {
        _phase = ConnectionPhase.Ended;
        _connection.Close(end);
    }

    private void Abort(ConnectionEnd end)
    {
        _phase = ConnectionPhase.Ended;
        _connection.Abort(end);
    }
}
