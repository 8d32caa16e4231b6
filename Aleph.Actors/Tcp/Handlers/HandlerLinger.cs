namespace Aleph.Actors.Tcp.Handlers;

/// <summary>
/// How long a closing connection waits for its peer to take what is left. A slow one that still takes is waited for.
/// Used on the connection's turn.
/// </summary>
internal sealed class HandlerLinger(IConnection connection, TimeSpan timeout)
{
    private long _acknowledged;

    /// <summary>When to ask <see cref="IsOver"/>; <see cref="long.MaxValue"/> for never.</summary>
    public long Deadline { get; private set; } = long.MaxValue;

    /// <summary>Waits from now on, unless it does already.</summary>
    public void Begin()
    {
        if (Deadline == long.MaxValue)
            Arm();
    }

    /// <summary>There is nothing left to wait for.</summary>
    public void End() => Deadline = long.MaxValue;

    /// <summary>Whether the peer took nothing in all the time; if it did, the time begins anew.</summary>
    public bool IsOver()
    {
        if (connection.BytesAcknowledged == _acknowledged || timeout == TimeSpan.Zero)
            return true;
        Arm();
        return false;
    }

    private void Arm()
    {
        _acknowledged = connection.BytesAcknowledged;
        Deadline = connection.Now + (long)(timeout.TotalSeconds * connection.Time.TimestampFrequency);
    }
}
