namespace Aleph.Actors.Http.Client;

/// <summary>What a client connection's time ran out for.</summary>
internal enum ClientDeadline
{
    None,
    Idle,
    Lifetime,
    Continue,
    Send,
    Response,
    Read,
    Unread,
    Drain,
    Request,
}

/// <summary>
/// The time limits of one client connection, as timestamps. The connection asks after every turn for the next one, so
/// nothing is armed or cancelled here. On the turn.
/// </summary>
internal sealed class ClientDeadlines(IConnection connection, ClientContext context, long lifetimeEnd)
{
    private long _idleSince = connection.Now;
    private long _sent;
    private long _sentAt = -1;
    private long _continueAt = long.MaxValue;
    private long _response = long.MaxValue;
    private long _readSince = -1;
    private long _unreadAt = long.MaxValue;
    private long _drainAt = long.MaxValue;
    private ClientExchange? _exchange;

    /// <summary>When another connection should take its place.</summary>
    public long LifetimeEnd => lifetimeEnd;

    public void Began(ClientExchange exchange)
    {
        _exchange = exchange;
        _sent = connection.BytesSent;
        _sentAt = -1;
    }

    public void AwaitsContinue() => _continueAt = connection.Now + context.ExpectContinueTimeout;

    public void GoesOn() => _continueAt = long.MaxValue;

    /// <summary>All of the request was written.</summary>
    public void Sent() =>
        _response = ClientContext.Add(connection.Now, context.Ticks(_exchange!.ResponseTimeout));

    /// <summary>The head of the final answer is there.</summary>
    public void Answered()
    {
        _response = long.MaxValue;
        _continueAt = long.MaxValue;
        _readSince = connection.Now;
    }

    /// <summary>More of the body came, or there is room for it again.</summary>
    public void Read()
    {
        _readSince = connection.Now;
        _unreadAt = long.MaxValue;
    }

    /// <summary>Nothing more of the body is wanted for now.</summary>
    public void Paused()
    {
        _readSince = -1;
        _unreadAt = connection.Now + context.UnreadTimeout;
    }

    /// <summary>The rest of the body is thrown away.</summary>
    public void Drains()
    {
        Read();
        _drainAt = connection.Now + context.DrainTimeout;
    }

    public void Ended()
    {
        _exchange = null;
        _readSince = -1;
        _response = _continueAt = _unreadAt = _drainAt = long.MaxValue;
        _idleSince = connection.Now;
    }

    /// <summary>The earliest limit.</summary>
    public long Next()
    {
        if (_exchange is not { } exchange)
            return Math.Min(ClientContext.Add(_idleSince, context.IdleTimeout), lifetimeEnd);
        return Math.Min(
            Math.Min(Math.Min(exchange.Deadline, ObserveSend(exchange)), Math.Min(_continueAt, _response)),
            Math.Min(ReadDeadline(exchange), Math.Min(_unreadAt, _drainAt)));
    }

    /// <summary>Which limit has passed.</summary>
    public ClientDeadline Due(long now)
    {
        if (_exchange is not { } exchange)
        {
            if (lifetimeEnd <= now)
                return ClientDeadline.Lifetime;
            return ClientContext.Add(_idleSince, context.IdleTimeout) <= now ? ClientDeadline.Idle
                : ClientDeadline.None;
        }

        if (exchange.Deadline <= now)
            return ClientDeadline.Request;
        if (ObserveSend(exchange) <= now)
            return ClientDeadline.Send;
        if (_continueAt <= now)
            return ClientDeadline.Continue;
        if (_response <= now)
            return ClientDeadline.Response;
        if (_drainAt <= now)
            return ClientDeadline.Drain;
        if (_unreadAt <= now)
            return ClientDeadline.Unread;
        return ReadDeadline(exchange) <= now ? ClientDeadline.Read : ClientDeadline.None;
    }

    private long ReadDeadline(ClientExchange exchange) =>
        _readSince < 0 ? long.MaxValue : ClientContext.Add(_readSince, context.Ticks(exchange.ReadTimeout));

    private long ObserveSend(ClientExchange exchange)
    {
        if (connection.Output.Length == 0)
        {
            _sentAt = -1;
            return long.MaxValue;
        }

        if (_sentAt < 0 || connection.BytesSent != _sent)
            (_sent, _sentAt) = (connection.BytesSent, connection.Now);
        return ClientContext.Add(_sentAt, context.Ticks(exchange.SendTimeout));
    }
}
