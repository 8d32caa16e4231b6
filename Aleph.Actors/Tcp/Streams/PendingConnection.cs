using Akka.Actor;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Tcp.Streams;

/// <summary>
/// A connection that a server has accepted and that waits for somebody to handle it: the other side of its <see
/// cref="UnhandledProtocol"/>. Any thread.
/// </summary>
internal sealed class PendingConnection(ConnectionInfo info, IActorRef actor)
{
    private int _taken;

    /// <summary>Who is connected to whom.</summary>
    public ConnectionInfo Info { get; } = info;

    /// <summary>Makes sure that there is one who handles it.</summary>
    /// <exception cref="InvalidOperationException">There is one already.</exception>
    public void Claim()
    {
        if (Interlocked.Exchange(ref _taken, 1) != 0)
            throw new InvalidOperationException($"The {this} has a handler already; it can be handled once.");
    }

    /// <summary>Lets the connection go on with another protocol.</summary>
    /// <param name="protocol">Makes it, on the connection's turn.</param>
    /// <param name="ended">Called instead, on any thread, when the connection has ended by then; or null.</param>
    public void Begin(ConnectionProtocolFactory protocol, Action? ended = null) =>
        actor.Tell(new UnhandledProtocol.Handle(protocol, ended), ActorRefs.NoSender);

    /// <summary>Nobody will handle it.</summary>
    public void Refuse() => actor.Tell(ConnectionMessages.Drain.Instance, ActorRefs.NoSender);

    /// <summary>Who is connected to whom, for logs.</summary>
    public override string ToString() => $"connection {Info.Id} from {Info.RemoteEndPoint}";
}
