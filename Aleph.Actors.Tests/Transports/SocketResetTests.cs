using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Akka.Actor;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Transports.Sockets;
using Xunit;

namespace Aleph.Actors.Tests.Transports;

/// <summary>
/// What the peer's reset makes of a receive while a send is in flight: the kernel tells one of them of the reset, and
/// the other that the connection is over, which a receive calls an end of input.
/// </summary>
public sealed class SocketResetTests() : PatientTestKit("akka.loglevel = WARNING")
{
    private const int Rounds = 30;

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_reset_that_the_send_in_flight_was_told_of_is_no_end_of_input(bool isReceiveFirst)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var host = new Host(Sys);
            var (transport, peer) = await StartAsync(host);
            peer.Close(0);

            // Whichever ended first, and whichever of the two the kernel told of the reset.
            var (one, other) = (await host.MessageAsync(), await host.MessageAsync());
            var isInOrder = one is ReceiveOperation == isReceiveFirst;
            Assert.True(transport.TryHandle(isInOrder ? one : other), "the first operation was handled");
            Assert.True(transport.TryHandle(isInOrder ? other : one), "the second operation was handled");

            Assert.Equal(["failed: ConnectionReset"], host.Reports);
            transport.Abort();
        }
    }

    [Fact]
    public async Task An_end_of_input_is_told_though_a_send_is_in_flight()
    {
        var host = new Host(Sys);
        var (transport, peer) = await StartAsync(host);
        peer.Shutdown(SocketShutdown.Send);

        Assert.True(transport.TryHandle(await host.MessageAsync()), "the receive was handled");

        Assert.Equal(["peer closed"], host.Reports);
        transport.Abort();
        peer.Dispose();
    }

    // With a receive and a send that wait for a peer who does neither.
    private static async Task<(SocketTransport Transport, Socket Peer)> StartAsync(Host host)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await peer.ConnectAsync(listener.LocalEndPoint!);
        var socket = await listener.AcceptAsync();
        var transport = new SocketTransport(socket, ConnectionSettings.Default, TimeProvider.System);
        transport.Start(host);
        host.Output.Write(new byte[16 << 20]);
        transport.Flush();
        Assert.True(host.Output.Length > 0, "the send waits");
        return (transport, peer);
    }

    private sealed class Host(ActorSystem system) : MinimalActorRef, ITransportHost
    {
        private readonly Channel<object> _messages = Channel.CreateUnbounded<object>();

        public List<string> Reports { get; } = [];

        public IActorRef Self => this;

        public OutputBuffer Output { get; } = new();

        public override ActorPath Path => new RootActorPath(Address.AllSystems) / "host";

        public override IActorRefProvider Provider => ((ExtendedActorSystem)system).Provider;

        public Task<object> MessageAsync() => _messages.Reader.ReadAsync().AsTask().Within("an operation completed");

        public void OnOpened()
        {
        }

        public int OnReceived(ReadOnlySpan<byte> data) => data.Length;

        public void OnSent(int count)
        {
        }

        public void OnPeerClosed() => Reports.Add("peer closed");

        public void OnFailed(ConnectionEnd end) => Reports.Add($"failed: {end.Reason}");

        protected override void TellInternal(object message, IActorRef sender) => _messages.Writer.TryWrite(message);
    }
}
