namespace Aleph.Actors.Udp;

/// <summary>
/// The counters of one socket. Its actor alone writes them, anyone may read; a snapshot is not taken at one instant.
/// They outlive the actor.
/// </summary>
internal sealed class UdpCounters
{
    private long _received;
    private long _receivedBytes;
    private long _sent;
    private long _sentBytes;
    private long _dropped;
    private long _oversized;
    private long _sendFailures;
    private long _icmpErrors;

    // Atomic although there is one writer: a restarted actor may be on another thread. An uncontended add costs 5 ns.
    public void Received(int bytes) => Add(ref _received, ref _receivedBytes, bytes);

    public void Sent(int bytes) => Add(ref _sent, ref _sentBytes, bytes);

    public void Dropped() => Interlocked.Increment(ref _dropped);

    public void Oversized() => Interlocked.Increment(ref _oversized);

    public void SendFailed() => Interlocked.Increment(ref _sendFailures);

    public void IcmpError() => Interlocked.Increment(ref _icmpErrors);

    public UdpSocketProtocol.Statistics Snapshot() => new(
        Interlocked.Read(ref _received),
        Interlocked.Read(ref _receivedBytes),
        Interlocked.Read(ref _sent),
        Interlocked.Read(ref _sentBytes),
        Interlocked.Read(ref _dropped),
        Interlocked.Read(ref _oversized),
        Interlocked.Read(ref _sendFailures),
        Interlocked.Read(ref _icmpErrors));

    private static void Add(ref long count, ref long bytes, int length)
    {
        Interlocked.Increment(ref count);
        Interlocked.Add(ref bytes, length);
    }
}
