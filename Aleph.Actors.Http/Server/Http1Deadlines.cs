using Aleph.Actors.Http.Exchanges;

namespace Aleph.Actors.Http.Server;

/// <summary>What a server connection's time ran out for.</summary>
internal enum Http1Deadline
{
    None,
    Idle,
    Head,
    Body,
    Handler,
    Send,
    Drain,
}

/// <summary>
/// The time limits of one server connection, as timestamps. The connection asks after every turn for the next one, so
/// nothing is armed or cancelled here. On the turn.
/// </summary>
internal sealed class Http1Deadlines(IConnection connection, Http1ServerContext context)
{
    private readonly SendWatch _send = new(connection, context);
    private long _quietSince = connection.Now;
    private long _headSince = -1;
    private long _drainUntil = long.MaxValue;
    private long _firstRequestUntil = long.MaxValue;
    private bool _hasServed;

    /// <summary>The earliest limit.</summary>
    public long Next(Http1ServerProtocol protocol, Http1Intake intake)
    {
        _headSince = !intake.IsInHead ? -1 : _headSince < 0 ? connection.Now : _headSince;
        return Math.Min(
            Math.Min(Quiet(protocol), _send.Observe()),
            Math.Min(Math.Min(intake.BodyDeadline, DrainDeadline()), HandlerDeadline(protocol)));
    }

    /// <summary>Which limit has passed.</summary>
    public Http1Deadline Due(long now, Http1ServerProtocol protocol, Http1Intake intake)
    {
        if (_send.IsTooSlow(now))
            return Http1Deadline.Send;
        if (DrainDeadline() <= now)
            return Http1Deadline.Drain;
        if (intake.BodyDeadline <= now)
            return Http1Deadline.Body;
        if (HandlerDeadline(protocol) <= now)
            return Http1Deadline.Handler;
        return Quiet(protocol) > now ? Http1Deadline.None : _headSince < 0 ? Http1Deadline.Idle : Http1Deadline.Head;
    }

    /// <summary>An answer was written.</summary>
    public void ExchangeEnded(long now, bool isSkipping)
    {
        _hasServed = true;
        _quietSince = now;
        if (isSkipping)
            DrainBegan(now);
    }

    /// <summary>
    /// The server drains. The first request of a client that has just connected may be on its way; to close now would
    /// reset it. False if there is nothing to wait for.
    /// </summary>
    public bool AwaitFirstRequest(long now)
    {
        if (_hasServed || context.DrainFirstRequestTimeout == 0)
            return false;
        _firstRequestUntil = now + context.DrainFirstRequestTimeout;
        return true;
    }

    public void DrainBegan(long now) => _drainUntil = now + context.DrainRequestTimeout;

    public void DrainEnded()
    {
        _drainUntil = long.MaxValue;
        _quietSince = connection.Now;
    }

    // The answer leaves first, at the pace that the send watch allows.
    private long DrainDeadline()
    {
        if (_drainUntil != long.MaxValue && connection.Output.Length > 0)
            DrainBegan(connection.Now);
        return _drainUntil;
    }

    private long Quiet(Http1ServerProtocol protocol)
    {
        if (_headSince >= 0)
            return (_hasServed ? _headSince : _quietSince) + context.HeadersTimeout;
        if (protocol.Current is not null || protocol.Phase is ConnectionPhase.Lingering)
            return long.MaxValue;
        return _hasServed ? _quietSince + context.KeepAliveTimeout
            : Math.Min(_quietSince + context.HeadersTimeout, _firstRequestUntil);
    }

    private long HandlerDeadline(Http1ServerProtocol protocol) =>
        protocol.Current is { Answer: null } current ? current.StartedAt + context.HandlerTimeout : long.MaxValue;
}
