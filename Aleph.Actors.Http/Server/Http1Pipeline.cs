namespace Aleph.Actors.Http.Server;

/// <summary>
/// The exchanges of one connection in the order of their requests, which is that of their answers: which run, which one
/// waits until all before it are answered, and whether another may be read (RFC 9112 9.3.2). On the turn.
/// </summary>
internal sealed class Http1Pipeline(Http1ServerContext context)
{
    private readonly Queue<Http1Exchange> _running = new(1);
    private Http1Exchange? _held;
    private Http1Exchange? _newest;

    /// <summary>The exchange whose answer is next; null when nothing is under way.</summary>
    public Http1Exchange? Current => _running.TryPeek(out var first) ? first : null;

    /// <summary>All that run, in order.</summary>
    public IEnumerable<Http1Exchange> Running => _running;

    /// <summary>Whether the head of another request may be read.</summary>
    public bool HasRoom =>
        _held is null
        && (_newest is null || (!_newest.RunsAlone && _newest.KeepAlive && _running.Count < context.MaxConcurrent));

    /// <summary>What is under way, for operators.</summary>
    public IReadOnlyList<ExchangeDescription> Describe(IConnection connection)
    {
        var all = _held is null ? _running : _running.Append(_held);
        return [.. all.Select(x => x.Describe(connection.Now, isHeld: x == _held))];
    }

    /// <summary>Whether no request came after this one.</summary>
    public bool IsNewest(Http1Exchange exchange) => exchange == _newest;

    /// <summary>Keeps one that must run alone until all before it are answered; false when it may run now.</summary>
    public bool TryHold(Http1Exchange exchange)
    {
        _newest = exchange;
        if (_running.Count == 0 || !exchange.RunsAlone)
            return false;
        _held = exchange;
        return true;
    }

    /// <summary>One runs.</summary>
    public void Add(Http1Exchange exchange)
    {
        _newest = exchange;
        _running.Enqueue(exchange);
        context.Counters.Began();
    }

    /// <summary>The current one was answered.</summary>
    public void Remove()
    {
        if (_running.Dequeue() == _newest)
            _newest = null;
        context.Counters.Ended();
    }

    /// <summary>The one that waited, if nothing runs any more.</summary>
    public Http1Exchange? TakeHeld()
    {
        if (_running.Count > 0)
            return null;
        var held = _held;
        _held = null;
        return held;
    }

    /// <summary>The connection has ended before these were answered.</summary>
    public void AbortAll(string error)
    {
        while (Current is { } exchange)
        {
            Remove();
            exchange.End(aborted: true, error);
        }

        TakeHeld()?.End(aborted: true, error);
    }
}
