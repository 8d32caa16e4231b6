using Akka.Actor;
using Aleph.Actors.Connections;
using Aleph.Actors.Tcp;

namespace Aleph.Actors.Http.Server;

/// <summary>Makes connections inside the process whose far ends are served. Any thread.</summary>
internal sealed class MemoryConnector(ExtendedActorSystem system, ServerSpec server)
{
    private static long _ids;

    private readonly Props _connection =
        ConnectionActor.Create(new ConnectionSpec(server.Protocol, server.Settings.Connection, server.Settings.Time));

    public ValueTask<ITransport> ConnectAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var (near, far) = MemoryTransport.CreatePair();
        var id = Interlocked.Increment(ref _ids);
        system.SystemActorOf(_connection, $"aleph-memory-{id}")
            .Tell(new ConnectionMessages.Adopt(id, far), ActorRefs.NoSender);
        return new ValueTask<ITransport>(near);
    }
}
