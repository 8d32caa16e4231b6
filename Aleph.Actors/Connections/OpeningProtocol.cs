using Akka.Actor;

namespace Aleph.Actors.Connections;

/// <summary>
/// What a connection runs while its transport is opening (a TLS handshake, a PROXY header): it consumes nothing, and
/// keeps messages for the protocol that follows. The connection replaces it when the transport has opened.
/// </summary>
internal sealed class OpeningProtocol : IConnectionProtocol
{
    private IConnection _connection = null!;
    private List<object>? _messages;

    public long Deadline => long.MaxValue;

    public void Start(IConnection connection) => _connection = connection;

    public int OnReceived(ReadOnlySpan<byte> data) => 0;

    public void OnMessage(object message) => (_messages ??= []).Add(message);

    public void OnWritable()
    {
    }

    public void OnPeerClosed() => _connection.Close(
        new ConnectionEnd(ConnectionEndReason.HandshakeFailed, "The peer closed before the connection had opened."));

    public void OnDeadline(long now)
    {
    }

    public void Drain() => _connection.Abort(ConnectionEnd.Drained);

    public void OnEnded(ConnectionEnd end)
    {
        foreach (var message in _messages ?? [])
            (message as IOwnsResource)?.Release();
    }

    /// <summary>Tells <paramref name="connection"/> once more what it was told too early.</summary>
    public void PassOn(IActorRef connection)
    {
        foreach (var message in _messages ?? [])
            connection.Tell(message, ActorRefs.NoSender);
    }
}
