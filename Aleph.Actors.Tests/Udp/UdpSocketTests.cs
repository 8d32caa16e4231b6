using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.IO;
using Aleph.Actors.Tests.Support;
using Xunit;
using AkkaUdp = Akka.IO.Udp;

namespace Aleph.Actors.Tests.Udp;

/// <summary>Sockets as actors, spoken to in Akka.IO's messages.</summary>
public sealed class UdpSocketTests : UdpTestKit
{
    [Fact]
    public async Task Echoes_through_a_handler_of_its_own()
    {
        var socket = Sys.ActorOf(UdpSocket.Props(UdpEcho.Create(TestActor)), "socket");
        var bound = await ExpectMsgAsync<AkkaUdp.Bound>(Waiting.Patience);
        Assert.Equal(socket, LastSender);

        await Peer.SendAsync("hello", bound.LocalAddress);

        var answer = await Peer.ReceiveAsync();
        Assert.Equal("hello"u8.ToArray(), answer.Payload.ToArray());
        Assert.Equal(bound.LocalAddress, answer.RemoteEndPoint);
    }

    [Fact]
    public async Task An_actor_written_for_stock_works_with_our_manager()
    {
        var echo = Sys.ActorOf(UdpEcho.Create(TestActor));
        Sys.AlephUdp().Manager.Tell(new AkkaUdp.Bind(echo, Loopback), echo);
        var bound = await ExpectMsgAsync<AkkaUdp.Bound>(Waiting.Patience);

        await Peer.SendAsync("hello", bound.LocalAddress);

        Assert.Equal("hello", await Peer.ReceiveTextAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(65_506)]
    [InlineData(65_507)]
    public async Task Carries_datagrams_of_every_length_both_ways(int length)
    {
        Sys.ActorOf(UdpSocket.Props(UdpEcho.Create(TestActor)));
        var bound = await ExpectMsgAsync<AkkaUdp.Bound>(Waiting.Patience);
        var payload = new byte[length];
        new Random(length).NextBytes(payload);

        await Peer.SendAsync(payload, bound.LocalAddress);

        Assert.Equal(payload, (await Peer.ReceiveAsync()).Payload.ToArray());
    }

    [Fact]
    public async Task Refuses_65508_bytes_to_their_sender_and_lives_on()
    {
        var (socket, _) = await BindAsync();
        var stock = AkkaUdp.Send.Create(ByteString.FromBytes(new byte[65_508]), Peer.EndPoint);
        socket.Tell(stock, TestActor);
        Assert.Same(stock, (await ExpectMsgAsync<AkkaUdp.CommandFailed>(Waiting.Patience)).Cmd);

        var ours = new UdpSocketProtocol.Send(new Datagram(Peer.EndPoint, new byte[65_508]));
        socket.Tell(ours, TestActor);
        var failed = await ExpectMsgAsync<UdpSocketProtocol.CommandFailed>(Waiting.Patience);
        Assert.Same(ours, failed.Command);
        var cause = Assert.IsType<DatagramTooLargeException>(failed.Cause);
        Assert.Equal((65_508, 65_507), (cause.Length, cause.Limit));

        socket.Tell(AkkaUdp.Send.Create(Bytes("on"), Peer.EndPoint), TestActor);
        Assert.Equal("on", await Peer.ReceiveTextAsync());
        Assert.Equal(2, (await StatisticsAsync(socket)).SendFailures);
    }

    [Fact]
    public async Task Acks_what_wants_it_and_nothing_else()
    {
        var (socket, _) = await BindAsync();

        socket.Tell(AkkaUdp.Send.Create(Bytes("a"), Peer.EndPoint), TestActor);
        socket.Tell(new AkkaUdp.Send(Bytes("b"), Peer.EndPoint, new AkkaUdp.NoAck("token")), TestActor);
        socket.Tell(new AkkaUdp.Send(Bytes("c"), Peer.EndPoint, new Ack(1)), TestActor);
        socket.Tell(new UdpSocketProtocol.Send(new Datagram(Peer.EndPoint, "d"u8.ToArray())), TestActor);

        Assert.Equal(1, (await ExpectMsgAsync<Ack>(Waiting.Patience)).Number);
        await ExpectMsgAsync<UdpSocketProtocol.Sent>(Waiting.Patience);
        foreach (var text in new[] { "a", "b", "c", "d" })
            Assert.Equal(text, await Peer.ReceiveTextAsync());
    }

    [Fact]
    public async Task Unbind_frees_the_port_before_it_is_answered()
    {
        var option = new RecordingOption();
        var (socket, endPoint) = await BindAsync(option);
        await WatchAsync(socket);

        socket.Tell(AkkaUdp.Unbind.Instance, TestActor);

        await ExpectMsgAsync<AkkaUdp.Unbound>(Waiting.Patience);
        Assert.True(option.Socket!.SafeHandle.IsClosed);
        await BindToAsync(endPoint);
        await ExpectTerminatedAsync(socket, Waiting.Patience);
    }

    [Fact]
    public async Task Applies_the_options_of_Akka_IO()
    {
        var option = new RecordingOption();
        await BindAsync(
            option, new Inet.SO.ReceiveBufferSize(100_000), new Inet.SO.SendBufferSize(50_000),
            new AkkaUdp.SO.Broadcast(true));

        var socket = option.Socket!;
        Assert.Equal(["before", "after"], option.Calls);
        Assert.True(socket.EnableBroadcast);
        Assert.InRange(socket.ReceiveBufferSize, 100_000, 200_000);
        Assert.InRange(socket.SendBufferSize, 50_000, 100_000);
    }

    [SkippableFact]
    public async Task A_simple_sender_sends_without_a_port_and_to_both_IP_versions()
    {
        Skip.IfNot(Socket.OSSupportsIPv6, "No IPv6");
        using var peer6 = new UdpPeer(IPAddress.IPv6Loopback);
        Sys.AlephUdp().Manager.Tell(AkkaUdp.SimpleSender.Instance, TestActor);
        await ExpectMsgAsync<AkkaUdp.SimpleSenderReady>(Waiting.Patience);
        var sender = LastSender;

        sender.Tell(AkkaUdp.Send.Create(Bytes("four"), Peer.EndPoint), TestActor);
        sender.Tell(AkkaUdp.Send.Create(Bytes("six"), peer6.EndPoint), TestActor);

        Assert.Equal("four", await Peer.ReceiveTextAsync());
        Assert.Equal("six", await peer6.ReceiveTextAsync());
    }

    [Fact]
    public async Task A_function_answers_and_what_it_throws_costs_one_datagram()
    {
        var socket = Sys.ActorOf(UdpSocket.Props(datagram => datagram.Payload.Length switch
        {
            0 => throw new InvalidOperationException("empty"),
            1 => null,
            _ => datagram,
        }));
        var bound = await socket.Ask<UdpSocketProtocol.Bound>(UdpSocketProtocol.GetBound.Instance).Within("bound");

        await Peer.SendAsync("", bound.LocalEndPoint);
        await Peer.SendAsync("1", bound.LocalEndPoint);
        await Peer.SendAsync("echo", bound.LocalEndPoint);

        Assert.Equal("echo", await Peer.ReceiveTextAsync());
        Assert.Equal(3, (await StatisticsAsync(socket)).Received);
    }

    [Fact]
    public async Task A_handler_of_its_own_that_fails_is_restarted_and_the_socket_stays()
    {
        var socket = Sys.ActorOf(UdpSocket.Props(UdpEcho.Create(TestActor)), "socket");
        var bound = await ExpectMsgAsync<AkkaUdp.Bound>(Waiting.Patience);

        Sys.ActorSelection(socket.Path / "handler").Tell("crash");
        await Peer.SendAsync("hello", bound.LocalAddress);

        Assert.Equal("hello", await Peer.ReceiveTextAsync());
    }

    [Fact]
    public async Task Commands_that_cannot_be_are_failed_by_the_manager()
    {
        var manager = Sys.AlephUdp().Manager;
        var bind = new AkkaUdp.Bind(TestActor, new DnsEndPoint("localhost", 1));
        foreach (var command in new AkkaUdp.Command[] { bind, AkkaUdp.Unbind.Instance })
        {
            manager.Tell(command, TestActor);
            Assert.Same(command, (await ExpectMsgAsync<AkkaUdp.CommandFailed>(Waiting.Patience)).Cmd);
        }
    }

    private sealed class Ack(int number) : AkkaUdp.Event
    {
        public int Number { get; } = number;
    }

    private sealed class RecordingOption : Inet.SocketOptionV2
    {
        public List<string> Calls { get; } = [];

        public Socket? Socket { get; private set; }

        public override void BeforeDatagramBind(Socket ds)
        {
            Assert.False(ds.IsBound);
            Calls.Add("before");
            Socket = ds;
        }

        public override void AfterBind(Socket s)
        {
            Assert.True(s.IsBound);
            Calls.Add("after");
        }
    }
}
