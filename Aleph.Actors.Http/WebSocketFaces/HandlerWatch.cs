using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>Watches an actor on behalf of a connection, which is told of its death.</summary>
internal sealed class HandlerWatch(ActorSystem system, IActorRef handler, IActorRef connection) : MinimalActorRef
{
    private readonly IInternalActorRef _handler = (IInternalActorRef)handler;
    private ActorPath? _path;

    public override ActorPath Path => _path ??= Provider.TempPath();

    public override IActorRefProvider Provider => ((ExtendedActorSystem)system).Provider;

    public void Begin() => _handler.SendSystemMessage(new Watch(_handler, this));

    public void End() => _handler.SendSystemMessage(new Unwatch(_handler, this));

    public override void SendSystemMessage(ISystemMessage message)
    {
        if (message is DeathWatchNotification)
            connection.Tell(Died.Instance, ActorRefs.NoSender);
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
    }

    /// <summary>To the connection: its handler has stopped.</summary>
    internal sealed class Died : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static Died Instance { get; } = new();
    }
}
