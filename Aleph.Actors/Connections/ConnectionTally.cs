namespace Aleph.Actors.Connections;

/// <summary>What connections carry, and why they ended. Any thread.</summary>
internal sealed class ConnectionTally : IConnectionTally
{
    private readonly CountsBy<ConnectionEndReason> _reasons = new();
    private long _bytesReceived;
    private long _bytesSent;

    public long BytesReceived => Interlocked.Read(ref _bytesReceived);

    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>A snapshot; reasons that never were are left out.</summary>
    public IReadOnlyDictionary<ConnectionEndReason, long> Reasons => _reasons.Snapshot();

    public void Transferred(long received, long sent)
    {
        Interlocked.Add(ref _bytesReceived, received);
        Interlocked.Add(ref _bytesSent, sent);
    }

    public void Closed(ConnectionEndReason reason) => _reasons.Add(reason);
}
