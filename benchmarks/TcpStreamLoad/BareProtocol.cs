using Aleph.Actors;

namespace TcpStreamLoad;

/// <summary>
/// The same work as a protocol of one's own on the connection's turn: what everything else is built on.
/// </summary>
internal sealed class BareProtocol(bool echo) : IConnectionProtocol
{
    private IConnection _connection = null!;

    public long Deadline => long.MaxValue;

    public void Start(IConnection connection) => _connection = connection;

    public int OnReceived(ReadOnlySpan<byte> data)
    {
        if (echo)
            _connection.Output.Write(data);
        return data.Length;
    }

    public void OnMessage(object message)
    {
    }

    public void OnWritable()
    {
    }

    public void OnPeerClosed()
    {
        if (!echo)
            _connection.Output.Write("!"u8);
        _connection.Close(ConnectionEnd.Completed);
    }

    public void OnDeadline(long now)
    {
    }

    public void Drain() => _connection.Close(ConnectionEnd.Drained);

    public void OnEnded(ConnectionEnd end)
    {
    }
}
