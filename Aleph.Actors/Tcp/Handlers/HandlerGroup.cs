using Akka.Actor;

namespace Aleph.Actors.Tcp.Handlers;

/// <summary>
/// The handler actors of one server, where it has any: spawns their parent, and waits at the end until the last one has
/// worked off what it was sent. Owned by the server actor and used on its turn.
/// </summary>
internal sealed class HandlerGroup(ServerSpec spec)
{
    // How long handlers may take over their last messages when nobody gave a time, or none is left of it.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private IActorRef _parent = ActorRefs.Nobody;

    /// <summary>The parent of the handlers, whose faults are its own.</summary>
    public bool IsParent(IActorRef child) => child.Equals(_parent);

    /// <summary>Spawns the parent. Answers the factory of the connections' protocols.</summary>
    public ConnectionProtocolFactory Start(IActorContext context)
    {
        if (spec.Handlers is not { } handlers)
            return spec.Protocol;
        _parent = context.ActorOf(HandlersActor.Create(handlers), "handlers");
        var shared = new HandlerSpec(spec.Settings.Connection) { Spawner = _parent };
        return _ => new HandlerProtocol(shared);
    }

    /// <summary>
    /// All connections have ended. True when a <see cref="HandlersMessages.LastEnded"/> will be told to the server.
    /// </summary>
    /// <param name="self">The server.</param>
    /// <param name="timers">The server's.</param>
    /// <param name="left">How much time there is; null for no limit.</param>
    public bool AwaitLast(IActorRef self, ITimerScheduler timers, TimeSpan? left)
    {
        if (_parent.IsNobody())
            return false;
        _parent.Tell(HandlersMessages.AwaitLast.Instance, self);
        if (left is { } time)
        {
            var last = HandlersMessages.LastEnded.Instance;
            timers.StartSingleTimer(last, last, time > Grace ? time : Grace);
        }

        return true;
    }
}
