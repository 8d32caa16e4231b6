using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Event;
using Akka.Streams;
using Aleph.Actors.Connections;
using Aleph.Actors.Http.Client.Pool;
using Aleph.Actors.Http.Exchanges;
using Aleph.Actors.Http.Http1;

namespace Aleph.Actors.Http.Client;

/// <summary>What an exchange has to say to its connection.</summary>
[Flags]
internal enum ClientSignals
{
    None = 0,
    Cancelled = 1,
    BodyHasRoom = 2,
    BodyGivenUp = 4,
    OutputReady = 8,
}

/// <summary>
/// One request on its way: made where it is sent, queued or reserved by its pool, run by one connection, and answered
/// once, with a response or an exception. User code reaches it from any thread; what it has to say to its connection
/// goes by one message, the exchange itself.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The source has no wait handle; its timer runs out.")]
internal sealed class ClientExchange
    : IMaterializerContext, IBodyPumpHost, IThreadPoolWorkItem, INoSerializationVerificationNeeded,
        IDeadLetterSuppression
{
    private static readonly TimeSpan BodyGrace = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource<HttpResponse> _answer = new();
    private readonly ClientContext _context;
    private readonly CancellationToken _asker;
    private CancellationTokenRegistration _registration;
    private readonly CancellationTokenSource? _bodyAborted;
    private int _streamOwner;
    private ClientSignals _signals;
    private IActorRef? _connection;
    private int _outcome;
    private object? _result;

    private ClientExchange(
        ClientContext context, HttpRequest request, in RequestPlan plan, HttpBody? stream, CancellationToken asker)
    {
        (_context, Request, Plan, Stream, _asker) = (context, request, plan, stream, asker);
        _bodyAborted = stream is null ? null : new CancellationTokenSource();
        CreatedAt = context.Time.GetTimestamp();
        var (options, settings) = (request.Options, context.Settings);
        Deadline = ClientContext.Add(CreatedAt, context.Ticks(options.Timeout ?? settings.RequestTimeout));
        QueueDeadline = ClientContext.Add(CreatedAt, context.Ticks(options.QueueTimeout ?? settings.QueueTimeout));
    }

    public HttpRequest Request { get; }

    public RequestPlan Plan { get; }

    public ClientContext Context => _context;

    /// <summary>The body where it is in memory.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private init; }

    /// <summary>The body where it is a stream, claimed for this exchange; else null.</summary>
    public HttpBody? Stream { get; }

    /// <summary>Whether a streamed body has been begun, so that it cannot be sent again.</summary>
    public bool IsStreamBegun => Volatile.Read(ref _streamOwner) != 0;

    public RequestTimings Timings { get; } = new();

    /// <summary>When it was made.</summary>
    public long CreatedAt { get; }

    /// <summary>When it must be complete.</summary>
    public long Deadline { get; }

    /// <summary>When it must have a connection.</summary>
    public long QueueDeadline { get; }

    public TimeSpan? QueueTimeout => Request.Options.QueueTimeout ?? _context.Settings.QueueTimeout;

    public TimeSpan? SendTimeout => Request.Options.SendTimeout ?? _context.Settings.SendTimeout;

    public TimeSpan? ResponseTimeout => Request.Options.ResponseTimeout ?? _context.Settings.ResponseTimeout;

    public TimeSpan? ReadTimeout => Request.Options.ReadTimeout ?? _context.Settings.ReadTimeout;

    public TimeSpan? RequestTimeout => Request.Options.Timeout ?? _context.Settings.RequestTimeout;

    public long? MaxBodySize => Request.Options.MaxBodySize ?? _context.Settings.MaxBodySize;

    /// <summary>How much of a head it takes.</summary>
    public Http1Limits Limits =>
        Request.Options.ResponseLimits is { } own ? own.Over(_context.Limits) : _context.Limits;

    public bool AllowsDelimitedByClose =>
        Request.Options.AllowDelimitedByClose ?? _context.Settings.AllowDelimitedByClose;

    /// <summary>The head as it was sent, where that is asked for.</summary>
    public string? SentHead { get; set; }

    /// <summary>Where in all that its connection sends its request begins.</summary>
    public long SentFrom { get; set; }

    /// <summary>
    /// Whether its request may be on the way together with others (RFC 9112 9.3.2): twice is as good as once, it can be
    /// sent anew, and the connection goes on after it.
    /// </summary>
    public bool MayPipeline => Stream is null && HttpMethods.IsIdempotent(Request.Method) && Plan.KeepAlive
        && !Plan.ExpectsContinue && !Request.Headers.Contains("Upgrade");

    /// <summary>How often it was given back by a connection that ended.</summary>
    public int Returns { get; set; }

    /// <summary>Its place in the queue of its pool, which alone touches it.</summary>
    public LinkedListNode<ClientExchange>? Place { get; set; }

    /// <summary>The pool that it is in; told when it is given up.</summary>
    public PoolCore? Pool { get; set; }

    /// <summary>The answer, or why there is none.</summary>
    public Task<HttpResponse> Answer => _answer.Task;

    /// <summary>Whether it has an outcome.</summary>
    public bool IsOver => Volatile.Read(ref _outcome) != 0;

    public IMaterializer Materializer => _context.Materializer;

    public BufferedBytes Buffered => _context.Buffered;

    /// <summary>Ends the making of the request's body.</summary>
    public CancellationToken Aborted => _bodyAborted?.Token ?? CancellationToken.None;

    /// <summary>
    /// Makes an exchange and claims the request's body. Nothing of it is in use when this throws.
    /// </summary>
    /// <exception cref="ArgumentException">The request cannot be sent.</exception>
    /// <exception cref="InvalidOperationException">The body was used before.</exception>
    public static ClientExchange Create(ClientContext context, HttpRequest request, CancellationToken asker)
    {
        var body = request.Method == HttpMethods.Trace ? HttpBody.Empty : request.Body;
        var plan = RequestFraming.Plan(request.Method, request.Headers, body.Length, out var fault);
        if (fault is not null)
            throw new ArgumentException(fault.Summary, nameof(request));
        if (request.Version == System.Net.HttpVersion.Version10)
        {
            // RFC 9112 6.1 and RFC 9110 10.1.1: it knows neither chunks nor 100 Continue, nor connections that go on.
            if (plan.Framing == BodyFraming.Chunked)
                throw new ArgumentException("HTTP/1.0 needs to know the body's length.", nameof(request));
            plan = plan with { IsVersion10 = true, KeepAlive = false, ExpectsContinue = false };
        }

        if (!IsTarget(request.Target))
        {
            throw new ArgumentException(
                "The request target holds something else than visible ASCII (RFC 9112 3.2).", nameof(request));
        }

        if (plan.Framing == BodyFraming.None && body.Length != 0)
            throw new ArgumentException(Http1Errors.RequestBodyNotAllowed(request.Method).Summary, nameof(request));
        if (body.TryTakeBytes(out var bytes))
            return new ClientExchange(context, request, plan, null, asker) { Bytes = bytes };
        body.Claim();
        return new ClientExchange(context, request, plan, body, asker);
    }

    /// <summary>Whether the request offers a switch to this protocol.</summary>
    public bool Offers(string? protocol) => protocol is not null && Request.Headers.GetAll("Upgrade")
        .SelectMany(x => x.Split(',', StringSplitOptions.TrimEntries))
        .Contains(protocol, StringComparer.OrdinalIgnoreCase);

    /// <summary>Tells the user of an interim answer. On the turn.</summary>
    public void OnInterim(ResponseHead head)
    {
        if (Request.Options.OnInterim is not { } tell)
            return;
        using (UserCode.Enter())
            tell(head.Status, head.Headers);
    }

    /// <summary>From now on cancelling its asker's token ends it.</summary>
    public void Arm()
    {
        if (_asker.CanBeCanceled)
            _registration = _asker.UnsafeRegister(static state => ((ClientExchange)state!).Cancel(), this);
    }

    /// <summary>It was given to a connection.</summary>
    public void Assign(IActorRef connection)
    {
        Volatile.Write(ref _connection, connection);
        Timings.Queued = _context.Time.GetElapsedTime(CreatedAt);
    }

    /// <summary>Answers. False when it was over before.</summary>
    public bool TryAnswer(HttpResponse response)
    {
        if (Interlocked.CompareExchange(ref _outcome, 1, 0) != 0)
            return false;
        _registration.Unregister();
        _result = response;
        IoDispatcher.RunAfterTurn(this);
        return true;
    }

    /// <summary>Ends without an answer. False when it was over before.</summary>
    public bool TryFail(Exception cause)
    {
        if (Interlocked.CompareExchange(ref _outcome, 2, 0) != 0)
            return false;
        _registration.Unregister();
        AbortBody();
        _result = cause;
        IoDispatcher.RunAfterTurn(this);
        return true;
    }

    /// <summary>Tells whoever asked of the outcome, whose code may follow here and now.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        switch (_result)
        {
            case HttpResponse response:
                _answer.TrySetResult(response);
                break;
            case OperationCanceledException:
                _answer.TrySetCanceled(_asker);
                break;
            case Exception cause:
                _answer.TrySetException(cause);
                break;
        }
    }

    /// <summary>The streamed body is sent from now on; false where it was given up.</summary>
    public bool TryBeginStream() => Interlocked.CompareExchange(ref _streamOwner, 1, 0) == 0;

    /// <summary>Nobody wants the rest of the request's body any more.</summary>
    public void AbortBody()
    {
        // The code that makes the body runs elsewhere; its callbacks must not run here.
        if (_bodyAborted is { } source)
            _ = source.CancelAsync();
        if (Stream is { } stream && Interlocked.CompareExchange(ref _streamOwner, 2, 0) == 0)
            stream.Drop();
    }

    /// <summary>All of the request's body was sent: its maker has a while to end by itself.</summary>
    public void AbortBodySoon() => _bodyAborted?.CancelAfter(BodyGrace);

    public void BodyHasRoom() => Signal(ClientSignals.BodyHasRoom);

    public void BodyGivenUp() => Signal(ClientSignals.BodyGivenUp);

    // What makes a body waits for the connection anyway.
    public void OutputReady(bool isWorthATurn) => Signal(ClientSignals.OutputReady, isWorthATurn);

    /// <summary>What has happened since the last call. On the turn.</summary>
    public ClientSignals TakeSignals() =>
        (ClientSignals)Interlocked.Exchange(ref Unsafe.As<ClientSignals, int>(ref _signals), 0);

    private static bool IsTarget(string target)
    {
        foreach (var c in target)
        {
            if (c is <= ' ' or >= (char)0x7f or '#')
                return false;
        }

        return target.Length > 0;
    }

    private void Cancel()
    {
        if (!TryFail(new OperationCanceledException(_asker)))
            return;
        Pool?.Abandon(this);
        Signal(ClientSignals.Cancelled);
    }

    private void Signal(ClientSignals signal, bool here = false)
    {
        if (Volatile.Read(ref _connection) is not { } connection)
            return;
        ref var signals = ref Unsafe.As<ClientSignals, int>(ref _signals);
        if (Interlocked.Or(ref signals, (int)signal) != 0)
            return;

        if (here)
            IoDispatcher.TellHere(connection, this);
        else
            connection.Tell(this, ActorRefs.NoSender);
    }
}
