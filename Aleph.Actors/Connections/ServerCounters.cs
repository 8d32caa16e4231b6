namespace Aleph.Actors.Connections;

/// <summary>
/// The counters of one server. Its actors write them, anyone may read; a snapshot is not taken at one instant. They
/// outlive restarts of those actors.
/// </summary>
internal sealed class ServerCounters : IConnectionTally
{
    private readonly ConnectionTally _tally = new();
    private long _accepted;
    private long _ended;
    private long _failedAccepts;
    private long _rejected;
    private long _aborted;
    private long _listenerRestarts;
    private ListenerCounters[] _listeners = [];

    /// <summary>The counters of one listener, made at the first use. On the server's turn.</summary>
    public ListenerCounters Listener(int index)
    {
        while (_listeners.Length <= index)
            Volatile.Write(ref _listeners, [.. _listeners, new ListenerCounters(_listeners.Length, this)]);
        return _listeners[index];
    }

    /// <summary>Counts one accepted connection and answers its id: ascending from 1.</summary>
    public long Accepted() => Interlocked.Increment(ref _accepted);

    public void Ended() => Interlocked.Increment(ref _ended);

    public void Closed(ConnectionEndReason reason) => _tally.Closed(reason);

    public void Transferred(long received, long sent) => _tally.Transferred(received, sent);

    public void FailedAccept() => Interlocked.Increment(ref _failedAccepts);

    public void Rejected()
    {
        Interlocked.Increment(ref _rejected);
        Meters.RejectedConnections.Add(1);
    }

    public void Aborted(int count) => Interlocked.Add(ref _aborted, count);

    public void ListenerRestarted() => Interlocked.Increment(ref _listenerRestarts);

    public ServerProtocol.Statistics Snapshot()
    {
        // Ended first: read in this order, no connection is seen as ended and not as accepted.
        var ended = Interlocked.Read(ref _ended);
        var accepted = Interlocked.Read(ref _accepted);
        return new ServerProtocol.Statistics(
            accepted - ended,
            accepted,
            ended,
            Interlocked.Read(ref _failedAccepts),
            Interlocked.Read(ref _rejected),
            Interlocked.Read(ref _aborted),
            Interlocked.Read(ref _listenerRestarts))
        {
            BytesReceived = _tally.BytesReceived,
            BytesSent = _tally.BytesSent,
            EndReasons = _tally.Reasons,
            Listeners = [.. Volatile.Read(ref _listeners).Select(x => x.Snapshot())],
        };
    }
}
