using Akka.Actor;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Tcp;

/// <summary>
/// What a server tells of itself beyond its counters: subscriptions, descriptions, readiness. Owned by the server actor
/// and used on its turn.
/// </summary>
internal sealed class ServerInsight(
    LiveServer live, IActorRef connections, ListenerGroup listeners, ServerReadiness? readiness)
{
    private readonly ServerReadiness.Member _member = (readiness ?? new ServerReadiness()).Join();

    /// <summary>Answers a command, if it is one of these.</summary>
    public bool TryHandle(ServerProtocol.Command command, IActorRef asker, IActorContext context)
    {
        switch (command)
        {
            case ServerProtocol.Subscribe subscribe:
                live.Subscribers.Add(context.Watch(subscribe.Subscriber));
                asker.Tell(ServerProtocol.Subscribed.Instance, context.Self);
                return true;
            case ServerProtocol.Unsubscribe unsubscribe:
                if (live.Subscribers.Remove(unsubscribe.Subscriber))
                    context.Unwatch(unsubscribe.Subscriber);
                asker.Tell(ServerProtocol.Unsubscribed.Instance, context.Self);
                return true;
            case ServerProtocol.GetConnections:
                connections.Tell(new ConnectionsMessages.List(asker), ActorRefs.NoSender);
                return true;
            case ServerProtocol.DescribeConnection describe:
                connections.Tell(
                    new ConnectionMessages.Describe(
                        describe.Id, asker, context.Self, cause => new ServerProtocol.CommandFailed(describe, cause)),
                    ActorRefs.NoSender);
                return true;
            case ServerProtocol.DescribeListener describe:
                asker.Tell(Describe(describe), context.Self);
                return true;
            default:
                return false;
        }
    }

    /// <summary>One has ended; true when it was a subscriber.</summary>
    public bool TryForget(IActorRef ended) => live.Subscribers.Remove(ended);

    /// <summary>The server listens.</summary>
    public void Ready(IActorRef self)
    {
        _member.Ready();
        Tell(_member.IsReady, self);
    }

    /// <summary>The server will stop listening. Harmless when repeated.</summary>
    public void Leave(IActorRef self)
    {
        _member.Leave();
        Tell(false, self);
    }

    /// <summary>The server has ended.</summary>
    public void End(IActorRef self)
    {
        Leave(self);
        _member.End();
    }

    private ServerProtocol.Event Describe(ServerProtocol.DescribeListener command) =>
        listeners.Describe(command.Index) is { } description
            ? description
            : new ServerProtocol.CommandFailed(
                command, new KeyNotFoundException($"There is no listener {command.Index}."));

    private void Tell(bool isReady, IActorRef self)
    {
        if (live.IsReady == isReady)
            return;
        live.IsReady = isReady;
        live.Subscribers.Tell(new ServerProtocol.ReadinessChanged(isReady), self);
    }
}
