using Aleph.Actors.Http.Exchanges;

namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>What a WebSocket's time ran out for.</summary>
internal enum WebSocketDeadline
{
    None,
    Ping,
    Dead,
    Stalled,
    Close,
    Context,
}

/// <summary>The time limits of one WebSocket, as timestamps. On the turn.</summary>
internal sealed class WebSocketDeadlines(IByteChannel channel, WebSocketSettings settings)
{
    private const long Never = long.MaxValue;

    private readonly long _interval = Ticks(channel, settings.HeartbeatInterval);
    private readonly long _timeout = Ticks(channel, settings.HeartbeatTimeout);
    private readonly long _stall = Ticks(channel, settings.SendStallTimeout);
    private long _heardAt = channel.Now;
    private long _pingedAt = Never;
    private long _closeAt = Never;
    private long _contextAt = Never;
    private long _stallAt = Never;
    private long _acknowledged = -1;
    private bool _isDeaf;

    /// <summary>The earliest limit.</summary>
    public long Next()
    {
        WatchOutput();
        return Math.Min(Math.Min(Heartbeat(), _closeAt), Math.Min(_contextAt, _stallAt));
    }

    /// <summary>Which limit has passed.</summary>
    public WebSocketDeadline Due(long now)
    {
        if (_closeAt <= now)
            return WebSocketDeadline.Close;
        if (_stallAt <= now && !HasProgress(now))
            return WebSocketDeadline.Stalled;
        if (_contextAt <= now)
        {
            _contextAt = Never;
            return WebSocketDeadline.Context;
        }

        if (Heartbeat() > now)
            return WebSocketDeadline.None;
        if (_pingedAt == Never)
        {
            _pingedAt = now;
            return WebSocketDeadline.Ping;
        }

        // A peer that still takes what was sent is alive, although its Pong may be a while.
        return HasProgress(now) ? WebSocketDeadline.None : WebSocketDeadline.Dead;
    }

    /// <summary>Octets came.</summary>
    public void Heard()
    {
        _heardAt = channel.Now;
        _pingedAt = Never;
    }

    /// <summary>Reading stops or goes on: a peer that is not listened to cannot be silent.</summary>
    public void SetDeaf(bool isDeaf)
    {
        if (_isDeaf && !isDeaf)
            Heard();
        _isDeaf = isDeaf;
    }

    /// <summary>The closing began; it has a limit from now on.</summary>
    public void Closing()
    {
        if (_closeAt == Never)
            _closeAt = channel.Now + Ticks(channel, settings.CloseTimeout);
    }

    /// <summary>A compressed message was sent.</summary>
    public void ContextUsed() => _contextAt = channel.Now + Ticks(channel, settings.ContextIdleTimeout);

    private long Heartbeat()
    {
        if (_isDeaf || _closeAt != Never)
            return Never;
        return _pingedAt == Never ? _heardAt + _interval : _pingedAt + _timeout;
    }

    private void WatchOutput()
    {
        if (channel.Output.Length == 0)
        {
            _stallAt = Never;
            return;
        }

        if (_stallAt != Never)
            return;
        _acknowledged = channel.Acknowledged;
        _stallAt = channel.Now + _stall;
    }

    private bool HasProgress(long now)
    {
        var acknowledged = channel.Acknowledged;
        if (acknowledged == _acknowledged)
            return false;
        _acknowledged = acknowledged;
        if (_stallAt != Never)
            _stallAt = now + _stall;
        if (_pingedAt != Never)
            _pingedAt = now;
        return true;
    }

    private static long Ticks(IByteChannel channel, TimeSpan? span) =>
        span is { } known ? (long)(known.TotalSeconds * channel.Time.TimestampFrequency) : Never / 4;
}
