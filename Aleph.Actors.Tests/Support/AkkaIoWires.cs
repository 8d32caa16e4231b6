using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Akka.Actor;
using Aleph.Actors.Transports.AkkaIo;

namespace Aleph.Actors.Tests.Support;

/// <summary>Connections that a listener of stock Akka.IO accepted; the peer is a socket.</summary>
internal sealed class AkkaIoServerWire : IWire
{
    private readonly Channel<StockConnection> _accepted = Channel.CreateUnbounded<StockConnection>();
    private readonly TaskCompletionSource<EndPoint> _bound = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _one = new(1);
    private ActorSystem _system = null!;
    private StockPort? _port;
    private IActorRef _listener = ActorRefs.Nobody;

    public void Use(ActorSystem system) => _system = system;

    public async Task<(ITransport Transport, IWirePeer Peer)> ConnectAsync(
        ConnectionSettings settings, TimeProvider time)
    {
        // One at a time, so that what was accepted belongs to who connected.
        await _one.WaitAsync();
        try
        {
            Open(settings);
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await client.ConnectAsync(await _bound.Task.Within("Akka.IO bound"));
            var accepted = await _accepted.Reader.ReadAsync().Within("Akka.IO accepted");
            return (new AkkaIoTransport(accepted, settings, time), new SocketPeer(client));
        }
        finally
        {
            _one.Release();
        }
    }

    private void Open(ConnectionSettings settings)
    {
        if (_port is not null)
            return;
        _listener = _system.ActorOf(
            Props.Create(() => new Listener(_bound, _accepted.Writer)).WithDeploy(Deploy.Local));
        var terms = new StockTerms(
            new IPEndPoint(IPAddress.Loopback, 0), 16, false, false, settings.MaxReceiveBuffer, null);
        _port = StockPort.Open(_system, terms, _listener, _ => { }, _ => true);
    }

    private sealed class Listener(TaskCompletionSource<EndPoint> bound, ChannelWriter<StockConnection> accepted)
        : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is StockPort.Bound where)
                bound.SetResult(where.LocalEndPoint);
            else if (message is StockPort.Accepted one)
                accepted.TryWrite(one.Connection);
        }
    }
}

/// <summary>Connections that stock Akka.IO made; the peer is the socket that took them.</summary>
internal sealed class AkkaIoClientWire : IWire
{
    private ActorSystem _system = null!;

    public void Use(ActorSystem system) => _system = system;

    public async Task<(ITransport Transport, IWirePeer Peer)> ConnectAsync(
        ConnectionSettings settings, TimeProvider time)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var accept = listener.AcceptAsync();
        var stock = await StockConnect.ConnectAsync(
            _system, listener.LocalEndPoint!, settings, _ => { }, null, CancellationToken.None)
            .Within("Akka.IO connected");
        return (new AkkaIoTransport(stock, settings, time), new SocketPeer(await accept));
    }
}
