using Akka.Actor;
using Akka.IO;
using Aleph.Actors;

namespace TcpStreamLoad;

/// <summary>
/// The same work by a handler actor for each connection, which gets each read as a message and answers with another:
/// what an actor face costs at least.
/// </summary>
internal sealed class HandlerProtocol(bool echo) : IConnectionProtocol
{
    private IConnection _connection = null!;
    private IActorRef _handler = ActorRefs.Nobody;

    public long Deadline => long.MaxValue;

    public void Start(IConnection connection)
    {
        _connection = connection;
        var self = connection.Self;
        _handler = connection.System.ActorOf(Props.Create(() => new Handler(self, echo)));
    }

    public int OnReceived(ReadOnlySpan<byte> data)
    {
        _handler.Tell(new Tcp.Received(ByteString.FromBytes(data.ToArray())), _connection.Self);
        return data.Length;
    }

    public void OnMessage(object message)
    {
        if (message is Tcp.Write write)
            _connection.Output.Write(write.Data.ToReadOnlySpan());
        else if (message is Tcp.Close)
            _connection.Close(ConnectionEnd.Completed);
    }

    public void OnWritable()
    {
    }

    public void OnPeerClosed() => _handler.Tell(Tcp.PeerClosed.Instance);

    public void OnDeadline(long now)
    {
    }

    public void Drain() => _connection.Close(ConnectionEnd.Drained);

    public void OnEnded(ConnectionEnd end) => _connection.System.Stop(_handler);

    private sealed class Handler(IActorRef connection, bool echo) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case Tcp.Received received when echo:
                    connection.Tell(Tcp.Write.Create(received.Data), Self);
                    break;
                case Tcp.PeerClosed:
                    if (!echo)
                        connection.Tell(Tcp.Write.Create(ByteString.FromString("!")), Self);
                    connection.Tell(Tcp.Close.Instance, Self);
                    break;
            }
        }
    }
}
