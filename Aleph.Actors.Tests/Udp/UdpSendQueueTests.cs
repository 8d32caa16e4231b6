using System.Net.Sockets;
using Akka.Actor;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Udp;
using Xunit;
using AkkaUdp = Akka.IO.Udp;
using AkkaUdpConnected = Akka.IO.UdpConnected;

namespace Aleph.Actors.Tests.Udp;

/// <summary>Sends that the kernel does not take at once, or at all.</summary>
public sealed class UdpSendQueueTests : UdpTestKit
{
    private ScriptedDatagramSocket _socket = null!;

    [Fact]
    public async Task Waits_for_the_kernel_in_order_and_rejects_beyond_the_queue()
    {
        var actor = await SpawnScriptedAsync(UdpSettings.Default with { SendQueueCapacity = 3 });
        _socket.Script.Enqueue(SocketError.WouldBlock);
        var sends = Enumerable.Range(0, 6).Select(i => new AkkaUdp.Send(Bytes($"{i}"), Peer.EndPoint, new Ack(i)));
        var all = sends.ToArray();
        foreach (var send in all)
            actor.Tell(send, TestActor);

        // One with the kernel, three in the queue.
        Assert.Same(all[4], (await ExpectMsgAsync<AkkaUdp.CommandFailed>(Waiting.Patience)).Cmd);
        Assert.Same(all[5], (await ExpectMsgAsync<AkkaUdp.CommandFailed>(Waiting.Patience)).Cmd);
        Assert.False(HasMessages);
        _socket.Release();

        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(i, (await ExpectMsgAsync<Ack>(Waiting.Patience)).Number);
            Assert.Equal($"{i}", await Peer.ReceiveTextAsync());
        }

        actor.Tell(new AkkaUdp.Send(Bytes("free"), Peer.EndPoint, new Ack(9)), TestActor);
        Assert.Equal("free", await Peer.ReceiveTextAsync());
    }

    [Fact]
    public async Task The_queue_has_a_limit_of_bytes_too()
    {
        var actor = await SpawnScriptedAsync(UdpSettings.Default with { SendQueueBytes = 1024 });
        _socket.Script.Enqueue(SocketError.WouldBlock);
        foreach (var length in new[] { 1, 1000, 25, 24 })
            actor.Tell(new UdpSocketProtocol.Send(new Datagram(Peer.EndPoint, new byte[length])), TestActor);

        var failed = await ExpectMsgAsync<UdpSocketProtocol.CommandFailed>(Waiting.Patience);
        Assert.Equal(25, Assert.IsType<UdpSocketProtocol.Send>(failed.Command).Datagram.Payload.Length);
        var cause = Assert.IsType<SendQueueFullException>(failed.Cause);
        Assert.Equal((1, 1000L), (cause.Count, cause.Bytes));
        _socket.Release();

        foreach (var length in new[] { 1, 1000, 24 })
        {
            var sent = await ExpectMsgAsync<UdpSocketProtocol.Sent>(Waiting.Patience);
            Assert.Equal(length, sent.Datagram.Payload.Length);
        }
    }

    [Fact]
    public async Task A_wait_that_fails_is_told_and_the_next_goes_ahead()
    {
        var actor = await SpawnScriptedAsync(UdpSettings.Default);
        _socket.Script.Enqueue(SocketError.WouldBlock);
        actor.Tell(new UdpSocketProtocol.Send(new Datagram(Peer.EndPoint, "a"u8.ToArray())), TestActor);
        actor.Tell(new UdpSocketProtocol.Send(new Datagram(Peer.EndPoint, "b"u8.ToArray())), TestActor);
        await StatisticsAsync(actor);

        _socket.Release(SocketError.NoBufferSpaceAvailable);

        var failed = await ExpectMsgAsync<UdpSocketProtocol.CommandFailed>(Waiting.Patience);
        Assert.Equal(SocketError.NoBufferSpaceAvailable, Assert.IsType<SocketException>(failed.Cause).SocketErrorCode);
        Assert.Equal("b", await Peer.ReceiveTextAsync());
    }

    [Fact]
    public async Task Closing_tells_those_that_wait_for_the_kernel()
    {
        var actor = await SpawnScriptedAsync(UdpSettings.Default);
        _socket.Script.Enqueue(SocketError.WouldBlock);
        var sends = Enumerable.Range(0, 3).Select(i => AkkaUdp.Send.Create(Bytes($"{i}"), Peer.EndPoint)).ToArray();
        foreach (var send in sends)
            actor.Tell(send, TestActor);
        await StatisticsAsync(actor);

        actor.Tell(PoisonPill.Instance);

        foreach (var send in sends)
            Assert.Same(send, (await ExpectMsgAsync<AkkaUdp.CommandFailed>(Waiting.Patience)).Cmd);

        // What was in flight ends after its actor, and only gives its buffer back.
        _socket.Release(SocketError.OperationAborted);
    }

    [Fact]
    public async Task The_kernel_may_refuse_a_length_that_the_protocol_allows()
    {
        var actor = await SpawnScriptedAsync(UdpSettings.Default);
        _socket.Script.Enqueue(SocketError.MessageSize);
        actor.Tell(new UdpSocketProtocol.Send(new Datagram(Peer.EndPoint, new byte[9000])), TestActor);

        var failed = await ExpectMsgAsync<UdpSocketProtocol.CommandFailed>(Waiting.Patience);
        Assert.Equal(9000, Assert.IsType<DatagramTooLargeException>(failed.Cause).Length);
    }

    [Fact]
    public async Task A_report_on_an_earlier_datagram_does_not_cost_the_next_one()
    {
        var actor = await SpawnScriptedAsync(UdpSettings.Default with { RemoteEndPoint = Peer.EndPoint });
        _socket.Script.Enqueue(SocketError.ConnectionRefused);

        actor.Tell(new AkkaUdpConnected.Send(Bytes("next"), "sent"), TestActor);

        await ExpectMsgAsync<UdpSocketProtocol.PeerUnreachable>(Waiting.Patience);
        await ExpectMsgAsync("sent", Waiting.Patience);
        Assert.Equal("next", await Peer.ReceiveTextAsync());
        Assert.Equal(1, (await StatisticsAsync(actor)).IcmpErrors);
    }

    private async Task<IActorRef> SpawnScriptedAsync(UdpSettings settings)
    {
        var actor = Sys.ActorOf(UdpSocketActor.Create(new UdpSocketSpec(settings)
        {
            Handler = TestActor,
            Open = (wanted, remote, options) =>
                _socket = new ScriptedDatagramSocket(DatagramSocket.Open(wanted, remote, options)),
        }));
        await ExpectMsgAsync<object>(Waiting.Patience);
        return actor;
    }

    private sealed class Ack(int number) : AkkaUdp.Event
    {
        public int Number { get; } = number;
    }
}
