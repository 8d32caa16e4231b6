using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using AkkaUdp = Akka.IO.Udp;
using AkkaUdpConnected = Akka.IO.UdpConnected;

namespace Aleph.Actors.Udp;

/// <summary>
/// One UDP socket as an actor. It speaks Akka.IO's <c>Udp</c> and <c>UdpConnected</c> messages and <see
/// cref="UdpSocketProtocol"/>; everything that it receives goes to its handler or its queue. Ends when told to, with
/// its handler, when it cannot be bound, or with its parent; the socket is closed then.
/// </summary>
internal sealed class UdpSocketActor : UntypedActor, IWithTimers
{
    // How long a socket that could not be bound waits for whoever spawned it to ask why.
    private static readonly TimeSpan FailureGrace = TimeSpan.FromSeconds(5);

    private readonly UdpSocketSpec _spec;
    private readonly UdpCounters _counters;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Queue<(object Message, IActorRef Sender)> _early = new();
    private IActorRef _handler = ActorRefs.Nobody;
    private OpenUdpSocket? _open;
    private UdpSocketProtocol.BindFailed? _failure;

    private UdpSocketActor(UdpSocketSpec spec)
    {
        _spec = spec;
        _counters = spec.Live?.Counters ?? new UdpCounters();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of one socket. Fails when the settings are not valid.</summary>
    public static Props Create(UdpSocketSpec spec)
    {
        SettingsFaults.ThrowIfAny(spec.Settings.Validate());
        return Props.CreateBy(new Producer(spec)).WithDeploy(Deploy.Local);
    }

    protected override void PreStart()
    {
        AlephExtension.Get(Context.System);
        if (_spec.Live is { Ended.IsCompleted: true })
        {
            // Restarted after a fault: whoever had the socket was told of its end.
            Context.Stop(Self);
            return;
        }

        if (_spec.HandlerProps is { } props)
            _handler = Context.ActorOf(props, "handler");
        else if (_spec.Handler is { } handler)
            _handler = handler;
        if (!_handler.IsNobody())
            Context.Watch(_handler);
        if (_spec.Settings.RemoteEndPoint is DnsEndPoint name)
            NameResolved.ResolveAsync(_spec.Resolver, name).PipeTo(Self, ActorRefs.NoSender);
        else
            Open((IPEndPoint?)_spec.Settings.RemoteEndPoint);
    }

    protected override void OnReceive(object message)
    {
        if (_open is not null)
            OnOpen(_open, message, Sender);
        else if (_failure is not null)
            OnFailed(_failure, message);
        else
            OnResolving(message);
    }

    protected override void PostStop()
    {
        while (_early.TryDequeue(out var early))
            Refuse(early.Message, early.Sender, DatagramSender.Closed());
        _open?.Close();
        _open = null;
        _spec.Live?.SetEnded(_spec.EndPoint);
    }

    private void OnOpen(OpenUdpSocket open, object message, IActorRef sender)
    {
        if (open.TryHandle(message, sender))
            return;
        switch (message)
        {
            case UdpSocketProtocol.GetBound:
                sender.Tell(open.Bound, Self);
                break;
            case UdpSocketProtocol.GetStatistics:
                sender.Tell(_counters.Snapshot(), Self);
                break;
            default:
                OnEnding(message, sender);
                break;
        }
    }

    // While the name of the peer is looked up, commands wait.
    private void OnResolving(object message)
    {
        switch (message)
        {
            case NameResolved resolved:
                OnResolved(resolved);
                break;
            case UdpSocketProtocol.GetStatistics:
                Sender.Tell(_counters.Snapshot(), Self);
                break;
            case AkkaUdp.Unbind or AkkaUdpConnected.Disconnect or Terminated:
                OnEnding(message, Sender);
                break;
            case var _ when _early.Count < _spec.Settings.SendQueueCapacity:
                _early.Enqueue((message, Sender));
                break;
            default:
                Refuse(message, Sender, new SendQueueFullException(_early.Count, 0));
                break;
        }
    }

    private void OnFailed(UdpSocketProtocol.BindFailed failure, object message)
    {
        if (message is FailureTold)
            Context.Stop(Self);
        else if (message is UdpSocketProtocol.GetBound)
            Sender.Tell(failure, Self);
        else if (message is AkkaUdp.Unbind or AkkaUdpConnected.Disconnect or Terminated)
            OnEnding(message, Sender);
        else
            Refuse(message, Sender, failure.Cause);
    }

    private void OnEnding(object message, IActorRef sender)
    {
        switch (message)
        {
            case AkkaUdp.Unbind:
                Stop();
                sender.Tell(AkkaUdp.Unbound.Instance, Self);
                break;
            case AkkaUdpConnected.Disconnect:
                Stop();
                sender.Tell(AkkaUdpConnected.Disconnected.Instance, Self);
                break;
            case Terminated:
                Stop();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    // Closed before anybody is told so: the port is free then.
    private void Stop()
    {
        _open?.Close();
        Context.Stop(Self);
    }

    private void OnResolved(NameResolved resolved)
    {
        if (resolved.Addresses is [var first, ..])
            Open(new IPEndPoint(first, resolved.EndPoint.Port));
        else
            Fail(resolved.Error ?? new SocketException((int)SocketError.HostNotFound));
    }

    private void Open(IPEndPoint? remote)
    {
        DatagramSocket socket;
        try
        {
            socket = _spec.Open(_spec.Settings, remote, _spec.Options);
        }
#pragma warning disable CA1031 // Callbacks of the settings and of options may throw anything; it is a failure to bind.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fail(e);
            return;
        }

        _open = new OpenUdpSocket(
            socket, _spec, sender => Inbox(sender, remote is not null), _counters, Context.System, Self);
        _log.Debug("Bound to {0}, peer {1}", _open.Bound.LocalEndPoint, remote);
        _spec.Live?.SetBound(_open.Bound);
        (_spec.Command is null ? _handler : _spec.Commander).Tell(_spec.Opened(_open.Bound), Self);
        _open.Start();
        while (_open is not null && _early.TryDequeue(out var early))
            OnOpen(_open, early.Message, early.Sender);
    }

    private IDatagramInbox? Inbox(DatagramSender sender, bool connected)
    {
        if (_spec.Function is { } function)
            return new FunctionInbox(function, sender, new HandlerFaults(_log, TimeProvider.System));
        if (_spec.Live is { } live)
            return live.Queue;
        return _spec.HasHandler
            ? new HandlerInbox(_handler, Self, _spec.Settings, connected, reports: _spec.Command is null)
            : null;
    }

    private void Fail(Exception cause)
    {
        _log.Warning("Cannot bind a UDP socket to {0}: {1}", LogText.Of(_spec.EndPoint), cause.Message);
        _failure = new UdpSocketProtocol.BindFailed(_spec.EndPoint, cause);
        _spec.Live?.SetBindFailed(_spec.EndPoint, cause);
        (_spec.Command is null ? _handler : _spec.Commander).Tell(_spec.Failed(_failure), Self);
        while (_early.TryDequeue(out var early))
            Refuse(early.Message, early.Sender, cause);
        if (_spec.Command is null && _spec.Live is null)
            Timers.StartSingleTimer(FailureTold.Instance, FailureTold.Instance, FailureGrace);
        else
            Context.Stop(Self);
    }

    private void Refuse(object message, IActorRef sender, Exception cause)
    {
        if (PendingSend.Is(message))
        {
            _counters.SendFailed();
            new PendingSend(message, sender).Failed(cause, Self);
        }
        else if (message is UdpSocketProtocol.GetBound)
        {
            sender.Tell(new UdpSocketProtocol.BindFailed(_spec.EndPoint, cause), Self);
        }
        else if (message is UdpSocketProtocol.Command command)
        {
            sender.Tell(new UdpSocketProtocol.CommandFailed(command, cause), Self);
        }
        else
        {
            Unhandled(message);
        }
    }

    private sealed class FailureTold : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static FailureTold Instance { get; } = new();
    }

    private sealed class Producer(UdpSocketSpec spec) : IIndirectActorProducer
    {
        public Type ActorType => typeof(UdpSocketActor);

        public ActorBase Produce() => new UdpSocketActor(spec);

        public void Release(ActorBase actor)
        {
            // The actor closed its socket in PostStop.
        }
    }
}
