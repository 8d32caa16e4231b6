namespace ByteFilter;

/// <summary>What all connections have moved. Any thread.</summary>
internal sealed class Totals
{
    private long _connections;
    private long _received;
    private long _sent;

    public void Connection() => Interlocked.Increment(ref _connections);

    public void Received(int bytes) => Interlocked.Add(ref _received, bytes);

    public void Sent(int bytes) => Interlocked.Add(ref _sent, bytes);

    public override string ToString() =>
        $"{Interlocked.Read(ref _connections)} connections, {Interlocked.Read(ref _received)} bytes in, "
        + $"{Interlocked.Read(ref _sent)} bytes out\n";
}
