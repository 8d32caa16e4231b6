using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>Heartbeats, the limit of a close, peers that do not read, and drain.</summary>
public sealed class WebSocketTimeTests : WebSocketHarness
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_silent_peer_is_pinged_and_reset_when_it_stays_silent()
    {
        var (peer, socket) = await OwnAsync(
            Defaults with { HeartbeatInterval = 10 * Second, HeartbeatTimeout = 5 * Second });
        await PassAsync(10 * Second);
        Assert.Equal(Frames.Fin | Frames.Ping, (await peer.ReadFrameAsync("a heartbeat"))!.First);
        await PassAsync(4 * Second);
        Assert.False(socket.Closed.IsCompleted);
        await PassAsync(2 * Second);

        // Taking the Ping was a sign of life, too; the silence counts from there.
        await PassAsync(6 * Second);
        await peer.ExpectResetAsync();
        Assert.Equal(WebSocketClose.Abnormal, (await socket.Closed.Within("it ended")).Code);
    }

    [Fact]
    public async Task A_peer_that_answers_lives_on()
    {
        var (peer, socket) = await OwnAsync(
            Defaults with { HeartbeatInterval = 10 * Second, HeartbeatTimeout = 5 * Second });
        for (var i = 0; i < 3; i++)
        {
            await PassAsync(10 * Second);
            Assert.Equal(Frames.Fin | Frames.Ping, (await peer.ReadFrameAsync("a heartbeat"))!.First);
            await peer.SendFrameAsync(Frames.Fin | Frames.Pong, []);
        }

        Assert.False(socket.Closed.IsCompleted);
    }

    [Fact]
    public async Task A_close_that_is_not_answered_ends_at_its_limit()
    {
        var (peer, socket) = await OwnAsync(Defaults with { CloseTimeout = 3 * Second });
        var close = socket.CloseAsync(4000);
        await peer.ExpectCloseAsync(4000);
        await PassAsync(2 * Second);
        Assert.False(close.IsCompleted);
        await PassAsync(Second);
        Assert.Equal(WebSocketClose.Abnormal, (await close.Within("the close ended")).Code);
        await peer.ExpectResetAsync();
    }

    [Fact]
    public async Task After_a_fault_a_peer_that_stays_is_closed_at_the_limit()
    {
        var (peer, socket) = await OwnAsync(Defaults with { CloseTimeout = 3 * Second });
        await peer.SendAsync(0xFF);
        await peer.ExpectCloseAsync(1002);
        await PassAsync(3 * Second);
        await socket.Closed.Within("it ended");
        await peer.ExpectEndAsync();
    }

    [Fact]
    public async Task A_peer_that_never_reads_is_reset()
    {
        var (peer, socket) = await OwnAsync(
            Defaults with { SendStallTimeout = 7 * Second, HeartbeatInterval = null });
        var send = socket.SendAsync(new byte[1 << 20]).AsTask();
        await PassAsync(6 * Second);
        Assert.False(send.IsCompleted);
        await PassAsync(8 * Second);
        await Assert.ThrowsAsync<WebSocketClosedException>(() => send.Within("the message was given up"));
        await socket.Closed.Within("it ended");
        GC.KeepAlive(peer);
    }

    [Fact]
    public async Task Pings_that_nobody_reads_the_pongs_of_cost_one_pong()
    {
        using var peer = await EchoAsync(Defaults with { SendStallTimeout = null, HeartbeatInterval = null });
        var ping = Frames.Masked(Frames.Fin | Frames.Ping, new byte[125]);
        var flood = Enumerable.Repeat(ping, 500).SelectMany(x => x).ToArray();
        for (var i = 0; i < 20; i++)
            await peer.SendAsync(flood);
        await peer.SendFrameAsync(Frames.Fin | Frames.Ping, "last"u8.ToArray());
        await Client.SettleAsync();
        var pongs = 0;
        while ((await peer.ReadFrameAsync())!.Text != "last")
            pongs++;
        Assert.InRange(pongs, 1, 2500);
    }

    [Fact]
    public async Task A_handler_that_is_busy_holds_its_peer_back_and_no_heartbeat_takes_that_for_death()
    {
        var gate = new TaskCompletionSource();
        var entered = new TaskCompletionSource();
        using var peer = await OpenAsync(
            async (socket, message) =>
            {
                entered.TrySetResult();
                await gate.Task;
                await socket.SendAsync(message);
            },
            Defaults with { HeartbeatInterval = Second, HeartbeatTimeout = Second });
        await peer.SendTextAsync("one");
        await entered.Task.Within("the handler ran");
        var flood = peer.SendAsync(Frames.Masked(Frames.Fin | Frames.Binary, new byte[1 << 20]));
        await PassAsync(30 * Second);
        Assert.False(flood.IsCompleted);
        gate.SetResult();
        Assert.Equal("one", await peer.ReadTextAsync());
        await flood;
    }

    [Fact]
    public async Task Messages_that_nobody_takes_stop_the_reading_at_the_window()
    {
        var (peer, socket) = await OwnAsync(Defaults with { ReceiveWindow = 10_000 });
        var frames = Enumerable.Repeat(Frames.Masked(Frames.Fin | Frames.Binary, new byte[1000]), 1000);
        var flood = peer.SendAsync([.. frames.SelectMany(x => x)]);
        await Client.SettleAsync();
        Assert.False(flood.IsCompleted);
        for (var i = 0; i < 1000; i++)
            Assert.Equal(1000, (await socket.ReceiveAsync().AsTask().Within("a message"))!.Bytes.Length);
        await flood;
    }

    [Fact]
    public async Task A_drain_closes_with_1001_after_what_was_sent()
    {
        var (peer, socket) = await OwnAsync();
        await socket.SendAsync("last words");
        Client.Actor.Tell(Aleph.Actors.Connections.ConnectionMessages.Drain.Instance, Akka.Actor.ActorRefs.NoSender);
        Assert.Equal("last words", await peer.ReadTextAsync());
        await peer.ExpectCloseAsync(1001);
        await Assert.ThrowsAsync<WebSocketClosedException>(() => socket.SendAsync("more").AsTask());
        await peer.SendFrameAsync(Frames.Fin | Frames.Close, Frames.ClosePayload(1001));
        await peer.ExpectEndAsync();
        Assert.Equal(WebSocketClose.GoingAway, (await socket.Closed.Within("it ended")).Code);
    }

    [Fact]
    public async Task An_idle_context_is_given_back_and_the_next_message_stands_alone()
    {
        var (peer, socket) = await OwnAsync(
            Defaults with { CompressionThreshold = 0, ContextIdleTimeout = Second },
            "Sec-WebSocket-Extensions: permessage-deflate\r\n");
        await socket.SendAsync("the quick brown fox");
        var first = (await peer.ReadFrameAsync())!.Payload;
        await socket.SendAsync("the quick brown fox");
        var second = (await peer.ReadFrameAsync())!.Payload;
        Assert.True(second.Length < first.Length, "the context was not taken over");
        await PassAsync(Second);
        await socket.SendAsync("the quick brown fox");
        Assert.Equal(first, (await peer.ReadFrameAsync())!.Payload);
    }
}
