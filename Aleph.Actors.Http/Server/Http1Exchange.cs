using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;
using Akka.Streams;
using Aleph.Actors.Connections;
using Aleph.Actors.Http.Exchanges;

namespace Aleph.Actors.Http.Server;

/// <summary>
/// One request and its answer on an HTTP/1 connection. The connection owns it and writes its answer on the turn;
/// handlers and bodies reach it from any thread and wake the connection by one message, the exchange itself, however
/// much there is to say. It can answer only itself: what comes late finds it over.
/// </summary>
internal sealed class Http1Exchange
    : IExchange, IRequestContext, IRequestBodySource, IBodyPumpHost, IMaterializerContext, IRunnable,
        INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    private readonly Http1ServerProtocol _protocol;
    private readonly IConnection _connection;
    private readonly long _arrivedAt;
    private readonly long _number;
    private string? _requestId;
    private string? _fault;
    private HttpResponse? _answer;
    private CancellationTokenSource? _abortedSource;
    private List<IDisposable>? _belongings;
    private ExchangeSignals _signals;
    private volatile bool _aborted;
    private volatile bool _over;

    public Http1Exchange(Http1ServerProtocol protocol, IConnection connection)
    {
        _protocol = protocol;
        _connection = connection;
        _arrivedAt = StartedAt = connection.Now;
        _number = protocol.NextNumber();
    }

    /// <summary>The request; set once, before anything else happens.</summary>
    public HttpRequest Request { get; set; } = null!;

    /// <summary>The body while it streams in; null for any other.</summary>
    public StreamedRequestBody? StreamedBody { get; set; }

    /// <summary>HTTP/1.x: the x.</summary>
    public int MinorVersion { get; init; }

    /// <summary>Whether the client wants the connection kept.</summary>
    public bool KeepAlive { get; init; }

    /// <summary>
    /// Whether the client waits for <c>100 Continue</c>; false once it was sent or is no longer needed.
    /// </summary>
    public bool AwaitsContinue { get; set; }

    /// <summary>Whether the answer may turn the connection into something else.</summary>
    public bool MayUpgrade { get; init; }

    /// <summary>Whether nothing may run beside it on this connection (RFC 9112 9.3.2).</summary>
    public bool RunsAlone => MayUpgrade || StreamedBody is not null || !HttpMethods.IsSafe(Request.Method);

    /// <summary>When its handler started.</summary>
    public long StartedAt { get; set; }

    /// <summary>How far its answer has come. On the turn.</summary>
    public ResponseProgress Progress { get; } = new();

    /// <summary>The answer, or null while there is none.</summary>
    public HttpResponse? Answer => Volatile.Read(ref _answer);

    public string Scheme => TlsSession is null ? "http" : "https";

    public EndPoint? LocalEndPoint => _connection.Info.LocalEndPoint;

    public EndPoint? RemoteEndPoint => _connection.Info.RemoteEndPoint;

    public TlsSession? TlsSession => _connection.Info.Tls;

    public long ConnectionId => _connection.Info.Id;

    public string RequestId
    {
        get => _requestId ?? string.Create(CultureInfo.InvariantCulture, $"{ConnectionId}-{_number}");
        set => _requestId = value;
    }

    public string? Route { get; set; }

    /// <summary>What is measured of it; null where nobody listens.</summary>
    public ExchangeTrace? Trace { get; set; }

    public ActivityContext TraceContext => Trace?.Activity?.Context ?? ExchangeTrace.ParentOf(Request);

    public Activity? Activity => Trace?.Activity;

    public DateTimeOffset ArrivedAt =>
        _connection.Time.GetUtcNow() - _connection.Time.GetElapsedTime(_arrivedAt, _connection.Time.GetTimestamp());

    public WebSocketSettings WebSocketSettings => _protocol.Context.Settings.WebSocket;

    public WebSocketFaces.WebSocketCounters WebSocketCounters => _protocol.Context.Counters.WebSockets;

    public IMaterializer Materializer => _protocol.Context.Materializer;

    public BufferedBytes Buffered => _protocol.Context.Buffered;

    public CancellationToken Aborted
    {
        get
        {
            if (_aborted)
                return new CancellationToken(canceled: true);
            var source = Volatile.Read(ref _abortedSource);
            if (source is null)
            {
                var fresh = new CancellationTokenSource();
                source = Interlocked.CompareExchange(ref _abortedSource, fresh, null) ?? fresh;
            }

            return _aborted ? new CancellationToken(canceled: true) : source.Token;
        }
    }

    /// <summary>How it stands. On the turn.</summary>
    public ExchangeDescription Describe(long now, bool isHeld)
    {
        var state = isHeld ? ExchangeState.Waiting
            : Progress.State == ResponseState.Waiting ? ExchangeState.Handling : ExchangeState.Answering;
        return new($"{Request.Method} {Request.Path}", state, _connection.Time.GetElapsedTime(_arrivedAt, now));
    }

    /// <summary>Runs the handler on the turn. The answer, if it is there at once, needs no wake-up.</summary>
    public void RunOnTurn()
    {
        if (_protocol.Context.Handler.IsHandOver)
        {
            RunHandler(wake: false);
            return;
        }

        var begin = _protocol.Context.WatchesStalls ? _connection.Time.GetTimestamp() : 0;
        using (UserCode.Enter())
            RunHandler(wake: false);
        if (_protocol.Context.WatchesStalls)
            WarnOfStall(_connection.Time.GetElapsedTime(begin));
    }

    /// <summary>Runs the handler, elsewhere.</summary>
    public void Run()
    {
        using (UserCode.Enter())
            RunHandler(wake: true);
    }

    /// <inheritdoc/>
    public void Execute() => Run();

    public bool TryRespond(HttpResponse? response)
    {
        if (response is null)
            return TryFail(Answers.NullAnswer(_protocol.Context.Handler.Name));
        if (!TrySetAnswer(response))
            return false;
        Signal(ExchangeSignals.Answered);
        return true;
    }

    public bool TryFail(Exception cause)
    {
        if (!TrySetFailure(cause))
            return false;
        Signal(ExchangeSignals.Answered);
        return true;
    }

    /// <summary>Sets the answer without a wake-up. False, and a log line, when there was one or nobody waits.</summary>
    public bool TrySetAnswer(HttpResponse response)
    {
        if (!_over && Interlocked.CompareExchange(ref _answer, response, null) is null)
        {
            // It may have ended meanwhile, and not have seen this answer.
            if (_over)
                response.Body.Discard();
            return true;
        }

        // That the client left is its right; that a handler answers again, or after its time, is a fault of ours.
        if (Answer is null)
            _connection.Log.Debug("The client of {0} left before its answer ({1}).", Request.LogName, response);
        else
            _connection.Log.Warning(
                "An answer to {0} came late or twice ({1}); it is dropped.", Request.LogName, response);
        response.Body.Discard();
        return false;
    }

    public bool TrySetMaxBodySize(long? bytes) =>
        !Request.Body.IsUsed
            && (Request.Body is BytesBody whole ? whole.TryLimit(bytes) : _protocol.TrySetMaxBodySize(this, bytes));

    public void BodyWanted() => Signal(ExchangeSignals.BodyWanted);

    public void BodyHasRoom() => Signal(ExchangeSignals.BodyHasRoom);

    // What makes a body waits for the connection anyway.
    public void OutputReady(bool isWorthATurn) => Signal(ExchangeSignals.OutputReady, isWorthATurn);

    /// <summary>What has happened since the last call. On the turn.</summary>
    public ExchangeSignals TakeSignals() =>
        (ExchangeSignals)Interlocked.Exchange(ref Unsafe.As<ExchangeSignals, int>(ref _signals), 0);

    /// <summary>The answer was handed over, or will never be: nothing can be said any more. On the turn.</summary>
    /// <param name="aborted">Whether the answer was not handed over.</param>
    /// <param name="error">Why not, as a tag; null where it was.</param>
    public void End(bool aborted, string? error = null)
    {
        if (_over)
            return;
        _over = true;
        Trace?.End((Progress.Response ?? Answer)?.Status, Route, error ?? _fault);
        DisposeBelongings();
        StreamedBody?.Release(aborted ? ExchangeErrors.PeerLeft : ExchangeErrors.BodyGivenUp);
        Progress.Stream?.Stop();
        if (!aborted)
            return;
        Abandon();
        if (Answer is { } unsent && Progress.State == ResponseState.Waiting)
            unsent.Body.Discard();
    }

    public void DisposeAtEnd(IDisposable thing)
    {
        lock (Progress)
            (_belongings ??= []).Add(thing);
        if (_over)
            DisposeBelongings();
    }

    /// <summary>Fires <see cref="Aborted"/>, on the thread pool.</summary>
    public void Abandon()
    {
        _aborted = true;
        if (Volatile.Read(ref _abortedSource) is { } source)
            _ = source.CancelAsync();
    }

    private void DisposeBelongings()
    {
        List<IDisposable>? belongings;
        lock (Progress)
            (belongings, _belongings) = (_belongings, null);
        if (belongings is not null)
            ThreadPool.UnsafeQueueUserWorkItem(static all => all.ForEach(x => x.Dispose()), belongings, false);
    }

    private void WarnOfStall(TimeSpan held)
    {
        if (held < Http1ServerContext.LongestStall)
            return;
        _connection.Log.Warning(
            "The handler {0} held up a loop of inline completions for {1} ms at {2}; handlers that block need " +
            "aleph.http.server.handler-dispatcher.",
            _protocol.Context.Handler.Name, (long)held.TotalMilliseconds, Request.LogName);
    }

    private void RunHandler(bool wake)
    {
        bool answered;
        try
        {
            // Behind the guard of user code only, which takes it away again.
            if (Trace?.Activity is { } activity && !_protocol.Context.Handler.IsHandOver)
                Activity.Current = activity;
            var pending = _protocol.Handler.HandleAsync(Request);
            if (!pending.IsCompletedSuccessfully)
            {
                _ = AwaitAsync(pending);
                return;
            }

            answered = pending.Result is { } response
                ? TrySetAnswer(response)
                : TrySetFailure(Answers.NullAnswer(_protocol.Context.Handler.Name));
        }
        catch (Exception fault)
        {
            answered = TrySetFailure(fault);
        }

        if (answered && wake)
            Signal(ExchangeSignals.Answered);
    }

    private async Task AwaitAsync(ValueTask<HttpResponse> pending)
    {
        try
        {
            TryRespond(await pending.ConfigureAwait(false));
        }
        catch (Exception fault)
        {
            TryFail(fault);
        }
    }

    private bool TrySetFailure(Exception cause)
    {
        if (_over || Answer is not null)
        {
            _connection.Log.Debug("The handler of {0} failed after its answer: {1}", Request.LogName, cause.Message);
            return false;
        }

        var context = _protocol.Context;
        context.Counters.Fail();
        _fault = cause is HttpMessageException ? null : cause.GetType().FullName;
        return TrySetAnswer(Answers.Failed(context.Settings, Request, cause, context.Handler.Name, _connection.Log));
    }

    private void Signal(ExchangeSignals signal, bool here = false)
    {
        ref var signals = ref Unsafe.As<ExchangeSignals, int>(ref _signals);
        if (Interlocked.Or(ref signals, (int)signal) != 0)
            return;

        if (here)
            IoDispatcher.TellHere(_connection.Self, this);
        else
            _connection.Self.Tell(this, ActorRefs.NoSender);
    }
}

/// <summary>What an exchange has to say to its connection.</summary>
[Flags]
internal enum ExchangeSignals
{
    None = 0,
    Answered = 1,
    BodyWanted = 2,
    BodyHasRoom = 4,
    OutputReady = 8,
}
