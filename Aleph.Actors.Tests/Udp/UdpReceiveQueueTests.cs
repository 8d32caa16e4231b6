using System.Net;
using Akka.Actor;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Support;
using Xunit;
using AkkaUdp = Akka.IO.Udp;

namespace Aleph.Actors.Tests.Udp;

/// <summary>What comes faster than it is taken.</summary>
public sealed class UdpReceiveQueueTests : UdpTestKit
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(100)]
    public async Task A_stalled_handler_holds_no_more_than_its_queue(int capacity)
    {
        var settings = UdpSettings.Default with { ReceiveQueueCapacity = capacity };
        var (socket, endPoint) = await SpawnStalledAsync(settings);
        for (var i = 0; i < capacity + 50; i++)
            await Peer.SendAsync($"{i}", endPoint);
        await AllSeenAsync(socket, capacity + 50);

        var before = await StatisticsAsync(socket);
        Assert.Equal((capacity, 50L), (before.Received, before.Dropped));

        // It takes up again where there is room again.
        _gate.SetResult();
        for (var i = 0; i < capacity; i++)
            Assert.Equal($"{i}", (await ExpectMsgAsync<AkkaUdp.Received>(Waiting.Patience)).Data.ToString());
        await Pacing.UntilAsync(() => SendUntilReceivedAsync(socket, endPoint, capacity), "a datagram was received");
    }

    [Fact]
    public async Task The_queue_of_a_handler_has_a_limit_of_bytes_too()
    {
        var settings = UdpSettings.Default with { ReceiveQueueBytes = 1024 };
        var (socket, endPoint) = await SpawnStalledAsync(settings);
        foreach (var length in new[] { 200, 900, 824, 1 })
            await Peer.SendAsync(new byte[length], endPoint);
        await AllSeenAsync(socket, 4);

        // 200 and 824 fit exactly; 900 and 1 do not.
        var statistics = await StatisticsAsync(socket);
        Assert.Equal((2L, 1024L, 2L), (statistics.Received, statistics.ReceivedBytes, statistics.Dropped));
        _gate.SetResult();
        Assert.Equal(200, (await ExpectMsgAsync<AkkaUdp.Received>(Waiting.Patience)).Data.Count);
        Assert.Equal(824, (await ExpectMsgAsync<AkkaUdp.Received>(Waiting.Patience)).Data.Count);
    }

    [Fact]
    public async Task The_queue_of_a_binding_has_both_limits()
    {
        var settings = UdpSettings.Default with { ReceiveQueueCapacity = 3, ReceiveQueueBytes = 1024 };
        await using var socket = await Sys.AlephUdp().BindAsync(settings).Within("the socket was bound");
        foreach (var length in new[] { 500, 600, 1, 2, 3 })
            await Peer.SendAsync(new byte[length], socket.LocalEndPoint);
        await AllSeenAsync(socket.Actor, 5);

        // 600 has no room, nor has a fourth.
        foreach (var length in new[] { 500, 1, 2 })
            Assert.Equal(length, (await socket.ReceiveAsync().Within("a datagram came")).Payload.Length);
        Assert.Equal(2, socket.Statistics.Dropped);
    }

    [Fact]
    public async Task One_datagram_always_has_room()
    {
        var settings = UdpSettings.Default with { ReceiveQueueBytes = 1024 };
        await using var socket = await Sys.AlephUdp().BindAsync(settings).Within("the socket was bound");
        for (var i = 0; i < 3; i++)
        {
            await Peer.SendAsync(new byte[60_000], socket.LocalEndPoint);
            Assert.Equal(60_000, (await socket.ReceiveAsync().Within("the datagram came")).Payload.Length);
        }
    }

    [Fact]
    public async Task Ten_thousand_datagrams_in_bursts_all_come_back()
    {
        var socket = Sys.ActorOf(UdpSocket.Props(UdpEcho.Create(TestActor)));
        var bound = await ExpectMsgAsync<AkkaUdp.Bound>(Waiting.Patience);

        // A hundred fit into the kernel's buffer many times over, so that none may be lost.
        for (var burst = 0; burst < 100; burst++)
        {
            for (var i = 0; i < 100; i++)
                await Peer.SendAsync($"{burst} {i}", bound.LocalAddress);
            for (var i = 0; i < 100; i++)
                Assert.Equal($"{burst} {i}", await Peer.ReceiveTextAsync());
        }

        var statistics = await StatisticsAsync(socket);
        Assert.Equal((10_000L, 10_000L, 0L), (statistics.Received, statistics.Sent, statistics.Dropped));
    }

    [Fact]
    public async Task A_socket_that_is_flooded_still_hears_commands()
    {
        var (socket, endPoint) = await SpawnStalledAsync(UdpSettings.Default with { ReceiveQueueCapacity = 10 });
        using var stop = new CancellationTokenSource();
        var flood = Task.Run(async () =>
        {
            var payload = new byte[10];
            while (!stop.IsCancellationRequested)
                await Peer.Socket.SendToAsync(payload, endPoint);
        });

        for (var i = 0; i < 20; i++)
            await StatisticsAsync(socket);
        socket.Tell(AkkaUdp.Unbind.Instance, TestActor);
        await FishForMessageAsync(message => message is AkkaUdp.Unbound, Waiting.Patience);
        await stop.CancelAsync();
        await flood;
    }

    private static async Task AllSeenAsync(IActorRef socket, long count) => await Pacing.UntilAsync(
        async () => await StatisticsAsync(socket) is var s && s.Received + s.Dropped == count,
        $"{count} datagrams were received or dropped");

    private async Task<bool> SendUntilReceivedAsync(IActorRef socket, EndPoint endPoint, int before)
    {
        await Peer.SendAsync("more", endPoint);
        return (await StatisticsAsync(socket)).Received > before;
    }

    private async Task<(IActorRef Socket, EndPoint EndPoint)> SpawnStalledAsync(UdpSettings settings)
    {
        var handler = Sys.ActorOf(Props.Create(() => new Stalled(TestActor, _gate.Task)));
        var socket = Sys.ActorOf(UdpSocket.Props(handler, settings));
        var bound = await socket.Ask<UdpSocketProtocol.Bound>(UdpSocketProtocol.GetBound.Instance).Within("bound");
        return (socket, bound.LocalEndPoint);
    }

    /// <summary>Takes its first message only when it may go on.</summary>
    private sealed class Stalled : ReceiveActor
    {
        public Stalled(IActorRef observer, Task gate)
        {
            ReceiveAsync<AkkaUdp.Bound>(async _ => await gate);
            Receive<AkkaUdp.Received>(received => observer.Tell(received));
        }
    }
}
