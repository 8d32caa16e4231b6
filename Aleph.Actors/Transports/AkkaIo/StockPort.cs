using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using AkkaTcp = Akka.IO.Tcp;

namespace Aleph.Actors.Transports.AkkaIo;

/// <summary>
/// The bind handler that a stock listener knows, as a reference without an actor. A stock listener takes its
/// connections with it when it ends, so it outlives our listener: it refuses what it accepts from then on, and unbinds
/// when the last connection has ended. Any thread.
/// </summary>
internal sealed class StockPort : MinimalActorRef
{
    // What a stock listener tells itself of an accept.
    private const string AcceptCompleted = "Akka.IO.TcpListener+AcceptCompleted";

    [ThreadStatic]
    private static Socket? _accepted;

    private readonly Lock _lock = new();
    private readonly ExtendedActorSystem _system;
    private readonly IActorRef _listener;
    private readonly List<UnhandledMessage> _lost = [];
    private Func<Socket, bool>? _configure;
    private IActorRef? _stock;
    private bool _refuses;
    private int _open;

    private StockPort(ExtendedActorSystem system, IActorRef listener)
    {
        (_system, _listener) = (system, listener);
        Path = StockConnection.NewPath(system, "port");
    }

    public override IActorRefProvider Provider => _system.Provider;

    public override ActorPath Path { get; }

    /// <summary>Binds; <paramref name="listener"/> is told <see cref="Bound"/> or <see cref="Failed"/>.</summary>
    /// <param name="system">Whose Akka.IO it is.</param>
    /// <param name="listener">Told all that happens.</param>
    /// <param name="endPoint">Where to listen.</param>
    /// <param name="backlog">How many connections the kernel keeps waiting.</param>
    /// <param name="settings">Of the connections.</param>
    /// <param name="beforeBind">Called with the listening socket; an exception is a failure to bind.</param>
    /// <param name="configure">Called with each accepted socket; false refuses it.</param>
    public static StockPort Open(
        ActorSystem system, IActorRef listener, EndPoint endPoint, int backlog, ConnectionSettings settings,
        Action<Socket> beforeBind, Func<Socket, bool> configure)
    {
        var port = new StockPort((ExtendedActorSystem)system, listener) { _configure = configure };
        system.EventStream.Subscribe(port, typeof(UnhandledMessage));
        var bind = new AkkaTcp.Bind(port, endPoint, backlog, [new Hooks(port, beforeBind)], pullMode: true)
        {
            TcpSettings = StockSettings.For(system, settings),
        };
        Akka.IO.TcpExtensions.Tcp(system).Tell(bind, port);
        return port;
    }

    /// <summary>
    /// Accepts no more: the listener has ended, nothing is told to it. Harmless when repeated.
    /// </summary>
    public void Refuse()
    {
        lock (_lock)
            _refuses = true;
        UnbindIfDone();
    }

    public override void SendSystemMessage(ISystemMessage message)
    {
        if (message is DeathWatchNotification)
            _listener.Tell(Ended.Instance, this);
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        switch (message)
        {
            case AkkaTcp.Connected connected:
                OnConnected(connected, sender);
                break;
            case UnhandledMessage { Message: { } lost } unhandled when lost.GetType().FullName == AcceptCompleted:
                lock (_lock)
                    _lost.Add(unhandled);
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

    private void OnBound(AkkaTcp.Bound bound, IActorRef stock)
    {
        _system.EventStream.Unsubscribe(this);
        ((IInternalActorRef)stock).SendSystemMessage(new Watch((IInternalActorRef)stock, this));

        // Accepts that end before the stock listener says that it is bound are lost to it, with all that it would have
        // accepted in their place; it takes them now.
        lock (_lock)
        {
            _stock = stock;
            foreach (var lost in _lost.Where(lost => stock.Equals(lost.Recipient)))
                stock.Tell(lost.Message, lost.Sender);
            _lost.Clear();
        }

        _listener.Tell(new Bound(bound.LocalAddress), this);
        UnbindIfDone();
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
            _open--;
        UnbindIfDone();
    }

    private void UnbindIfDone()
    {
        lock (_lock)
        {
            if (!_refuses || _open > 0 || _stock is null)
                return;
            _stock.Tell(AkkaTcp.Unbind.Instance, this);
            _stock = null;
        }
    }

    /// <summary>The stock listener listens.</summary>
    internal sealed record Bound(EndPoint LocalEndPoint) : INoSerializationVerificationNeeded;

    /// <summary>It could not.</summary>
    internal sealed record Failed(Exception Cause) : INoSerializationVerificationNeeded;

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

        public override void AfterConnect(Socket s) => _accepted = port._configure!(s) ? s : null;
    }
}
