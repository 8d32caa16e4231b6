using Aleph.Actors.Connections;

namespace Aleph.Actors.Tcp.Client;

/// <summary>
/// The counters of one parent of outgoing connections. They outlive its restarts; a snapshot is not taken at one
/// instant. Any thread.
/// </summary>
internal sealed class ClientCounters : IConnectionTally
{
    private readonly ConnectionTally _tally = new();
    private readonly CountsBy<ConnectPhase> _failures = new();
    private long _attempts;
    private long _connected;
    private long _failed;
    private long _ended;

    public void Attempted() => Interlocked.Increment(ref _attempts);

    public void Connected() => Interlocked.Increment(ref _connected);

    public void Failed(ConnectPhase phase)
    {
        _failures.Add(phase);
        Interlocked.Increment(ref _failed);
    }

    public void Transferred(long received, long sent) => _tally.Transferred(received, sent);

    /// <summary>A connection is over that had been counted as connected.</summary>
    public void Closed(ConnectionEndReason reason)
    {
        _tally.Closed(reason);
        Interlocked.Increment(ref _ended);
    }

    public TcpClientStatistics Snapshot()
    {
        // Later stages first: read in this order, nothing is seen in a stage without having been in those before.
        var ended = Interlocked.Read(ref _ended);
        var connected = Interlocked.Read(ref _connected);
        var failed = Interlocked.Read(ref _failed);
        var attempts = Interlocked.Read(ref _attempts);
        return new TcpClientStatistics(connected - ended, attempts, connected, failed, ended)
        {
            BytesReceived = _tally.BytesReceived,
            BytesSent = _tally.BytesSent,
            EndReasons = _tally.Reasons,
            Failures = _failures.Snapshot(),
        };
    }
}
