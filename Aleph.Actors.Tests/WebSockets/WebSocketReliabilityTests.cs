using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>Messages without end, and closes in every state.</summary>
public sealed class WebSocketReliabilityTests : WebSocketHarness
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(1, 64 << 20)]
    [InlineData(0, 64 << 20)]
    public async Task A_message_of_many_tiny_frames_hits_the_limit_of_frames(int size, int frames)
    {
        var (peer, socket) = await OwnAsync(Defaults with { MaxMessageSize = 64 << 20 });
        var receiving = socket.ReceiveAsync().AsTask();
        await peer.SendFrameAsync(Frames.Binary, []);
        var part = Enumerable.Repeat(Frames.Masked(0, new byte[size]), 1000).SelectMany(x => x).ToArray();
        var sent = 1;
        var end = peer.ReadFrameAsync("a Close");

        // Once it has sent its Close, nothing more is read, so that a send may wait until the end.
        for (; sent < frames && !end.IsCompleted; sent += 1000)
            await Task.WhenAny(peer.SendAsync(part), end);
        var close = await end;
        Assert.Equal((Frames.Close, 1009), (close!.Opcode, close.Close.Code));
        Assert.InRange(sent, Defaults.MaxFragments, frames);
        Client.Peer.HalfClose();
        Assert.Equal(1009, (await socket.Closed.Within("it closed")).Code);
        await Assert.ThrowsAsync<WebSocketClosedException>(() => receiving.Within("its reader was told"));
    }

    [Fact]
    public async Task A_message_in_tiny_frames_hits_the_limit_of_size()
    {
        var (peer, _) = await OwnAsync(Defaults with { MaxMessageSize = 1000 });
        await peer.SendAsync([.. Frames.Masked(Frames.Binary, [0]),
            .. Enumerable.Repeat(Frames.Masked(0, [1]), 999).SelectMany(x => x)]);
        await peer.SendFrameAsync(Frames.Fin | Frames.Ping, "still here"u8.ToArray());
        Assert.Equal("still here", (await peer.ReadFrameAsync())!.Text);
        await peer.SendFrameAsync(0, [2]);
        await peer.ExpectCloseAsync(1009);
    }

    [Fact]
    [Trait("rfc", "6455-5.5.1")]
    public async Task A_Close_amid_a_message_is_answered_and_the_message_is_never_seen()
    {
        var (peer, socket) = await OwnAsync();
        await peer.SendFrameAsync(Frames.Text, "half a mess"u8.ToArray());
        await peer.SendFrameAsync(Frames.Fin | Frames.Close, Frames.ClosePayload(1001));
        await peer.ExpectCloseAsync(1001);
        await peer.ExpectEndAsync();
        Assert.Null(await socket.ReceiveAsync().AsTask().Within("the end of messages"));
        Assert.Equal(1001, (await socket.Closed.Within("it closed")).Code);
    }

    [Fact]
    public async Task A_Close_behind_messages_that_nobody_takes_is_seen_after_them()
    {
        var (peer, socket) = await OwnAsync(Defaults with { ReceiveWindow = 1024 });
        for (var i = 0; i < 10; i++)
            await peer.SendFrameAsync(Frames.Fin | Frames.Binary, new byte[1000]);
        await peer.SendFrameAsync(Frames.Fin | Frames.Close, Frames.ClosePayload(4000));
        await Client.SettleAsync();
        Assert.False(socket.Closed.IsCompleted);
        for (var i = 0; i < 10; i++)
            Assert.Equal(1000, (await socket.ReceiveAsync().AsTask().Within("a message"))!.Bytes.Length);
        Assert.Null(await socket.ReceiveAsync().AsTask().Within("the end of messages"));
        await peer.ExpectCloseAsync(4000);
        Assert.Equal(4000, (await socket.Closed.Within("it closed")).Code);
    }

    [Fact]
    public async Task Closing_while_nobody_takes_messages_throws_them_away_and_sees_the_answer()
    {
        var (peer, socket) = await OwnAsync(Defaults with { ReceiveWindow = 1024 });
        var flood = peer.SendAsync(
            [.. Enumerable.Repeat(Frames.Masked(Frames.Fin | Frames.Binary, new byte[1000]), 200).SelectMany(x => x)]);
        await Client.SettleAsync();
        var close = socket.CloseAsync(4001);
        await peer.ExpectCloseAsync(4001);
        await flood;
        await peer.SendFrameAsync(Frames.Fin | Frames.Close, Frames.ClosePayload(4002));
        Assert.Equal(4002, (await close.Within("the close ended")).Code);
        await peer.ExpectEndAsync();
    }

    [Fact]
    public async Task Closing_towards_a_peer_that_takes_nothing_ends_at_the_limit()
    {
        var (peer, socket) = await OwnAsync(
            Defaults with { CloseTimeout = 3 * Second, HeartbeatInterval = null, SendStallTimeout = null },
            transport: new MemoryTransportOptions { Capacity = 1024 });
        var sending = socket.SendAsync(new byte[1 << 20]).AsTask();
        var close = socket.CloseAsync(4000);
        await PassAsync(2 * Second);
        Assert.False(close.IsCompleted);
        await PassAsync(2 * Second);
        Assert.Equal(WebSocketClose.Abnormal, (await close.Within("the close ended")).Code);
        await Assert.ThrowsAsync<WebSocketClosedException>(() => sending.Within("the message was given up"));
        GC.KeepAlive(peer);
    }

    [Fact]
    [Trait("rfc", "6455-7.1.3")]
    public async Task Closes_of_both_sides_that_cross_are_one_handshake()
    {
        var (peer, socket) = await OwnAsync();
        var close = socket.CloseAsync(4000);
        await peer.SendFrameAsync(Frames.Fin | Frames.Close, Frames.ClosePayload(4001));
        var frame = await peer.ReadFrameAsync("a Close");
        Assert.Equal(Frames.Close, frame!.Opcode);
        await peer.ExpectEndAsync();
        Assert.Equal(4001, (await close.Within("the close ended")).Code);
    }

    [Fact]
    [Trait("rfc", "6455-7.1.7")]
    public async Task After_a_fault_nothing_is_read_and_nothing_more_is_said()
    {
        var (peer, socket) = await OwnAsync();
        await peer.SendAsync(0x83);
        await peer.ExpectCloseAsync(1002);
        Assert.False(socket.TryClose(4000));
        await Assert.ThrowsAsync<WebSocketClosedException>(() => socket.SendAsync("more").AsTask());
        await peer.SendTextAsync("late");
        await peer.ExpectEndAsync();
        Client.Peer.HalfClose();
        Assert.Equal(1002, (await socket.Closed.Within("it closed")).Code);
        Assert.Equal(0, socket.GetStatistics().MessagesReceived);
    }

    [Fact]
    public async Task Aborting_while_closing_resets_at_once()
    {
        var (peer, socket) = await OwnAsync(Defaults with { CloseTimeout = TimeSpan.FromHours(1) });
        var close = socket.CloseAsync(4000);
        await peer.ExpectCloseAsync(4000);
        socket.Abort();
        await peer.ExpectResetAsync();
        Assert.Equal(WebSocketClose.Abnormal, (await close.Within("the close ended")).Code);
    }

    [Fact]
    public async Task A_drain_amid_a_message_of_ours_sends_it_to_its_end()
    {
        var (peer, socket) = await OwnAsync(transport: new MemoryTransportOptions { Capacity = 1024 });
        var sending = socket.SendAsync(new byte[500_000]).AsTask();
        Client.Actor.Tell(Aleph.Actors.Connections.ConnectionMessages.Drain.Instance, Akka.Actor.ActorRefs.NoSender);
        var size = 0;
        ServerFrame? frame;
        while ((frame = await peer.ReadFrameAsync())!.Opcode != Frames.Close)
            size += frame.Payload.Length;
        Assert.Equal((500_000, 1001), (size, frame.Close.Code));
        await sending.Within("it was sent");
    }
}
