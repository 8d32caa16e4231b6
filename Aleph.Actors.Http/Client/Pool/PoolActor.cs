using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Event;
using Aleph.Actors.Connections;
using Aleph.Actors.Http.Client.Failures;
using Aleph.Actors.Tcp.Client;

namespace Aleph.Actors.Http.Client.Pool;

/// <summary>
/// The own actor of a pool's router: makes connections as its children for what waits in the queue, rests when the
/// origin is down, fails what waits for too long, and closes the pool. A connection that fails is stopped,
/// never restarted. Requests do not pass it while connections are idle.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Its end disposes the timer.")]
internal sealed class PoolActor : UntypedActor, IWithTimers
{
    private readonly List<ClientExchange> _expired = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private PoolCore _core = null!;
    private DeadlineTimer _timer = null!;
    private PoolClosing? _closing;
    private long _ids;

    public ITimerScheduler Timers { get; set; } = null!;

    protected override SupervisorStrategy SupervisorStrategy() => new Strategy(this);

    protected override void PreStart()
    {
        var attach = new PoolMessages.Attach();
        var cell = (ActorCell)Context;
        cell.SendMessage(new Envelope(attach, ActorRefs.NoSender));
        _core = attach.Core!;
        _core.Attach(Self);
        _timer = new DeadlineTimer(Self, _core.Context.Time);
        Look();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case PoolMessages.Queued queued:
                OnQueued(queued.Exchange);
                break;
            case PoolMessages.Look:
                Look();
                break;
            case DeadlineTimer.Tick:
                OnTick();
                break;
            case PoolMessages.ConnectFailed failed:
                OnConnectFailed(failed);
                break;
            case HttpClientPoolProtocol.GetStatistics:
                Sender.Tell(PoolStatistics.Of(_core), Self);
                break;
            case HttpClientPoolProtocol.GetConnections:
                Sender.Tell(new HttpClientPoolProtocol.Connections(
                    [.. Context.GetChildren().Select(x => long.Parse(x.Path.Name, CultureInfo.InvariantCulture))]));
                break;
            case HttpClientPoolProtocol.DescribeConnection describe:
                Describe(describe.Id);
                break;
            case PoolMessages.Report report:
                report.Subscriber.Tell(PoolStatistics.Of(_core), Self);
                break;
            case HttpClientPoolProtocol.Subscribe subscribe:
                Context.Watch(Sender);
                Timers.StartPeriodicTimer(Sender, new PoolMessages.Report(Sender), subscribe.Interval);
                break;
            case HttpClientPoolProtocol.Unsubscribe:
                Context.Unwatch(Sender);
                Timers.Cancel(Sender);
                break;
            case Terminated ended:
                Timers.Cancel(ended.ActorRef);
                break;
            case PoolMessages.Shrink:
                _core.LongestIdle?.Actor.Tell(PoolMessages.Retire.Instance, ActorRefs.NoSender);
                break;
            case HttpClientPoolProtocol.Close close:
                Close(close.Deadline, Sender);
                break;
            case Akka.Routing.GetRoutees:
                Sender.Tell(new Akka.Routing.Routees(
                    [.. Context.GetChildren().Select(x => new Akka.Routing.ActorRefRoutee(x))]));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void PostStop()
    {
        _timer.Dispose();
        foreach (var exchange in _core.CloseNow())
            exchange.TryFail(ClientErrors.Closed(_core.Context));
        _closing?.End(Self);
        _core.Context.Single?.End();
    }

    private void Describe(long id)
    {
        var describe = new ConnectionMessages.Describe(id, Sender, Self, cause => new Status.Failure(cause));
        var child = Context.Child(id.ToString(CultureInfo.InvariantCulture));
        if (child.IsNobody())
            describe.Release();
        else
            child.Tell(describe, ActorRefs.NoSender);
    }

    private void OnQueued(ClientExchange exchange)
    {
        _timer.ArmFor(Math.Min(exchange.QueueDeadline, exchange.Deadline));
        Look();
    }

    /// <summary>Fails what has waited too long, which is looked for here only, since it looks at all that
    /// wait.</summary>
    private void OnTick()
    {
        _timer.OnTick();
        var now = _core.Context.Time.GetTimestamp();
        _timer.ArmFor(_core.Expire(now, _expired));
        foreach (var exchange in _expired)
            Expire(exchange, now);
        _expired.Clear();
        Look();
    }

    /// <summary>Makes the connections that are needed, or ends.</summary>
    private void Look()
    {
        var now = _core.Context.Time.GetTimestamp();
        if (_core.HasEnded || (_closing is { } closing && closing.IsDue(now, _core)))
        {
            Context.Stop(Self);
            return;
        }

        for (var wanted = _core.Wanted(now); wanted > 0 && HasBudget(); wanted--)
            Connect();
        _timer.ArmFor(Math.Min(_core.RestsUntil(now), _closing?.Deadline ?? long.MaxValue));
    }

    private bool HasBudget() => _core.Context.Budget?.TryTake(_core) != false;

    private void Expire(ClientExchange exchange, long now)
    {
        if (exchange.Deadline <= now)
            exchange.TryFail(new RequestTimeoutException(exchange.RequestTimeout!.Value) { IsUnsent = true });
        else
            exchange.TryFail(new QueueTimeoutException(exchange.QueueTimeout!.Value) { IsUnsent = true });
        _core.Counters.Failed();
    }

    private void Connect()
    {
        var id = ++_ids;
        var slot = new ConnectionSlot();
        var attempt = new ConnectAttempt(_core, slot, id);
        slot.Actor = Context.ActorOf(
            ConnectionActor.Create(attempt.Spec), id.ToString(CultureInfo.InvariantCulture));
        _core.Add(slot);

        // Its outcome comes as a message.
        _ = attempt.RunAsync(Self, Context.System);
    }

    private void OnConnectFailed(PoolMessages.ConnectFailed failed)
    {
        var cause = failed.Cause as HttpClientException ?? (failed.Cause is ConnectException connect
            ? ClientErrors.Connect(connect)
            : new HttpClientException(HttpClientFailure.Connect, failed.Cause.Message, failed.Cause)
            {
                IsUnsent = true,
            });
        _log.Debug("Cannot connect to {0}: {1}", _core.Context.Origin, cause.Message);
        var rest = Backoff.Next(_core.Context.Settings, _core.Failures);
        var lost = _core.ConnectFailed(
            failed.Slot, cause, _core.Context.Time.GetTimestamp(), _core.Context.Ticks(rest));
        _core.Context.Single?.Fail(cause);
        foreach (var exchange in lost)
        {
            _core.Counters.Failed();
            exchange.TryFail(ClientErrors.Again(cause));
        }

        Look();
    }

    private void OnEnded(IActorRef child)
    {
        _core.Context.Budget?.Return(_core);
        if (_core.Ended(child) is { } left)
            _core.GiveBack(left);
        Look();
    }

    private void Close(TimeSpan deadline, IActorRef asker)
    {
        var at = ClientContext.Add(_core.Context.Time.GetTimestamp(), _core.Context.Ticks(deadline));
        _closing ??= new PoolClosing(at);
        _closing.Add(asker);
        foreach (var slot in _core.BeginClose())
            slot.Actor.Tell(PoolMessages.Retire.Instance, ActorRefs.NoSender);
        Look();
    }

    /// <summary>Stops what fails, and learns of ends without a watch per child.</summary>
    private sealed class Strategy(PoolActor owner) : OneForOneStrategy(static _ => Directive.Stop)
    {
        public override void HandleChildTerminated(
            IActorContext actorContext, IActorRef child, IEnumerable<IInternalActorRef> children) =>
            owner.OnEnded(child);
    }
}
