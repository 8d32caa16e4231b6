using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Tcp.Streams;

/// <summary>
/// A connection that waits for whoever handles it: reads nothing, and becomes what the first message
/// <see cref="Handle"/> says. Made for each connection of a server whose connections are elements of a stream; closes
/// the connection when nobody comes.
/// </summary>
/// <param name="offer">Called once, on the connection's turn.</param>
/// <param name="patience">How long it waits.</param>
/// <param name="key">The setting that says so.</param>
internal sealed class UnhandledProtocol(Action<PendingConnection> offer, TimeSpan patience, string key)
    : IConnectionProtocol
{
    private IConnection _connection = null!;
    private Handle? _handle;

    public long Deadline { get; private set; }

    public void Start(IConnection connection)
    {
        _connection = connection;
        connection.PauseReading();
        Deadline = connection.Now + (long)(patience.TotalSeconds * connection.Time.TimestampFrequency);
        offer(new PendingConnection(connection.Info, connection.Self));
    }

    public int OnReceived(ReadOnlySpan<byte> data) => 0;

    public void OnMessage(object message)
    {
        if (message is not Handle handle)
            return;
        _handle = handle;
        _connection.ReplaceProtocol(handle.Protocol(_connection.Info));
    }

    public void OnWritable()
    {
    }

    public void OnPeerClosed()
    {
        // What it sent before may be a whole request: the protocol that follows is told again.
    }

    public void OnDeadline(long now)
    {
        _connection.Log.Warning("Nobody handled the connection within {0}, {1}; it is closed.", key, patience);
        _connection.Close(new ConnectionEnd(ConnectionEndReason.Timeout, "no handler"));
    }

    public void Drain() => _connection.Close(ConnectionEnd.Drained);

    public void OnEnded(ConnectionEnd end) => _handle?.Release();

    /// <summary>From whoever took the connection: go on with this protocol.</summary>
    internal sealed class Handle(ConnectionProtocolFactory protocol, Action? ended)
        : IOwnsResource, INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public ConnectionProtocolFactory Protocol { get; } = protocol;

        // Dead letters come here, too: whoever took a connection that is gone must learn of it.
        public void Release() => ended?.Invoke();
    }
}
