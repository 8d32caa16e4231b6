namespace Aleph.Actors.Connections;

/// <summary>What connections that are over had carried, and why they ended. Any thread.</summary>
internal sealed class ConnectionTally : IConnectionTally
{
    private readonly CountsBy<ConnectionEndReason> _reasons = new();
    private long _bytesReceived;
    private long _bytesSent;

    public long BytesReceived => Interlocked.Read(ref _bytesReceived);

    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>A snapshot; reasons that never were are left out.</summary>
    public IReadOnlyDictionary<ConnectionEndReason, long> Reasons => _reasons.Snapshot();

    public void Closed(ConnectionEndReason reason, long received, long sent)
    {
        _reasons.Add(reason);
        Interlocked.Add(ref _bytesReceived, received);
        Interlocked.Add(ref _bytesSent, sent);
    }
}
