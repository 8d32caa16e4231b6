using System.Globalization;
using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Event;

namespace Aleph.Actors.Connections;

/// <summary>What a connections supervisor needs to know.</summary>
/// <param name="Connection">Spawns a connection; shared by all.</param>
/// <param name="Credit">Gets one back for each connection that ends.</param>
/// <param name="Counters">The server's counters.</param>
internal sealed record ConnectionsSpec(Props Connection, ConnectionCredit Credit, ServerCounters Counters);

/// <summary>Messages between a connections supervisor, its server, and the listeners.</summary>
internal static class ConnectionsMessages
{
    /// <summary>Let all connections finish, reset the rest at the deadline. Answer: <see cref="Drained"/>.</summary>
    internal sealed record Drain(TimeSpan Deadline) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>Listener to connections: tell me <see cref="Room"/> once there is any.</summary>
    internal sealed class AwaitRoom : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static AwaitRoom Instance { get; } = new();
    }

    /// <summary>Connections to a listener that waits: credit may be had again.</summary>
    internal sealed class Room : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static Room Instance { get; } = new();
    }

    /// <summary>
    /// To the server, which passes it on to the connections: somebody asks for more, see <see cref="AcceptDemand"/>.
    /// </summary>
    internal sealed class Asked : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static Asked Instance { get; } = new();
    }

    /// <summary>To the parent: no connection is left.</summary>
    internal sealed record Drained(int Aborted) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>Which connections are there? Answered to the asker in the server's name.</summary>
    internal sealed record List(IActorRef Asker) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>Say when no connection is left, and let them go on until then. Answer: <see cref="Drained"/>.</summary>
    internal sealed class AwaitLast : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static AwaitLast Instance { get; } = new();
    }
}

/// <summary>
/// The parent of all connections of a server: spawns one for each socket that a listener hands over, counts their ends,
/// gives credit back, and drains them. A connection that fails is stopped, never restarted. Ends with its server.
/// </summary>
internal sealed class ConnectionsActor : UntypedActor, IWithTimers
{
    // How long a connection may take to notice that it was reset before it is stopped.
    private static readonly TimeSpan AbortGrace = TimeSpan.FromSeconds(1);

    private static readonly ConnectionMessages.Abort AbortConnection =
        new(new ConnectionEnd(ConnectionEndReason.DrainTimeout));

    private readonly ConnectionsSpec _spec;
    private readonly IActorRef _server = Context.Parent;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly HashSet<IActorRef> _waiting = [];
    private int _open;
    private int _aborted;
    private DrainState _drain;

    public ConnectionsActor(ConnectionsSpec spec) => _spec = spec;

    private enum DrainState
    {
        None,
        AwaitingLast,
        Draining,
        Aborting,
        Done,
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Create(ConnectionsSpec spec) =>
        Props.CreateBy(new Producer(spec)).WithDeploy(Deploy.Local).WithDispatcher(IoDispatcher.DispatcherId);

    protected override SupervisorStrategy SupervisorStrategy() => new Strategy(this);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ConnectionMessages.Adopt adopt:
                Adopt(adopt);
                break;
            case ConnectionsMessages.AwaitRoom:
                AwaitRoom(Sender);
                break;
            case ConnectionsMessages.Drain drain:
                Drain(drain.Deadline);
                break;
            case ConnectionsMessages.AwaitLast:
                AwaitLast();
                break;
            case ConnectionsMessages.Asked:
                WakeListeners();
                break;
            case ConnectionMessages.Describe describe:
                Describe(describe);
                break;
            case ConnectionsMessages.List list:
                list.Asker.Tell(new ServerProtocol.Connections(Ids()), _server);
                break;
            case DeadlinePassed:
                AbortAll();
                break;
            case GracePassed:
                StopAll();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Adopt(ConnectionMessages.Adopt adopt)
    {
        IActorRef child;
        try
        {
            child = Context.ActorOf(_spec.Connection, adopt.Id.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e)
        {
            // One connection less must not cost the others their parent.
            _log.Error(e, "Connection {0} could not be started", adopt.Id);
            adopt.Release();
            _spec.Credit.ReturnUnused();
            CountEnd();
            return;
        }

        _open++;
        child.Tell(adopt, ActorRefs.NoSender);
        if (_drain is not (DrainState.None or DrainState.AwaitingLast))
            child.Tell(ConnectionMessages.Drain.Instance, ActorRefs.NoSender);
        if (_drain is DrainState.Aborting)
            Abort(child);
    }

    private static void Describe(ConnectionMessages.Describe describe)
    {
        var child = Context.Child(describe.Id.ToString(CultureInfo.InvariantCulture));
        if (child.IsNobody())
            describe.Release();
        else
            child.Tell(describe, ActorRefs.NoSender);
    }

    private static long[] Ids() =>
        [.. Context.GetChildren().Select(x => long.Parse(x.Path.Name, CultureInfo.InvariantCulture))];

    private void AwaitRoom(IActorRef listener)
    {
        if (_spec.Credit.IsExhausted)
            _waiting.Add(listener);
        else
            listener.Tell(ConnectionsMessages.Room.Instance, Self);
    }

    private void OnEnded()
    {
        _open--;
        _spec.Credit.Return();
        CountEnd();
        FinishDrain();
    }

    private void CountEnd()
    {
        _spec.Counters.Ended();
        WakeListeners();
    }

    private void WakeListeners()
    {
        if (_waiting.Count == 0)
            return;
        foreach (var listener in _waiting)
            listener.Tell(ConnectionsMessages.Room.Instance, ActorRefs.NoSender);
        _waiting.Clear();
    }

    private void AwaitLast()
    {
        if (_drain is DrainState.None)
            _drain = DrainState.AwaitingLast;
        FinishDrain();
    }

    private void Drain(TimeSpan deadline)
    {
        if (_drain is DrainState.Aborting)
            return;
        _drain = DrainState.Draining;
        if (deadline > TimeSpan.Zero)
        {
            Timers.StartSingleTimer(DeadlinePassed.Instance, DeadlinePassed.Instance, deadline);
            foreach (var child in Context.GetChildren())
                child.Tell(ConnectionMessages.Drain.Instance, ActorRefs.NoSender);
        }
        else
        {
            AbortAll();
        }

        FinishDrain();
    }

    private void AbortAll()
    {
        _drain = DrainState.Aborting;
        Timers.Cancel(DeadlinePassed.Instance);
        foreach (var child in Context.GetChildren())
            Abort(child);
        if (_open > 0)
            Timers.StartSingleTimer(GracePassed.Instance, GracePassed.Instance, AbortGrace);
    }

    private void Abort(IActorRef child)
    {
        _aborted++;
        _spec.Counters.Aborted(1);
        child.Tell(AbortConnection, ActorRefs.NoSender);
    }

    private void StopAll()
    {
        // A connection whose turn never ends cannot be waited for; it goes with the server whenever that turn ends.
        foreach (var child in Context.GetChildren())
            Context.Stop(child);
        _drain = DrainState.Done;
        _server.Tell(new ConnectionsMessages.Drained(_aborted));
    }

    private void FinishDrain()
    {
        if (_open > 0 || _drain is DrainState.None or DrainState.Done)
            return;
        _drain = DrainState.Done;
        Timers.CancelAll();
        _server.Tell(new ConnectionsMessages.Drained(_aborted));
    }

    private sealed class DeadlinePassed : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static DeadlinePassed Instance { get; } = new();
    }

    private sealed class GracePassed : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static GracePassed Instance { get; } = new();
    }

    /// <summary>
    /// Stops what fails, and counts ends where the parent learns of them anyway, without a watch per child.
    /// </summary>
    private sealed class Strategy(ConnectionsActor owner) : OneForOneStrategy(static _ => Directive.Stop)
    {
        public override void HandleChildTerminated(
            IActorContext actorContext, IActorRef child, IEnumerable<IInternalActorRef> children) => owner.OnEnded();
    }

    private sealed class Producer(ConnectionsSpec spec) : IIndirectActorProducer
    {
        public Type ActorType => typeof(ConnectionsActor);

        public ActorBase Produce() => new ConnectionsActor(spec);

        public void Release(ActorBase actor)
        {
        }
    }
}
