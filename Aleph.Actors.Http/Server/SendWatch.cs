using Aleph.Actors.Http.Exchanges;

namespace Aleph.Actors.Http.Server;

/// <summary>Watches that the peer takes what there is to send: not one byte for long is a stall, too few a second too slow.</summary>
internal sealed class SendWatch(IConnection connection, Http1ServerContext context)
{
    private DataRate _rate = new(
        context.Settings.MinResponseDataRate, context.DataRateGrace, context.Time.TimestampFrequency);
    private long _sent;
    private long _progressAt;
    private bool _isSending;

    /// <summary>Takes note of what was sent since the last call, and answers when the peer will have been too slow.</summary>
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
            _rate.Reset();
            _rate.Wait(connection.Now);
            _progressAt = connection.Now;
        }
        else if (sent != _sent)
        {
            _rate.Add(sent - _sent);
            _progressAt = connection.Now;
        }

        _sent = sent;
        return Math.Min(_progressAt + context.StallTimeout, _rate.Deadline);
    }
}
