using Aleph.Actors.Http.Exchanges;

namespace Aleph.Actors.Http.Server;

/// <summary>
/// Watches that the peer takes what there is to send: not one byte for long is a stall, too few a second too slow.
/// </summary>
internal sealed class SendWatch(IConnection connection, Http1ServerContext context)
{
    // How often, within the time of a stall, the kernel is asked whether the peer has taken more.
    private const int LooksPerStall = 4;

    private DataRate _rate = new(
        context.Settings.MinResponseDataRate, context.DataRateGrace, context.Time.TimestampFrequency);
    private long _sent;
    private long _acknowledged;
    private long _progressAt;
    private long _lookAt;
    private bool _isSending;

    /// <summary>
    /// Takes note of what was sent since the last call, and answers when <see cref="IsTooSlow"/> is to be asked.
    /// </summary>
    public long Observe()
    {
        if (connection.Output.Length == 0)
        {
            _isSending = false;
            return long.MaxValue;
        }

        var sent = connection.BytesSent;
        if (!_isSending)
        {
            _isSending = true;
            _acknowledged = connection.BytesAcknowledged;
            _rate.Reset();
            _rate.Wait(connection.Now);
            Progressed(connection.Now);
        }
        else if (sent != _sent)
        {
            Progressed(connection.Now);
        }

        _sent = sent;
        return Math.Min(_lookAt, _rate.Deadline);
    }

    /// <summary>
    /// Whether the peer has been too slow. Asks the kernel, which may hold much that the peer is still taking.
    /// </summary>
    public bool IsTooSlow(long now)
    {
        if (Observe() > now)
            return false;
        var acknowledged = connection.BytesAcknowledged;
        if (acknowledged != _acknowledged)
            Progressed(now);
        _rate.Add(acknowledged - _acknowledged);
        _acknowledged = acknowledged;
        _lookAt = Math.Min(now + (context.StallTimeout / LooksPerStall), _progressAt + context.StallTimeout);
        return _progressAt + context.StallTimeout <= now || _rate.Deadline <= now;
    }

    private void Progressed(long now)
    {
        _progressAt = now;
        _lookAt = now + (context.StallTimeout / LooksPerStall);
    }
}
