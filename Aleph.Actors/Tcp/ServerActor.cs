using System.Net;
using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Connections;
using Aleph.Actors.Tcp.Handlers;
using Aleph.Actors.Transports.Tls;

namespace Aleph.Actors.Tcp;

/// <summary>
/// A server: the actor that users spawn, by <c>TcpServer.Props</c> or the Props of a protocol built on it. It
/// supervises its listeners (replaced with backoff) and the parent of its connections, and speaks <see
/// cref="ServerProtocol"/>. It ends when told to, when its first bind fails, or with its parent.
/// </summary>
internal sealed class ServerActor : UntypedActor, IWithTimers, IServerState
{
    // How long a server that could not bind waits for whoever spawned it to ask why.
    private static readonly TimeSpan FailureGrace = TimeSpan.FromSeconds(5);

    private readonly ServerSpec _spec;
    private readonly ServerRequests _requests = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly LiveServer _live;
    private readonly HandlerGroup _handlers;
    private readonly ConnectionCredit _credit;
    private IActorRef _connections = ActorRefs.Nobody;
    private IActorRef _certificates = ActorRefs.Nobody;
    private CertificateException? _unusable;
    private ListenerGroup _listeners = null!;
    private ServerInsight _insight = null!;
    private ServerProtocol.BindFailed? _failure;
    private State _state = State.Binding;
    private int? _aborted;

    private ServerActor(ServerSpec spec)
    {
        _spec = spec;
        _live = spec.Live ?? new LiveServer();
        _handlers = new HandlerGroup(spec);
        _credit = new ConnectionCredit(spec.Settings.MaxConnections, spec.Demand);
    }

    /// <summary>
    /// Binding until every listener has been bound once; Failed if one could not be; Leaving while it listens on for
    /// those who do not know yet that it will drain; then nothing new listens.
    /// </summary>
    private enum State
    {
        Binding,
        Open,
        Failed,
        Leaving,
        Unbound,
        Draining,
        Stopping,
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public ServerProtocol.Statistics Statistics => _live.Counters.Snapshot();

    public EndPoint? LocalEndPoint => _state is State.Binding ? null : _listeners.EndPoint;

    IActorRef IServerState.Self => Self;

    public static Props Create(ServerSpec spec) => Create(spec.Settings, _ => spec);

    /// <summary>The Props of a server whose spec is made anew whenever one is spawned or restarted.</summary>
    /// <param name="settings">Of every such spec.</param>
    /// <param name="spec">Called when the actor starts; an exception fails that start, and its supervisor
    /// decides.</param>
    public static Props Create(TcpSettings settings, Func<ActorSystem, ServerSpec> spec)
    {
        SettingsFaults.ThrowIfAny(settings.Validate());
        return Props.CreateBy(new Producer(spec)).WithDeploy(Deploy.Local);
    }

    protected override SupervisorStrategy SupervisorStrategy() => new Strategy(this);

    protected override void PreStart()
    {
        var aleph = AlephExtension.Get(Context.System);
        var settings = _spec.Settings;
        var connection = _spec.Connection ?? ConnectionActor.Create(ConnectionSpecOf(settings));
        var connections = new ConnectionsSpec(connection, _credit, _live.Counters);
        _connections = Context.Watch(Context.ActorOf(ConnectionsActor.Create(connections), "connections"));
        _listeners = new ListenerGroup(
            new ListenerSpec(
                0,
                settings.Socket?.LocalEndPoint ?? settings.EndPoint,
                settings,
                _connections,
                _credit,
                _live.Counters.Listener(0),
                _spec.Bind),
            settings.Listeners,
            _live.Counters);
        _insight = new ServerInsight(_live, _connections, _listeners, settings.Readiness);
        aleph.Servers.Add(Self, _live, settings.DrainTimeout);
        if (_unusable is null)
            _listeners.Start(Context);
        else
            OnUnusable(_unusable);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ServerProtocol.Command command:
                OnCommand(command);
                break;
            case ListenerMessages.Bound bound:
                OnBound(bound);
                break;
            case ListenerMessages.BindFailed failed:
                OnBindFailed(failed);
                break;
            case ConnectionsMessages.Asked asked:
                _connections.Tell(asked, ActorRefs.NoSender);
                break;
            case ConnectionsMessages.Drained drained:
                Finish(drained.Aborted);
                break;
            case Terminated terminated when terminated.ActorRef.Equals(_connections):
                OnConnectionsEnded();
                break;
            case Terminated terminated when _insight.TryForget(terminated.ActorRef):
                break;
            case LeavingEnded:
                Unbind(State.Draining);
                break;
            case Terminated terminated:
                OnListenerEnded(terminated.ActorRef);
                break;
            case FailureTold:
                Context.Stop(Self);
                break;
            case HandlersMessages.LastEnded when _aborted is not null:
                Stop();
                break;
            case RestartListener restart:
                _listeners.Spawn(Context, restart.Index);
                break;
            default:
                Guarded(() => Extend(message));
                break;
        }
    }

    protected override void PostStop()
    {
        AlephExtension.Get(Context.System).Servers.Remove(Self);
        _requests.AnswerStopped(Self);
        Guarded(_spec.Hooks.OnStopped);
        _insight?.End(Self);
        _live.SetEnded(_spec.Settings.EndPoint);
    }

    // Without its certificates a server does not listen; whoever asks is told why.
    private ConnectionSpec ConnectionSpecOf(TcpSettings settings)
    {
        var spec = _spec.ForConnections() with
        {
            Protocol = _handlers.Start(Context),
            Counters = _live.Counters,
            Subscribers = _live.Subscribers,
        };
        if (settings.Tls is not { } tls)
            return spec;
        try
        {
            var context = new TlsServerContext(tls);
            _certificates = Context.ActorOf(CertificatesActor.Create(context), "tls");
            return spec with { Layer = (_, inner) => new TlsTransport(inner, context, settings.Time) };
        }
        catch (CertificateException cause)
        {
            _unusable = cause;
            return spec;
        }
    }

    private void OnCommand(ServerProtocol.Command command)
    {
        switch (command)
        {
            case ServerProtocol.GetBound:
                OnGetBound();
                break;
            case ServerProtocol.GetStatistics:
                Sender.Tell(Statistics, Self);
                break;
            case ServerProtocol.ReloadCertificates or ServerProtocol.SetTls:
                OnTlsCommand(command);
                break;
            case ServerProtocol.Unbind unbind:
                AddRequest(unbind);
                OnUnbind();
                break;
            case ServerProtocol.Drain drain:
                AddRequest(drain);
                OnDrain(drain.Deadline);
                break;
            case ServerProtocol.Stop stop:
                AddRequest(stop);
                OnStop();
                break;
            case ServerProtocol.SetMaxConnections limit:
                OnSetMaxConnections(limit);
                break;
            default:
                if (!_insight.TryHandle(command, Sender, Context))
                    Guarded(() => Extend(command));
                break;
        }
    }

    private void OnGetBound()
    {
        if (_state is State.Binding)
            AddRequest(ServerProtocol.GetBound.Instance);
        else if (_state is State.Open or State.Leaving)
            Sender.Tell(new ServerProtocol.Bound(_listeners.EndPoint), Self);
        else if (_failure is { } failure)
            TellFailure(failure);
        else
            Sender.Tell(ServerRequests.NotListening(ServerProtocol.GetBound.Instance), Self);
    }

    private void OnBound(ListenerMessages.Bound bound)
    {
        var all = _listeners.OnBound(Context, bound);
        if (_state is not State.Binding || !all)
            return;
        _state = State.Open;
        _log.Info("Listening on {0}", LogText.Of(_listeners.EndPoint));
        _insight.Ready(Self);
        _live.SetBound(_listeners.EndPoint);
        _requests.AnswerBound(new ServerProtocol.Bound(_listeners.EndPoint), Self);
        Guarded(() => _spec.Hooks.OnBound(_listeners.EndPoint));
    }

    private void OnBindFailed(ListenerMessages.BindFailed failed)
    {
        if (_state is State.Binding && !_listeners.WasBound(failed.Index))
        {
            _log.Error("Cannot listen on {0}: {1}", LogText.Of(failed.EndPoint), failed.Cause.Message);
            Fail(new ServerProtocol.BindFailed(failed.EndPoint, failed.Cause));
        }
        else
        {
            // The listener ends by itself; its end schedules the next attempt.
            _log.Warning("Cannot listen on {0} again: {1}", LogText.Of(failed.EndPoint), failed.Cause.Message);
        }
    }

    private void OnUnusable(CertificateException cause)
    {
        _log.Error("Cannot listen on {0}: {1}", _listeners.EndPoint, cause.Message);
        Fail(new ServerProtocol.BindFailed(_listeners.EndPoint, cause));
    }

    private void OnTlsCommand(ServerProtocol.Command command)
    {
        if (_certificates.IsNobody())
        {
            Sender.Tell(
                new ServerProtocol.CommandFailed(
                    command, new InvalidOperationException("The server does not do TLS.")),
                Self);
        }
        else
        {
            _certificates.Forward(command);
        }
    }

    /// <inheritdoc/>
    public void SetMaxConnections(int? max)
    {
        _credit.SetLimit(max);
        _connections.Tell(ConnectionsMessages.Asked.Instance, ActorRefs.NoSender);
    }

    private void OnSetMaxConnections(ServerProtocol.SetMaxConnections limit)
    {
        if (limit.Max is < 1)
        {
            var cause = new ArgumentOutOfRangeException(
                nameof(limit), limit.Max,
                $"aleph.tcp.max-connections is {limit.Max}; it must be at least 1, or infinite");
            Sender.Tell(new ServerProtocol.CommandFailed(limit, cause), Self);
            return;
        }

        SetMaxConnections(limit.Max);
        Sender.Tell(ServerProtocol.LimitsChanged.Instance, Self);
    }

    private void Fail(ServerProtocol.BindFailed failure)
    {
        _state = State.Failed;
        _failure = failure;
        _listeners.Stop(Context);
        _live.SetBindFailed(failure.EndPoint, failure.Cause);
        if (_requests.AnswerBound(failure, Self) || _spec.Live is not null)
            Context.Stop(Self);
        else
            Timers.StartSingleTimer(FailureTold.Instance, FailureTold.Instance, FailureGrace);
    }

    private void TellFailure(ServerProtocol.BindFailed failure)
    {
        Sender.Tell(failure, Self);
        Context.Stop(Self);
    }

    private void AddRequest(ServerProtocol.Command command)
    {
        if (!Sender.IsNobody() && !Sender.Equals(Context.System.DeadLetters))
            _requests.Add(command, Sender);
    }

    private void OnListenerEnded(IActorRef listener)
    {
        var index = _listeners.OnEnded(listener);
        if (_state is State.Unbound or State.Draining or State.Stopping)
        {
            if (_listeners.AllEnded)
                OnUnbound();
            return;
        }

        if (index < 0 || _state is State.Failed)
            return;
        var delay = _listeners.NextDelay(index);
        _log.Warning("A listener on {0} ended; another one starts in {1}", _listeners.EndPoint, delay);
        var restart = new RestartListener(index);
        Timers.StartSingleTimer(restart, restart, delay);
    }

    private void OnUnbind()
    {
        if (_state is State.Binding or State.Open or State.Failed)
            Unbind(State.Unbound);
        else if (_state is State.Leaving)
            Unbind(State.Draining);
        else if (_listeners.AllEnded)
            _requests.AnswerUnbound(Self);
    }

    private void OnDrain(TimeSpan deadline)
    {
        if (_state is State.Stopping)
            return;
        _requests.DrainBy(_spec.Settings.Time, deadline);
        if (_state is not (State.Unbound or State.Draining))
        {
            LeaveOrUnbind();
            return;
        }

        _state = State.Draining;
        DrainConnections();
    }

    private void OnStop()
    {
        if (_state is State.Draining || (_state is State.Unbound && _listeners.AllEnded))
            Context.Stop(_connections);
        if (_state is State.Binding or State.Open or State.Failed or State.Leaving)
            Unbind(State.Stopping);
        _state = State.Stopping;
    }

    private void LeaveOrUnbind()
    {
        var left = _requests.TimeLeft(_spec.Settings.Time);
        var delay = _spec.Settings.ReadinessDelay < left ? _spec.Settings.ReadinessDelay : left;
        if (_state is not (State.Open or State.Leaving) || delay <= TimeSpan.Zero)
        {
            Unbind(State.Draining);
        }
        else if (_state is State.Open || left < _spec.Settings.ReadinessDelay)
        {
            _state = State.Leaving;
            _insight.Leave(Self);
            Timers.StartSingleTimer(LeavingEnded.Instance, LeavingEnded.Instance, delay);
        }
    }

    private void Unbind(State next)
    {
        _state = next;
        _insight.Leave(Self);
        Timers.CancelAll();
        Guarded(_spec.Hooks.OnDraining);
        if (_listeners.AllEnded)
            OnUnbound();
        else if (next is State.Stopping)
            _listeners.Stop(Context);
        else
            _listeners.Close();
    }

    /// <summary>Nothing listens any more, so whatever was accepted is with the connections already.</summary>
    private void OnUnbound()
    {
        _live.SetUnbound();
        _requests.AnswerUnbound(Self);
        if (_state is State.Unbound)
            _connections.Tell(ConnectionsMessages.AwaitLast.Instance, Self);
        else if (_state is State.Draining)
            DrainConnections();
        else
            Context.Stop(_connections);
    }

    private void DrainConnections()
    {
        if (_listeners.AllEnded)
            _connections.Tell(new ConnectionsMessages.Drain(_requests.TimeLeft(_spec.Settings.Time)), Self);
    }

    private void OnConnectionsEnded()
    {
        if (_state is State.Binding or State.Open)
            _log.Error("The supervisor of the connections was stopped by somebody else; the server stops");
        Finish(aborted: 0);
    }

    private void Finish(int aborted)
    {
        _aborted ??= aborted;
        var left = _state is State.Unbound ? (TimeSpan?)null : _requests.TimeLeft(_spec.Settings.Time);
        if (!_handlers.AwaitLast(Self, Timers, left))
            Stop();
    }

    private void Stop()
    {
        _requests.AnswerEnd(_aborted ?? 0, Self);
        Context.Stop(Self);
    }

    private void Extend(object message)
    {
        if (_spec.Hooks.TryHandle(message, Sender, this))
            return;
        if (message is ServerProtocol.Command command)
            Sender.Tell(ServerRequests.Unknown(command), Self);
        else
            Unhandled(message);
    }

    /// <summary>A bug in what a protocol adds must not cost the connections their server.</summary>
    private void Guarded(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            _log.Error(e, "An extension of the server failed");
        }
    }

    private sealed record RestartListener(int Index) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed class LeavingEnded : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static LeavingEnded Instance { get; } = new();
    }

    private sealed class FailureTold : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static FailureTold Instance { get; } = new();
    }

    /// <summary>Connections' parent goes on as if nothing had been; a listener ends, and its end replaces it.</summary>
    private sealed class Strategy(ServerActor owner) : OneForOneStrategy(static _ => Directive.Stop)
    {
        protected override Directive Handle(IActorRef child, Exception exception) =>
            child.Equals(owner._connections) || owner._handlers.IsParent(child) ? Directive.Resume : Directive.Stop;
    }

    private sealed class Producer(Func<ActorSystem, ServerSpec> spec) : IIndirectActorProducer
    {
        public Type ActorType => typeof(ServerActor);

        public ActorBase Produce() => new ServerActor(spec(Context.System));

        public void Release(ActorBase actor)
        {
        }
    }
}
