using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>One message to many WebSockets.</summary>
public sealed class WebSocketBroadcastTests : WebSocketHarness
{
    private const string Deflate = "Sec-WebSocket-Extensions: permessage-deflate\r\n";

    [Fact]
    public async Task Sends_a_message_to_every_member_until_it_ends()
    {
        var broadcast = new WebSocketBroadcast();
        var (one, first) = await OwnAsync();
        var (two, second) = await OwnAsync();
        Assert.True(broadcast.Add(first));
        Assert.False(broadcast.Add(first));
        Assert.True(broadcast.Add(second));
        Assert.Equal(2, broadcast.Send("to all"));
        Assert.Equal("to all", await one.ReadTextAsync());
        Assert.Equal("to all", await two.ReadTextAsync());
        Assert.True(broadcast.Remove(first));
        Assert.Equal(1, broadcast.Send(new byte[] { 1, 2 }));
        Assert.Equal(new byte[] { 1, 2 }, (await two.ReadFrameAsync())!.Payload);
        one.Dispose();
        two.Dispose();
    }

    [Fact]
    public async Task A_member_that_ends_is_removed()
    {
        var broadcast = new WebSocketBroadcast();
        var (peer, socket) = await OwnAsync();
        broadcast.Add(socket);
        socket.Abort();
        await socket.Closed.Within("it ended");
        Assert.Equal(0, broadcast.Send("nobody"));
        Assert.Equal(0, broadcast.Count);
        peer.Dispose();
    }

    [Fact]
    public async Task Is_compressed_where_that_was_agreed_on_and_between_messages_with_a_context()
    {
        var broadcast = new WebSocketBroadcast();
        var (peer, socket) = await OwnAsync(more: Deflate);
        broadcast.Add(socket);
        var text = new string('z', 4000);
        foreach (var round in new[] { 1, 2 })
        {
            await socket.SendAsync(text);
            broadcast.Send(text);
            foreach (var _ in new[] { 1, 2 })
            {
                var frame = (await peer.ReadFrameAsync())!;
                Assert.Equal(0xC1, frame.First);
                Assert.InRange(frame.Payload.Length, 1, 100);
            }
        }

        peer.Dispose();
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(127)]
    public async Task Below_the_threshold_a_message_is_plain_for_all(int size)
    {
        var broadcast = new WebSocketBroadcast();
        var (peer, socket) = await OwnAsync(more: Deflate);
        broadcast.Add(socket);
        Assert.Equal(1, broadcast.Send(new string('z', size)));
        Assert.Equal(new string('z', size), await peer.ReadTextAsync());
        peer.Dispose();
    }

    [Theory]
    [InlineData(SlowPeerPolicy.Skip)]
    [InlineData(SlowPeerPolicy.Close)]
    [InlineData(SlowPeerPolicy.Drop)]
    public async Task A_slow_peer_is_treated_by_the_policy(SlowPeerPolicy policy)
    {
        var broadcast = new WebSocketBroadcast(limit: 100_000, policy);
        var (peer, socket) = await OwnAsync(transport: new MemoryTransportOptions { Capacity = 1024 });
        broadcast.Add(socket);
        var message = new byte[50_000];
        var sent = 0;
        while (sent < 1000 && broadcast.Send(message) == 1)
            sent++;
        Assert.InRange(sent, 1, 999);
        Assert.Equal(policy == SlowPeerPolicy.Skip ? 1 : 0, broadcast.Count);
        if (policy == SlowPeerPolicy.Drop)
            Assert.Equal(1006, (await socket.Closed.Within("it was reset")).Code);
        else
            socket.Abort();
        await socket.Closed.Within("it ended");
        peer.Dispose();
    }
}
