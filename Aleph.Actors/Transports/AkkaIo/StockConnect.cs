using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using AkkaTcp = Akka.IO.Tcp;

namespace Aleph.Actors.Transports.AkkaIo;

/// <summary>
/// One attempt to connect by Akka.IO: the commander that a stock connection knows, as a reference without an actor. Any
/// thread.
/// </summary>
internal sealed class StockConnect : MinimalActorRef
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource<StockConnection> _connected =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ExtendedActorSystem _system;
    private readonly SocketSettings _options;
    private readonly Action<Socket> _beforeConnect;
    private readonly Action<Socket>? _afterConnect;
    private Socket? _socket;
    private bool _cancelled;

    private StockConnect(
        ExtendedActorSystem system, SocketSettings options, Action<Socket> beforeConnect, Action<Socket>? afterConnect)
    {
        (_system, _options, _beforeConnect, _afterConnect) = (system, options, beforeConnect, afterConnect);
        Path = StockConnection.NewPath(system, "connect");
    }

    public override IActorRefProvider Provider => _system.Provider;

    public override ActorPath Path { get; }

    /// <summary>Connects to <paramref name="target"/>. The caller owns what it gets.</summary>
    /// <param name="system">Whose Akka.IO it is.</param>
    /// <param name="target">An IP address with a port.</param>
    /// <param name="settings">Of the connection.</param>
    /// <param name="beforeConnect">Called with the socket; an exception fails the attempt.</param>
    /// <param name="afterConnect">Called with the connected socket; an exception fails the attempt. Null for
    /// none.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    public static async ValueTask<StockConnection> ConnectAsync(
        ActorSystem system, EndPoint target, ConnectionSettings settings, Action<Socket> beforeConnect,
        Action<Socket>? afterConnect, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var attempt = new StockConnect(
            (ExtendedActorSystem)system, settings.SocketOptions, beforeConnect, afterConnect);
        var connect = new AkkaTcp.Connect(target, options: [new Hooks(attempt)], pullMode: true)
        {
            TcpSettings = StockSettings.For(system, settings.MaxReceiveBuffer) with
            {
                OutgoingSocketForceIpv4 = target.AddressFamily == AddressFamily.InterNetwork,
            },
        };
        Akka.IO.TcpExtensions.Tcp(system).Tell(connect, attempt);
        using var registration = cancellation.UnsafeRegister(
            static (attempt, token) => ((StockConnect)attempt!).Cancel(token), attempt);
        return await attempt._connected.Task.ConfigureAwait(false);
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        switch (message)
        {
            case AkkaTcp.Connected connected:
                var connection = new StockConnection(_system, sender, connected, _socket, onEnded: null);
                if (!_connected.TrySetResult(connection))
                    connection.Dispose();
                break;
            case AkkaTcp.CommandFailed failed:
                _connected.TrySetException(failed.Cause.Value);
                break;
        }
    }

    // Akka.IO lets no connect be taken back, but one without its socket fails at once. One that is connected already is
    // left to say so, and is reset then: without its socket its actor would log errors.
    private void Cancel(CancellationToken token)
    {
        if (!_connected.TrySetCanceled(token))
            return;
        lock (_lock)
        {
            _cancelled = true;
            if (_socket is { Connected: false } socket)
                socket.Dispose();
        }
    }

    private void BeforeConnect(Socket socket)
    {
        lock (_lock)
        {
            _socket = socket;
            Call(_beforeConnect, socket);
            if (_cancelled)
                socket.Dispose();
        }
    }

    private void AfterConnect(Socket socket)
    {
        // Akka.IO has switched it on.
        Call(connected => connected.NoDelay = _options.NoDelay, socket);
        if (_afterConnect is not null)
            Call(_afterConnect, socket);
    }

    // An exception that left it would end the stock connection without a word to anybody.
    private void Call(Action<Socket> hook, Socket socket)
    {
        try
        {
            hook(socket);
        }
        catch (Exception cause)
        {
            _cancelled = true;
            _connected.TrySetException(cause);
        }
    }

    private sealed class Hooks(StockConnect attempt) : Akka.IO.Inet.SocketOption
    {
        public override void BeforeConnect(Socket s) => attempt.BeforeConnect(s);

        public override void AfterConnect(Socket s) => attempt.AfterConnect(s);
    }
}
