using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Connections;
using Aleph.Actors.Transports.Sockets;

namespace Aleph.Actors.Tcp;

/// <summary>
/// Owns one listening socket and accepts while there is credit; each accepted socket goes as an <c>Adopt</c> to the
/// connections supervisor. Its server spawns it and replaces it when it ends; it throws when the socket is of no more
/// use.
/// </summary>
internal sealed class TcpListenerActor : UntypedActor, IWithTimers
{
    // Long enough to empty a usual backlog in few turns, short enough that other actors get theirs.
    private const int TurnBudget = 64;

    private static readonly TimeSpan WarnInterval = TimeSpan.FromSeconds(5);

    private readonly ListenerSpec _spec;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly AcceptSlot _slot;
    private Socket? _parked;
    private bool _waiting;
    private bool _closing;
    private int _retries;
    private long _warned;

    public TcpListenerActor(ListenerSpec spec)
    {
        _spec = spec;
        _slot = new AcceptSlot(Self);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Create(ListenerSpec spec) =>
        Props.CreateBy(new Producer(spec)).WithDeploy(Deploy.Local).WithDispatcher(IoDispatcher.DispatcherId);

    protected override void PreStart()
    {
        try
        {
            _slot.Open(_spec.Bind(_spec.Settings, _spec.EndPoint));
        }
        catch (Exception cause)
        {
            // A value for the server to judge, not a fault: the first bind fails the server, a later one is repeated.
            Context.Parent.Tell(new ListenerMessages.BindFailed(_spec.Index, _spec.EndPoint, cause));
            Context.Stop(Self);
            return;
        }

        Context.Parent.Tell(new ListenerMessages.Bound(_spec.Index, _slot.LocalEndPoint));
        AcceptAll();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ListenerMessages.Accepted accepted when _slot.IsOf(accepted):
                _slot.Idle();
                OnAccepted(accepted);
                break;
            case ListenerMessages.Accepted stale:
                stale.Release();
                break;
            case ConnectionsMessages.Room:
                _waiting = false;
                AcceptAll();
                break;
            case ListenerMessages.Close:
                Close();
                break;
            case ListenerMessages.Continue:
                AcceptAll();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void PostStop()
    {
        _slot.Close();
        _parked?.Dispose();
        _parked = null;
    }

    private void OnAccepted(ListenerMessages.Accepted accepted)
    {
        if (_closing)
            HandOverLast(accepted.Take());
        else if (Handle(accepted.Take(), accepted.Error))
            AcceptAll();
    }

    private void Close()
    {
        _closing = true;
        _slot.Close();
        if (!_slot.IsBusy)
            HandOverLast(null);
    }

    // A connection that was accepted before the end is served, even above the limit.
    private void HandOverLast(Socket? accepted)
    {
        foreach (var socket in (Socket?[])[_parked, accepted])
        {
            if (socket is not null && _spec.Credit.TryTakeLast())
                Tell(Configure(socket) ? Adopt(socket) : null);
            else
                socket?.Dispose();
        }

        _parked = null;
        Context.Stop(Self);
    }

    private void AcceptAll()
    {
        if (_closing)
            return;
        for (var i = 0; i < TurnBudget; i++)
        {
            if (!HasRoom() || _slot.IsBusy || !_slot.TryAccept(out var socket, out var error))
                return;
            if (!Handle(socket, error))
                return;
        }

        Self.Tell(ListenerMessages.Continue.Instance);
    }

    /// <summary>False, with a wake-up on its way, when the next connection has to wait.</summary>
    private bool HasRoom()
    {
        if (_waiting)
            return false;
        if (_parked is { } parked)
        {
            _parked = null;
            if (!HandOver(parked))
                return false;
        }

        if (!_spec.Credit.IsExhausted)
            return true;
        AwaitRoom();
        return false;
    }

    private void AwaitRoom()
    {
        _waiting = true;
        _spec.Connections.Tell(ConnectionsMessages.AwaitRoom.Instance, Self);
    }

    /// <summary>Answers whether to accept the next one now; if not, something will wake the listener.</summary>
    private bool Handle(Socket? socket, Exception? error)
    {
        if (error is not null)
            return HandleError(error);
        _retries = 0;
        if (socket is null)
            return true;
        return !Configure(socket) || HandOver(socket);
    }

    private bool Configure(Socket socket)
    {
        try
        {
            // Before users see it, so that they can change each.
            _spec.Settings.Connection.SocketOptions.Apply(socket);
        }
        catch (SocketException e)
        {
            OnGone(socket, e);
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
            socket.Dispose();
            _spec.Counters.Rejected();
            _log.Warning(e, "The configuration callback of {0} failed; the connection was closed", _slot.LocalEndPoint);
            return false;
        }
    }

    private bool HandOver(Socket socket)
    {
        // With several listeners another one may have taken the last credit while this accept was under way.
        if (!_spec.Credit.TryTake())
        {
            _parked = socket;
            AwaitRoom();
            return false;
        }

        Tell(Adopt(socket));
        return true;
    }

    private void Tell(ConnectionMessages.Adopt? adopt)
    {
        if (adopt is not null)
            _spec.Connections.Tell(adopt, ActorRefs.NoSender);
        else
            _spec.Credit.Return();
    }

    private ConnectionMessages.Adopt? Adopt(Socket socket)
    {
        try
        {
            var transport = new SocketTransport(socket, _spec.Settings.Connection, _spec.Settings.Time);
            return new ConnectionMessages.Adopt(_spec.Counters.Accepted(), transport);
        }
        catch (SocketException e)
        {
            OnGone(socket, e);
            return null;
        }
    }

    // The peer was gone before its addresses could be read: one connection less, no reason to fail.
    private void OnGone(Socket socket, SocketException cause)
    {
        socket.Dispose();
        _spec.Counters.FailedAccept();
        _log.Debug("A connection to {0} ended while it was accepted: {1}", _slot.LocalEndPoint, cause.Message);
    }

    private bool HandleError(Exception error)
    {
        _spec.Counters.FailedAccept();
        switch (AcceptErrors.Classify(error))
        {
            case AcceptError.Retry when ++_retries <= TurnBudget:
                return true;
            case AcceptError.Retry or AcceptError.Pause:
                Rest(error);
                return false;
            default:
                throw new ListenerException($"Accepting on {_slot.LocalEndPoint} failed: {error.Message}", error);
        }
    }

    private void Rest(Exception error)
    {
        _retries = 0;
        var time = _spec.Settings.Time;
        if (_warned == 0 || time.GetElapsedTime(_warned) >= WarnInterval)
        {
            _warned = time.GetTimestamp();
            _log.Warning(
                "Cannot accept on {0}, trying again every {1}: {2}",
                _slot.LocalEndPoint, _spec.Settings.AcceptRetryDelay, error.Message);
        }

        Timers.StartSingleTimer(
            ListenerMessages.Continue.Instance, ListenerMessages.Continue.Instance, _spec.Settings.AcceptRetryDelay);
    }

    private sealed class Producer(ListenerSpec spec) : IIndirectActorProducer
    {
        public Type ActorType => typeof(TcpListenerActor);

        public ActorBase Produce() => new TcpListenerActor(spec);

        public void Release(ActorBase actor)
        {
        }
    }
}

/// <summary>The listening socket is of no more use; the listener's supervisor replaces the listener.</summary>
internal sealed class ListenerException(string message, Exception? cause) : Exception(message, cause);
