namespace Aleph.Actors.Connections;

/// <summary>The counters of one listener, which count for its server, too. Its listener writes them, anyone may
/// read.</summary>
internal sealed class ListenerCounters(int index, ServerCounters server)
{
    private long _accepted;
    private long _failedAccepts;
    private long _refused;
    private long _restarts;

    /// <summary>Counts one accepted connection and answers its id, unique within the server.</summary>
    public long Accepted()
    {
        Interlocked.Increment(ref _accepted);
        return server.Accepted();
    }

    public void FailedAccept()
    {
        Interlocked.Increment(ref _failedAccepts);
        server.FailedAccept();
    }

    public void Rejected()
    {
        Interlocked.Increment(ref _refused);
        server.Rejected();
    }

    public void Restarted()
    {
        Interlocked.Increment(ref _restarts);
        server.ListenerRestarted();
    }

    public ListenerStatistics Snapshot() => new(
        index,
        Interlocked.Read(ref _accepted),
        Interlocked.Read(ref _failedAccepts),
        Interlocked.Read(ref _refused),
        Interlocked.Read(ref _restarts));
}
