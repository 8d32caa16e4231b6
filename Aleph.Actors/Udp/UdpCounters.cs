namespace Aleph.Actors.Udp;

/// <summary>
/// The counters of one socket. Its actor alone writes them, anyone may read; a snapshot is not taken at one instant.
/// They outlive the actor.
/// </summary>
internal sealed class UdpCounters
{
    private static readonly KeyValuePair<string, object?> Inbound = new("network.io.direction", "receive");
    private static readonly KeyValuePair<string, object?> Outbound = new("network.io.direction", "transmit");

    private long _received;
    private long _receivedBytes;
    private long _sent;
    private long _sentBytes;
    private long _dropped;
    private long _oversized;
    private long _sendFailures;
    private long _icmpErrors;

    public void Received(int bytes)
    {
        Add(ref _received, 1);
        Add(ref _receivedBytes, bytes);
        Meters.Datagrams.Add(1, Inbound);
        Meters.DatagramBytes.Add(bytes, Inbound);
    }

    public void Sent(int bytes)
    {
        Add(ref _sent, 1);
        Add(ref _sentBytes, bytes);
        Meters.Datagrams.Add(1, Outbound);
        Meters.DatagramBytes.Add(bytes, Outbound);
    }

    public void Dropped()
    {
        Add(ref _dropped, 1);
        Meters.DroppedDatagrams.Add(1);
    }

    public void Oversized() => Add(ref _oversized, 1);

    public void SendFailed() => Add(ref _sendFailures, 1);

    public void IcmpError() => Add(ref _icmpErrors, 1);

    public UdpSocketProtocol.Statistics Snapshot() => new(
        Interlocked.Read(ref _received),
        Interlocked.Read(ref _receivedBytes),
        Interlocked.Read(ref _sent),
        Interlocked.Read(ref _sentBytes),
        Interlocked.Read(ref _dropped),
        Interlocked.Read(ref _oversized),
        Interlocked.Read(ref _sendFailures),
        Interlocked.Read(ref _icmpErrors));

    // With one writer at a time, no lock is needed: only that readers see whole numbers.
    private static void Add(ref long counter, long amount) => Volatile.Write(ref counter, counter + amount);
}
