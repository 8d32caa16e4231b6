using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Connections;
using Aleph.Actors.Transports.AkkaIo;

namespace Aleph.Actors.Tcp;

/// <summary>
/// A listener whose socket is Akka.IO's: hands what a <see cref="StockPort"/> accepts to the connections supervisor
/// while there is credit. A stock listener cannot be held back, so without credit connections wait here, unread, as
/// many as in a backlog; more are reset. Its server spawns it and replaces it when it ends.
/// </summary>
internal sealed class AkkaIoListenerActor : UntypedActor
{
    private readonly ListenerSpec _spec;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Queue<StockConnection> _parked = new();
    private StockPort? _port;
    private bool _waiting;

    public AkkaIoListenerActor(ListenerSpec spec) => _spec = spec;

    public static Props Create(ListenerSpec spec) =>
        Props.CreateBy(new Producer(spec)).WithDeploy(Deploy.Local).WithDispatcher(IoDispatcher.DispatcherId);

    protected override void PreStart()
    {
        var settings = _spec.Settings;
        var terms = new StockTerms(
            SocketAcceptSource.Reachable(settings, _spec.EndPoint),
            settings.Backlog,
            settings.DualMode,
            settings.ReusePort,
            settings.Connection.MaxReceiveBuffer,
            settings.ConfigureListener);
        _port = StockPort.Open(
            Context.System,
            terms,
            Self,
            socket => SocketAcceptSource.Configure(socket, settings, terms.EndPoint),
            Configure);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case StockPort.Accepted accepted:
                OnAccepted(accepted.Connection);
                break;
            case ConnectionsMessages.Room:
                _waiting = false;
                HandOverParked();
                break;
            case ListenerMessages.Close:
                Context.Stop(Self);
                break;
            case StockPort.Bound bound:
                Context.Parent.Tell(new ListenerMessages.Bound(_spec.Index, bound.LocalEndPoint));
                break;
            case StockPort.Failed failed:
                Context.Parent.Tell(new ListenerMessages.BindFailed(_spec.Index, _spec.EndPoint, failed.Cause));
                Context.Stop(Self);
                break;
            case StockPort.Ended:
                throw new ListenerException(
                    $"Akka.IO's listener on {_spec.EndPoint} ended, and its connections with it", null);
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void PostStop()
    {
        foreach (var parked in _parked)
            parked.Dispose();
        _parked.Clear();
        _port?.Refuse(Self);
    }

    private void OnAccepted(StockConnection connection)
    {
        if (_parked.Count >= _spec.Settings.Backlog)
        {
            _spec.Counters.Rejected();
            connection.Dispose();
            return;
        }

        _parked.Enqueue(connection);
        HandOverParked();
    }

    private void HandOverParked()
    {
        while (!_waiting && _parked.Count > 0)
        {
            if (_spec.Credit.TryTake())
            {
                var transport = new AkkaIoTransport(_parked.Dequeue(), _spec.Settings.Connection, _spec.Settings.Time);
                _spec.Connections.Tell(
                    new ConnectionMessages.Adopt(_spec.Counters.Accepted(), transport), ActorRefs.NoSender);
            }
            else
            {
                _waiting = true;
                _spec.Connections.Tell(ConnectionsMessages.AwaitRoom.Instance, Self);
            }
        }
    }

    // Called by stock connections, on their turns.
    private bool Configure(Socket socket)
    {
        try
        {
            // Before users see it, so that they can change each; Akka.IO has switched no-delay on.
            var options = _spec.Settings.Connection.SocketOptions;
            options.Apply(socket);
            socket.NoDelay = options.NoDelay;
        }
        catch (SocketException e)
        {
            // The peer is gone already.
            _spec.Counters.FailedAccept();
            _log.Debug("A connection to {0} ended while it was accepted: {1}", _spec.EndPoint, e.Message);
            return false;
        }

        if (_spec.Settings.ConfigureConnection is not { } configure)
            return true;
        try
        {
            using var guard = UserCode.Enter();
            configure(socket);
            return true;
        }
        catch (Exception e)
        {
            _spec.Counters.Rejected();
            _log.Warning(e, "The configuration callback of {0} failed; the connection was closed", _spec.EndPoint);
            return false;
        }
    }

    private sealed class Producer(ListenerSpec spec) : IIndirectActorProducer
    {
        public Type ActorType => typeof(AkkaIoListenerActor);

        public ActorBase Produce() => new AkkaIoListenerActor(spec);

        public void Release(ActorBase actor)
        {
        }
    }
}
