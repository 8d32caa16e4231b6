using System.Globalization;
using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Tcp.Handlers;

/// <summary>Messages between connections, their server, and the parent of the handlers.</summary>
internal static class HandlersMessages
{
    /// <summary>Connection to parent. Answer: <see cref="Spawned"/> or <see cref="SpawnFailed"/>.</summary>
    /// <param name="Info">For whom.</param>
    internal sealed record Spawn(ConnectionInfo Info) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>The handler; stopped where its connection has ended meanwhile.</summary>
    internal sealed class Spawned(IActorRef handler)
        : IOwnsResource, INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        private IActorRef? _handler = handler;

        public IActorRef? Take() => Interlocked.Exchange(ref _handler, null);

        public void Release() => Take()?.Tell(PoisonPill.Instance, ActorRefs.NoSender);
    }

    /// <summary>There is no handler.</summary>
    internal sealed record SpawnFailed(Exception Cause) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>Say when no handler is left. Answer: <see cref="LastEnded"/>.</summary>
    internal sealed class AwaitLast : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static AwaitLast Instance { get; } = new();
    }

    /// <summary>No handler is left.</summary>
    internal sealed class LastEnded : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static LastEnded Instance { get; } = new();
    }
}

/// <summary>
/// The parent of the handler actors of one server: spawns one for each connection, named as that is. A handler that
/// fails is stopped, never restarted, which resets its connection and no other. Ends with its server.
/// </summary>
internal sealed class HandlersActor : UntypedActor
{
    private readonly Func<ConnectionInfo, Props> _props;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly HashSet<IActorRef> _waiting = [];

    private HandlersActor(Func<ConnectionInfo, Props> props) => _props = props;

    /// <summary>The Props of the parent.</summary>
    /// <param name="props">How to make each handler.</param>
    public static Props Create(Func<ConnectionInfo, Props> props) =>
        Props.CreateBy(new Producer(props)).WithDeploy(Deploy.Local);

    protected override SupervisorStrategy SupervisorStrategy() => new Strategy(this);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case HandlersMessages.Spawn spawn:
                Spawn(spawn);
                break;
            case HandlersMessages.AwaitLast:
                _waiting.Add(Sender);
                AnswerIfLast();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Spawn(HandlersMessages.Spawn spawn)
    {
        try
        {
            var name = spawn.Info.Id.ToString(CultureInfo.InvariantCulture);
            Sender.Tell(new HandlersMessages.Spawned(Context.ActorOf(PropsOf(spawn.Info), name)), Self);
        }
        catch (Exception cause)
        {
            _log.Error(cause, "The handler of connection {0} could not be made", spawn.Info.Id);
            Sender.Tell(new HandlersMessages.SpawnFailed(cause), Self);
        }
    }

    private Props PropsOf(ConnectionInfo info)
    {
        using var guard = UserCode.Enter();
        return _props(info)
            ?? throw new InvalidOperationException("The Props of the handler are null");
    }

    private void AnswerIfLast(IActorRef? ended = null)
    {
        if (_waiting.Count == 0 || Context.GetChildren().Any(child => !child.Equals(ended)))
            return;
        foreach (var waiting in _waiting)
            waiting.Tell(HandlersMessages.LastEnded.Instance, ActorRefs.NoSender);
        _waiting.Clear();
    }

    /// <summary>Stops what fails, and learns of ends without a watch per child.</summary>
    private sealed class Strategy(HandlersActor owner) : OneForOneStrategy(static _ => Directive.Stop)
    {
        public override void HandleChildTerminated(
            IActorContext actorContext, IActorRef child, IEnumerable<IInternalActorRef> children) =>
            owner.AnswerIfLast(child);
    }

    private sealed class Producer(Func<ConnectionInfo, Props> props) : IIndirectActorProducer
    {
        public Type ActorType => typeof(HandlersActor);

        public ActorBase Produce() => new HandlersActor(props);

        public void Release(ActorBase actor)
        {
            // It owns nothing but its children.
        }
    }
}
