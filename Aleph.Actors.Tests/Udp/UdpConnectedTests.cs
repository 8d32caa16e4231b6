using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.IO;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Udp;
using Xunit;
using AkkaUdp = Akka.IO.Udp;
using AkkaUdpConnected = Akka.IO.UdpConnected;

namespace Aleph.Actors.Tests.Udp;

/// <summary>Connected sockets: one peer, by Akka.IO's <c>UdpConnected</c> messages.</summary>
public sealed class UdpConnectedTests : UdpTestKit
{
    [Fact]
    public async Task Talks_to_its_peer_only()
    {
        var socket = await ConnectAsync(Peer.EndPoint);
        socket.Tell(new AkkaUdpConnected.Send(Bytes("hello"), "sent"), TestActor);
        await ExpectMsgAsync("sent", Waiting.Patience);
        var greeting = await Peer.ReceiveAsync();
        Assert.Equal("hello"u8.ToArray(), greeting.Payload.ToArray());

        using var stranger = new UdpPeer();
        await stranger.SendAsync("psst", greeting.RemoteEndPoint);
        await Peer.SendAsync("answer", greeting.RemoteEndPoint);

        Assert.Equal("answer", (await ExpectMsgAsync<AkkaUdpConnected.Received>(Waiting.Patience)).Data.ToString());
        Assert.Equal(1, (await StatisticsAsync(socket)).Received);
    }

    [Fact]
    public async Task Suspends_resumes_and_disconnects()
    {
        var socket = await ConnectAsync(Peer.EndPoint);
        var bound = await socket.Ask<UdpSocketProtocol.Bound>(UdpSocketProtocol.GetBound.Instance).Within("bound");
        Assert.Equal(Peer.EndPoint, bound.RemoteEndPoint);
        socket.Tell(AkkaUdpConnected.SuspendReading.Instance, TestActor);
        await StatisticsAsync(socket);
        await Peer.SendAsync("a", bound.LocalEndPoint);
        socket.Tell(AkkaUdpConnected.Send.Create(Bytes("x")), TestActor);
        await Peer.ReceiveTextAsync();
        Assert.False(HasMessages);

        socket.Tell(AkkaUdpConnected.ResumeReading.Instance, TestActor);
        await ExpectMsgAsync<AkkaUdpConnected.Received>(Waiting.Patience);
        await WatchAsync(socket);
        socket.Tell(AkkaUdpConnected.Disconnect.Instance, TestActor);
        await ExpectMsgAsync<AkkaUdpConnected.Disconnected>(Waiting.Patience);
        await ExpectTerminatedAsync(socket, Waiting.Patience);
    }

    [Fact]
    public async Task Resolves_the_name_of_its_peer_and_keeps_what_is_told_meanwhile()
    {
        var addresses = new TaskCompletionSource<IPAddress[]>();
        Sys.AlephUdp().Resolver = _ => addresses.Task;
        var name = new DnsEndPoint("peer.test", Peer.EndPoint.Port);
        var props = UdpSocketActor.Create(
            new UdpSocketSpec(UdpSettings.Default with { EndPoint = null, RemoteEndPoint = name })
            {
                Handler = TestActor,
                Resolver = _ => addresses.Task,
            });
        var socket = Sys.ActorOf(props);
        socket.Tell(AkkaUdpConnected.Send.Create(Bytes("early")), TestActor);
        var asked = socket.Ask<UdpSocketProtocol.Bound>(UdpSocketProtocol.GetBound.Instance);
        await StatisticsAsync(socket);
        Assert.False(asked.IsCompleted);

        addresses.SetResult([IPAddress.Loopback]);

        await ExpectMsgAsync<AkkaUdpConnected.Connected>(Waiting.Patience);
        Assert.Equal("early", await Peer.ReceiveTextAsync());
        Assert.Equal(Peer.EndPoint, (await asked.Within("the socket was connected")).RemoteEndPoint);
    }

    [Fact]
    public async Task A_peer_without_an_address_is_a_failure_to_connect()
    {
        Sys.AlephUdp().Resolver = _ => Task.FromException<IPAddress[]>(
            new SocketException((int)SocketError.HostNotFound));
        var connect = new AkkaUdpConnected.Connect(TestActor, new DnsEndPoint("nobody.test", 1));
        Sys.AlephUdp().Manager.Tell(connect, TestActor);

        Assert.Same(connect, (await ExpectMsgAsync<AkkaUdpConnected.CommandFailed>(Waiting.Patience)).Cmd);
    }

    [Fact]
    public async Task Refuses_to_send_to_somebody_else()
    {
        var socket = await ConnectAsync(Peer.EndPoint);
        using var stranger = new UdpPeer();

        socket.Tell(new UdpSocketProtocol.Send(new Datagram(stranger.EndPoint, "a"u8.ToArray())), TestActor);
        var failed = await ExpectMsgAsync<UdpSocketProtocol.CommandFailed>(Waiting.Patience);
        Assert.IsType<ArgumentException>(failed.Cause);

        socket.Tell(new UdpSocketProtocol.Send(new Datagram(Peer.EndPoint, "b"u8.ToArray())), TestActor);
        await ExpectMsgAsync<UdpSocketProtocol.Sent>(Waiting.Patience);
    }

    [SkippableFact]
    public async Task A_peer_that_is_not_there_is_reported_and_the_socket_goes_on()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Others report it at other times");
        var endPoint = UdpPeer.Unused();
        var settings = UdpSettings.Default with { RemoteEndPoint = endPoint };
        var socket = Sys.ActorOf(UdpSocket.Props(TestActor, settings));
        await ExpectMsgAsync<AkkaUdpConnected.Connected>(Waiting.Patience);

        socket.Tell(AkkaUdpConnected.Send.Create(Bytes("anybody?")), TestActor);
        var report = await ExpectMsgAsync<UdpSocketProtocol.PeerUnreachable>(Waiting.Patience);
        Assert.Equal(endPoint, report.RemoteEndPoint);
        Assert.Equal(1, (await StatisticsAsync(socket)).IcmpErrors);

        using var late = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        late.Bind(endPoint);
        socket.Tell(new AkkaUdpConnected.Send(Bytes("now?"), "sent"), TestActor);
        await ExpectMsgAsync("sent", Waiting.Patience);
        Assert.Equal(4, await late.ReceiveAsync(new byte[10]).Within("the second datagram came"));
    }

    [Fact]
    public async Task An_unconnected_socket_survives_peers_that_are_not_there()
    {
        var (socket, endPoint) = await BindAsync();
        var nobody = UdpPeer.Unused();
        for (var i = 0; i < 10; i++)
            socket.Tell(AkkaUdp.Send.Create(Bytes("anybody?"), nobody), TestActor);

        await Peer.SendAsync("here", endPoint);

        Assert.Equal("here", await ReceivedAsync());
        Assert.Equal(10, (await StatisticsAsync(socket)).Sent);
    }

    private async Task<IActorRef> ConnectAsync(EndPoint peer)
    {
        Sys.AlephUdp().Manager.Tell(new AkkaUdpConnected.Connect(TestActor, peer), TestActor);
        await ExpectMsgAsync<AkkaUdpConnected.Connected>(Waiting.Patience);
        return LastSender;
    }
}
