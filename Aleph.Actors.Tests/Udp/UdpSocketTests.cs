using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.IO;
using Akka.TestKit.Xunit2;
using Aleph.Actors.Tests.Support;
using Xunit;
using AkkaUdp = Akka.IO.Udp;

namespace Aleph.Actors.Tests.Udp;

/// <summary>A socket as an actor, spoken to in Akka.IO's messages.</summary>
public sealed class UdpSocketTests : TestKit
{
    private readonly UdpPeer _peer = new();

    public UdpSocketTests()
        : base("akka.loglevel = WARNING")
    {
    }

    [Fact]
    public async Task Echoes_through_a_handler_of_its_own()
    {
        Sys.ActorOf(UdpSocket.Props(UdpEcho.Create(TestActor)), "socket");
        var bound = await ExpectMsgAsync<AkkaUdp.Bound>(Waiting.Patience);

        await _peer.SendAsync("hello", bound.LocalAddress);

        var answer = await _peer.ReceiveAsync();
        Assert.Equal("hello"u8.ToArray(), answer.Payload.ToArray());
        Assert.Equal(bound.LocalAddress, answer.RemoteEndPoint);
    }

    [Fact]
    public async Task An_actor_written_for_stock_works_with_our_manager()
    {
        var echo = Sys.ActorOf(UdpEcho.Create(TestActor));
        var bind = new AkkaUdp.Bind(echo, new IPEndPoint(IPAddress.Loopback, 0));
        Sys.AlephUdp().Manager.Tell(bind, echo);
        var bound = await ExpectMsgAsync<AkkaUdp.Bound>(Waiting.Patience);

        await _peer.SendAsync("hello", bound.LocalAddress);

        Assert.Equal("hello", await _peer.ReceiveTextAsync());
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

        await _peer.SendAsync(payload, bound.LocalAddress);

        Assert.Equal(payload, (await _peer.ReceiveAsync()).Payload.ToArray());
    }

    protected override void AfterAll()
    {
        _peer.Dispose();
        base.AfterAll();
    }
}
