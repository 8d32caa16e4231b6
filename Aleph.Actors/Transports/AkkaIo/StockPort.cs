using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using AkkaTcp = Akka.IO.Tcp;

namespace Aleph.Actors.Transports.AkkaIo;

/// <summary>
/// The bind handler that a stock listener knows, as a reference without an actor. A stock listener takes its
/// connections with it when it ends, so it outlives our listener: it resets what it accepts from then on, and unbinds
/// when the last connection has ended, unless another listener of the same terms inherits it. Any thread.
/// </summary>
internal sealed class StockPort : MinimalActorRef
{
    [ThreadStatic]
    private static Socket? _accepted;

    private readonly Lock _lock = new();
    private readonly ExtendedActorSystem _system;
    private readonly StockTerms _terms;
    private readonly List<UnhandledMessage> _lost = [];
    private IActorRef _listener;
    private Func<Socket, bool> _configure;
    private IActorRef? _stock;
    private IActorRef? _unbinding;
    private EndPoint? _localEndPoint;
    private Action? _next;
    private bool _refuses;
    private bool _ended;
    private int _open;

    private StockPort(
        ExtendedActorSystem system, StockTerms terms, IActorRef listener, Func<Socket, bool> configure)
    {
        (_system, _terms, _listener, _configure) = (system, terms, listener, configure);
        Path = StockConnection.NewPath(system, "port");
    }

    public override IActorRefProvider Provider => _system.Provider;

    public override ActorPath Path { get; }

    /// <summary>
    /// Listens; <paramref name="listener"/> is told <see cref="Bound"/> or <see cref="Failed"/>. The listener gives it
    /// up by <see cref="Refuse"/>.
    /// </summary>
    /// <param name="system">Whose Akka.IO it is.</param>
    /// <param name="terms">Where and how to listen.</param>
    /// <param name="listener">Told all that happens.</param>
    /// <param name="beforeBind">Called with the listening socket; an exception is a failure to bind.</param>
    /// <param name="configure">Called with each accepted socket; false refuses it.</param>
    public static StockPort Open(
        ActorSystem system, StockTerms terms, IActorRef listener, Action<Socket> beforeBind,
        Func<Socket, bool> configure)
    {
        var old = StockPorts.Of(system).Find(terms.EndPoint);
        if (old is not null && old.TryInherit(terms, listener, configure))
            return old;
        var port = new StockPort((ExtendedActorSystem)system, terms, listener, configure);
        if (old is null || !old.TryFollow(() => port.Bind(beforeBind)))
            port.Bind(beforeBind);
        return port;
    }

    /// <summary>
    /// Accepts no more for <paramref name="listener"/>, which is told nothing from now on. Harmless when repeated.
    /// </summary>
    public void Refuse(IActorRef listener)
    {
        lock (_lock)
        {
            if (_refuses || !_listener.Equals(listener))
                return;
            _refuses = true;
            OfferOrUnbind();
        }
    }

    public override void SendSystemMessage(ISystemMessage message)
    {
        if (message is not DeathWatchNotification)
            return;
        Action? next;
        lock (_lock)
        {
            (_stock, _ended, next) = (null, true, _next);
            StockPorts.Of(_system).Withdraw(this, _localEndPoint!);
            _system.EventStream.Unsubscribe(this);
            if (!_refuses)
                _listener.Tell(Ended.Instance, this);
        }

        next?.Invoke();
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        switch (message)
        {
            case AkkaTcp.Connected connected:
                OnConnected(connected, sender);
                break;
            case UnhandledMessage unhandled when LostAccepts.IsAccept(unhandled.Message):
                OnLost(unhandled);
                break;
            case AkkaTcp.Bound bound:
                OnBound(bound, sender);
                break;
            case AkkaTcp.CommandFailed failed:
                _system.EventStream.Unsubscribe(this);
                _listener.Tell(new Failed(failed.Cause.Value), this);
                break;
        }
    }

    // Before it is bound a stock listener can have it back; once it unbinds nobody will ever see it.
    private void OnLost(UnhandledMessage accept)
    {
        lock (_lock)
        {
            if (_localEndPoint is null)
                _lost.Add(accept);
            else if (_unbinding is { } stock && stock.Equals(accept.Recipient))
                LostAccepts.Close(accept.Message);
        }
    }

    private void OnBound(AkkaTcp.Bound bound, IActorRef stock)
    {
        ((IInternalActorRef)stock).SendSystemMessage(new Watch((IInternalActorRef)stock, this));

        lock (_lock)
        {
            (_stock, _localEndPoint) = (stock, bound.LocalAddress);

            // Accepts that end before the stock listener says that it is bound are lost to it, and so is all that it
            // would have accepted in their place; it takes them now.
            foreach (var lost in _lost.Where(lost => stock.Equals(lost.Recipient)))
                stock.Tell(lost.Message, lost.Sender);
            _lost.Clear();
            if (_refuses)
                OfferOrUnbind();
            else
                _listener.Tell(new Bound(bound.LocalAddress), this);
        }
    }

    private void Bind(Action<Socket> beforeBind)
    {
        _system.EventStream.Subscribe(this, typeof(UnhandledMessage));
        var bind = new AkkaTcp.Bind(
            this, _terms.EndPoint, _terms.Backlog, [new Hooks(this, beforeBind)], pullMode: true)
        {
            TcpSettings = StockSettings.For(_system, _terms.MaxReceiveBuffer),
        };
        Akka.IO.TcpExtensions.Tcp(_system).Tell(bind, this);
    }

    private bool TryInherit(StockTerms terms, IActorRef listener, Func<Socket, bool> configure)
    {
        lock (_lock)
        {
            if (!_refuses || _stock is null || _terms with { EndPoint = terms.EndPoint } != terms)
                return false;
            (_refuses, _listener, _configure) = (false, listener, configure);
            StockPorts.Of(_system).Withdraw(this, _localEndPoint!);
            listener.Tell(new Bound(_localEndPoint!), this);
            return true;
        }
    }

    // While it closes, its address is taken.
    private bool TryFollow(Action next)
    {
        lock (_lock)
        {
            if (!_refuses || _stock is not null || _ended)
                return false;
            _next += next;
            return true;
        }
    }

    private void OnConnected(AkkaTcp.Connected connected, IActorRef stock)
    {
        var socket = Interlocked.Exchange(ref _accepted, null);
        lock (_lock)
        {
            if (!_refuses && socket is not null)
            {
                _open++;
                var connection = new StockConnection(_system, stock, connected, socket, OnEnded);
                _listener.Tell(new Accepted(connection), this);
                return;
            }
        }

        stock.Tell(AkkaTcp.Abort.Instance, this);
    }

    private void OnEnded()
    {
        lock (_lock)
        {
            _open--;
            if (_refuses)
                OfferOrUnbind();
        }
    }

    // Under the lock.
    private void OfferOrUnbind()
    {
        if (_stock is not { } stock)
            return;
        if (!_terms.ReusePort)
            StockPorts.Of(_system).Offer(this, _localEndPoint!);
        if (_open > 0)
            return;
        (_stock, _unbinding) = (null, stock);
        stock.Tell(AkkaTcp.Unbind.Instance, this);
    }

    /// <summary>The stock listener listens.</summary>
    internal sealed record Bound(EndPoint LocalEndPoint) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>It could not.</summary>
    internal sealed record Failed(Exception Cause) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>It accepted a connection, which waits for a handler.</summary>
    internal sealed class Accepted(StockConnection connection)
        : Connections.IOwnsResource, INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public StockConnection Connection { get; } = connection;

        public void Release() => Connection.Dispose();
    }

    /// <summary>It has ended, and its connections with it.</summary>
    internal sealed class Ended : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static Ended Instance { get; } = new();
    }

    // A stock connection calls it, and then tells the port on the same thread that it is connected.
    private sealed class Hooks(StockPort port, Action<Socket> beforeBind) : Akka.IO.Inet.SocketOption
    {
        public override void BeforeServerSocketBind(Socket ss) => beforeBind(ss);

        public override void AfterConnect(Socket s) => _accepted = port._configure(s) ? s : null;
    }
}
