using Aleph.Actors.Connections;
using Aleph.Actors.Http.Client.Failures;
using Aleph.Actors.Http.Client.Pool;

namespace Aleph.Actors.Http.Client;

/// <summary>
/// The exchanges under way on one client connection, in the order of their requests (RFC 9112 9.3.2): the first awaits
/// its answer, those behind it were sent after it. Without pipelining there is one at most. It counts them, and at the
/// connection's end says which are sent anew. On the turn.
/// </summary>
internal sealed class ClientPipeline(PoolCore core, ConnectionSlot slot)
{
    // A request that nobody answers is not carried from one dying connection to the next for ever.
    private const int MaxReturns = 16;

    private Queue<ClientExchange>? _behind;
    private ClientExchange? _last;
    private WireLog? _wire;

    /// <summary>Whose answer comes next; null where nothing is under way.</summary>
    public ClientExchange? Current { get; private set; }

    /// <summary>The one whose request was written last; null where nothing is under way.</summary>
    public ClientExchange? Last => _last;

    public int Count => Current is null ? 0 : 1 + (_behind?.Count ?? 0);

    /// <summary>How many answers the connection has brought.</summary>
    public int Served { get; private set; }

    /// <summary>When the time of one behind the current runs out.</summary>
    public long Deadline
    {
        get
        {
            var next = long.MaxValue;
            if (_behind is { Count: > 0 })
            {
                foreach (var exchange in _behind)
                    next = exchange.IsOver ? next : Math.Min(next, exchange.Deadline);
            }

            return next;
        }
    }

    /// <summary>What it carries, the oldest first.</summary>
    public IReadOnlyList<ExchangeDescription> Describe(IConnection connection) => Current is not { } current ? [] :
    [
        .. new[] { current }.Concat(_behind ?? Enumerable.Empty<ClientExchange>()).Select(x =>
            new ExchangeDescription(
                $"{x.Request.Method} {x.Request.Url?.AbsolutePath}",
                ExchangeState.Handling,
                connection.Time.GetElapsedTime(x.CreatedAt, connection.Now))),
    ];

    /// <summary>The connection is open.</summary>
    public void Open(IConnection connection) => _wire = (connection as Connection)?.Wire;

    /// <summary>What waits to be sent next, if it may be; else null.</summary>
    public ClientExchange? Next()
    {
        var next = core.Next(slot, isIdle: Count == 0);
        if (next is null && Count == 0)
            _wire?.Note("is idle");
        return next;
    }

    public bool Contains(ClientExchange exchange) => exchange == Current || _behind?.Contains(exchange) == true;

    /// <summary>The request of an exchange is written now.</summary>
    public void Add(ClientExchange exchange)
    {
        exchange.Timings.IsReused = Served > 0;
        if (Served == 0)
            exchange.Timings.Take(slot.Phases);
        else
            _wire?.Note("is reused");
        core.Counters.Began();
        core.Counters.QueueLatency.Add(exchange.Timings.Queued ?? default);
        if (Current is null)
            Current = exchange;
        else
            (_behind ??= new Queue<ClientExchange>()).Enqueue(exchange);
        _last = exchange;
        slot.Depth = Count;
    }

    /// <summary>The current exchange has its answer, or the connection: the next is current.</summary>
    public void MoveOn()
    {
        Served++;
        core.Counters.Ended();
        Current = _behind is { Count: > 0 } ? _behind.Dequeue() : null;
        if (Current is null)
            _last = null;
        slot.Depth = Count;
    }

    /// <summary>Fails those behind the current whose time has run out; their answers are skipped when they
    /// come.</summary>
    public void Expire(long now)
    {
        foreach (var exchange in _behind ?? [])
        {
            if (exchange.Deadline <= now
                && exchange.TryFail(new RequestTimeoutException(exchange.RequestTimeout!.Value)))
            {
                core.Counters.Failed();
            }
        }
    }

    /// <summary>The connection has ended: what may go to another goes there, the rest fails.</summary>
    /// <param name="end">How it ended.</param>
    /// <param name="failure">What the current exchange fails with; null where it has no failure of its own.</param>
    /// <param name="isUntouched">Whether nothing of the current answer has come.</param>
    /// <param name="bytesSent">How much was sent.</param>
    /// <returns>What the current exchange failed with, or null.</returns>
    public HttpClientException? End(ConnectionEnd end, HttpClientException? failure, bool isUntouched, long bytesSent)
    {
        // Given back from the last to the first, so that they keep their order in the queue.
        if (slot.Kill() is { } left && !Contains(left))
            core.GiveBack(left);
        foreach (var exchange in (_behind ?? []).Reverse())
            EndOne(exchange, end, null, isUntouched: true, bytesSent);
        (_behind, _last) = (null, null);
        if (Current is not { } current)
            return null;
        Current = null;
        return EndOne(current, end, failure, isUntouched, bytesSent);
    }

    private HttpClientException? EndOne(
        ClientExchange exchange, ConnectionEnd end, HttpClientException? failure, bool isUntouched, long bytesSent)
    {
        core.Counters.Ended();
        var isUnsent = bytesSent <= exchange.SentFrom;
        if (failure is null && MayRepeat(exchange, isUnsent, isUntouched))
        {
            core.Counters.Retried();
            core.GiveBack(exchange);
            return null;
        }

        failure ??= ClientErrors.Ended(end, isUnsent, isUntouched ? "before the answer" : "within the answer");
        if (exchange.TryFail(failure))
            core.Counters.Failed();
        return failure;
    }

    // RFC 9110 9.2.2: what was not sent may be sent anew; what was, only where twice is as good as once.
    private bool MayRepeat(ClientExchange exchange, bool isUnsent, bool isUntouched) =>
        !exchange.IsOver && !exchange.IsStreamBegun && exchange.Returns < MaxReturns && !core.Context.IsSingle
        && (isUnsent || (Served > 0 && isUntouched && HttpMethods.IsIdempotent(exchange.Request.Method)));
}
