using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Connections;
using AkkaTcp = Akka.IO.Tcp;

namespace Aleph.Actors.Tcp.Handlers;

/// <summary>
/// One <c>Tcp.Bind</c>: the parent of a server whose connections are greeted at the bind's handler, and the sender of
/// <c>Tcp.Bound</c>, which takes <c>Tcp.Unbind</c>. Made by the manager; ends with the last connection after an unbind
/// or the handler's death, and when it cannot bind.
/// </summary>
internal sealed class BindingActor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan StatisticsInterval = TimeSpan.FromSeconds(10);

    private readonly BindingSpec _spec;
    private readonly GreetingGate _gate;
    private readonly AcceptDemand? _demand;
    private readonly HashSet<IActorRef> _subscribers = [];
    private readonly List<IActorRef> _unbinding = [];
    private List<(IActorRef Connection, AkkaTcp.Connected Connected)>? _held = [];
    private IActorRef _server = ActorRefs.Nobody;

    private BindingActor(BindingSpec spec)
    {
        _spec = spec;
        _gate = new GreetingGate(Self);
        _demand = spec.AcceptsOnDemand ? new AcceptDemand() : null;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>The Props of one bind, whose settings are valid.</summary>
    public static Props Create(BindingSpec spec) =>
        Props.CreateBy(new Producer(spec)).WithDeploy(Deploy.Local);

    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    protected override void PreStart()
    {
        var handlers = new HandlerSpec(_spec.Settings.Connection)
        {
            Greeted = _spec.Handler,
            Gate = _gate,
            PullMode = _spec.PullMode,
        };
        var server = new ServerSpec(_ => new HandlerProtocol(handlers), _spec.Settings) { Demand = _demand };
        _server = Context.Watch(Context.ActorOf(ServerActor.Create(server), "server"));
        _server.Tell(ServerProtocol.GetBound.Instance);
        Context.Watch(_spec.Handler);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Greeting greeting:
                OnGreeting(greeting.Connected);
                break;
            case AkkaTcp.ResumeAccepting resume:
                OnResumeAccepting(resume.BatchSize);
                break;
            case AkkaTcp.Unbind:
                _unbinding.Add(Sender);
                _server.Tell(ServerProtocol.Unbind.Instance);
                break;
            case ServerProtocol.Event answer:
                OnServer(answer);
                break;
            case Terminated terminated when terminated.ActorRef.Equals(_spec.Handler):
                OnHandlerEnded();
                break;
            case Terminated:
                OnUnbound();
                Context.Stop(Self);
                break;
            default:
                OnQuery(message);
                break;
        }
    }

    private void OnServer(ServerProtocol.Event answer)
    {
        switch (answer)
        {
            case ServerProtocol.Bound bound:
                OnBound(bound);
                break;
            case ServerProtocol.BindFailed failed:
                _spec.Commander.Tell(_spec.Command.FailureMessage.WithCause(failed.Cause), Self);
                break;
            case ServerProtocol.Unbound:
                OnUnbound();
                break;
            case ServerProtocol.Statistics statistics:
                Publish(statistics);
                break;
        }
    }

    private void OnBound(ServerProtocol.Bound bound)
    {
        _spec.Commander.Tell(new AkkaTcp.Bound(bound.LocalEndPoint), Self);
        _gate.Open();
        foreach (var (connection, connected) in _held ?? [])
            _spec.Handler.Tell(connected, connection);
        _held = null;
    }

    private void OnGreeting(AkkaTcp.Connected connected)
    {
        if (_held is null)
            _spec.Handler.Tell(connected, Sender);
        else
            _held.Add((Sender, connected));
    }

    // Stock ignores it, too, where nobody asked for it.
    private void OnResumeAccepting(int count)
    {
        if (_demand is null || count <= 0)
            return;
        _demand.Ask(count);
        _server.Tell(ConnectionsMessages.Asked.Instance, ActorRefs.NoSender);
    }

    private void OnUnbound()
    {
        foreach (var sender in _unbinding)
            sender.Tell(AkkaTcp.Unbound.Instance, Self);
        _unbinding.Clear();
    }

    private void OnHandlerEnded() => _server.Tell(_spec.Settings.StopWithBindHandler
        ? new ServerProtocol.Drain(TimeSpan.Zero)
        : ServerProtocol.Unbind.Instance);

    private void OnQuery(object message)
    {
        switch (message)
        {
            case AkkaTcp.SubscribeToTcpListenerStats subscribe:
                Context.WatchWith(
                    subscribe.Subscriber, new AkkaTcp.UnsubscribeFromTcpListenerStats(subscribe.Subscriber));
                _subscribers.Add(subscribe.Subscriber);
                Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, TimeSpan.Zero, StatisticsInterval);
                break;
            case AkkaTcp.UnsubscribeFromTcpListenerStats unsubscribe:
                Unsubscribe(unsubscribe.Subscriber);
                break;
            case Tick:
                _server.Tell(ServerProtocol.GetStatistics.Instance);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Unsubscribe(IActorRef subscriber)
    {
        if (_subscribers.Remove(subscriber))
            Context.Unwatch(subscriber);
        if (_subscribers.Count == 0)
            Timers.Cancel(Tick.Instance);
    }

    private void Publish(ServerProtocol.Statistics statistics)
    {
        var stock = new AkkaTcp.TcpListenerStatistics
        {
            AcceptedIncomingConnections = statistics.Accepted,
            FailedIncomingConnections = statistics.FailedAccepts,
            IncomingConnectionsClosed = statistics.Ended,
        };
        foreach (var subscriber in _subscribers)
            subscriber.Tell(stock, Self);
    }

    private sealed class Tick : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static Tick Instance { get; } = new();
    }

    private sealed class Producer(BindingSpec spec) : IIndirectActorProducer
    {
        public Type ActorType => typeof(BindingActor);

        public ActorBase Produce() => new BindingActor(spec);

        public void Release(ActorBase actor)
        {
            // It owns nothing but its child.
        }
    }
}
