using Akka.Actor;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>The face of an actor: events, commands, and credit both ways.</summary>
public sealed class WebSocketActorTests : WebSocketHarness
{
    [Fact]
    public async Task An_actor_hears_all_and_sends_all()
    {
        var (peer, connected) = await ConnectAsync();
        Assert.Equal("/", connected.Info.Request!.Path);
        await peer.SendTextAsync("hi");
        await peer.SendAsync(
            [.. Frames.Masked(Frames.Binary, [1]), .. Frames.Masked(0x89, "p"u8), .. Frames.Masked(0x80, [2])]);
        await peer.SendFrameAsync(Frames.Fin | Frames.Pong, [3]);
        Assert.Equal("hi", ExpectMsg<WebSocketProtocol.TextReceived>().Text);
        Assert.Equal("p"u8.ToArray(), ExpectMsg<WebSocketProtocol.Pinged>().Payload.ToArray());
        Assert.Equal([1, 2], ExpectMsg<WebSocketProtocol.BinaryReceived>().Bytes.ToArray());
        Assert.Equal([3], ExpectMsg<WebSocketProtocol.Ponged>().Payload.ToArray());

        connected.Connection.Tell(new WebSocketProtocol.SendText("text"));
        connected.Connection.Tell(new WebSocketProtocol.SendBinary(new byte[] { 9 }));
        connected.Connection.Tell(new WebSocketProtocol.Ping(new byte[] { 8 }));
        connected.Connection.Tell(new WebSocketProtocol.Close(4001, "done"));
        connected.Connection.Tell(new WebSocketProtocol.Close(4002));
        Assert.Equal(Frames.Pong, (await peer.ReadFrameAsync())!.Opcode);
        Assert.Equal("text", await peer.ReadTextAsync());
        Assert.Equal([9], (await peer.ReadFrameAsync())!.Payload);
        var ping = await peer.ReadFrameAsync();
        Assert.Equal((Frames.Fin | Frames.Ping, "08"), (ping!.First, Convert.ToHexString(ping.Payload)));
        Assert.Equal("done", await peer.ExpectCloseAsync(4001));
        await peer.SendFrameAsync(Frames.Fin | Frames.Close, Frames.ClosePayload(4003, "seen"));
        await peer.ExpectEndAsync();
        Assert.Equal(new WebSocketClose(4003, "seen"), ExpectMsg<WebSocketProtocol.Closed>().Close);
    }

    [Fact]
    public async Task Credit_comes_back_as_messages_are_sent()
    {
        var (peer, connected) = await ConnectAsync();
        for (var i = 0; i < connected.Credit; i++)
            connected.Connection.Tell(new WebSocketProtocol.SendText("x"));
        Assert.Equal(connected.Credit / 2, ExpectMsg<WebSocketProtocol.CreditGranted>().Messages);
        Assert.Equal(connected.Credit / 2, ExpectMsg<WebSocketProtocol.CreditGranted>().Messages);
        GC.KeepAlive(peer);
    }

    [Fact]
    public async Task A_peer_that_does_not_read_gives_no_credit_and_at_the_limit_commands_fail()
    {
        var (peer, connected) = await ConnectAsync(
            Defaults with { SendLimit = 100_000, HeartbeatInterval = null, SendStallTimeout = null });
        var large = new WebSocketProtocol.SendBinary(new byte[60_000]);
        var failed = 0;
        for (var i = 0; i < 10; i++)
            connected.Connection.Tell(large);
        await Client.SettleAsync();
        while (ReceiveOne(TimeSpan.Zero) is { } message)
        {
            var failure = Assert.IsType<WebSocketProtocol.CommandFailed>(message);
            Assert.Same(large, failure.Command);
            Assert.Contains("aleph.http.websocket.send-limit", failure.Cause.Message);
            failed++;
        }

        Assert.InRange(failed, 1, 8);
        for (var i = 0; i < 10 - failed; i++)
            Assert.Equal(60_000, (await peer.ReadFrameAsync())!.Payload.Length);
    }

    [Fact]
    public async Task An_actor_that_is_slow_holds_its_peer_back()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var count = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var slow = Sys.ActorOf(Props.Create(() => new Slow(gate.Task, count, 3000)));
        using var peer = await OpenAsync(
            request => HttpResponse.WebSocket(request, slow), Defaults with { HeartbeatInterval = null });
        var frames = Enumerable.Repeat(Frames.Masked(Frames.Fin | Frames.Binary, new byte[1000]), 3000);
        var flood = peer.SendAsync([.. frames.SelectMany(x => x)]);
        await Client.SettleAsync();
        Assert.False(flood.IsCompleted);
        gate.SetResult();
        await flood;
        await count.Task.Within("all messages came");
    }

    [Fact]
    public async Task When_the_actor_stops_the_WebSocket_is_closed_with_1011()
    {
        var idle = Sys.ActorOf(Props.Create(() => new Slow(Task.CompletedTask, new(), 0)));
        using var peer = await OpenAsync(request => HttpResponse.WebSocket(request, idle));
        Sys.Stop(idle);
        await peer.ExpectCloseAsync(1011);
    }

    [Fact]
    public async Task Commands_that_make_no_sense_fail()
    {
        var (peer, connected) = await ConnectAsync();
        connected.Connection.Tell(new WebSocketProtocol.Close(1006));
        Assert.IsType<ArgumentOutOfRangeException>(ExpectMsg<WebSocketProtocol.CommandFailed>().Cause);
        connected.Connection.Tell(new WebSocketProtocol.Ping(new byte[126]));
        Assert.IsType<ArgumentException>(ExpectMsg<WebSocketProtocol.CommandFailed>().Cause);
        connected.Connection.Tell(new WebSocketProtocol.Close());
        connected.Connection.Tell(new WebSocketProtocol.SendText("late"));
        Assert.IsType<WebSocketClosedException>(ExpectMsg<WebSocketProtocol.CommandFailed>().Cause);
        await peer.ExpectCloseAsync(1000);
        connected.Connection.Tell(WebSocketProtocol.Abort.Instance);
        Assert.Equal(WebSocketClose.Abnormal, ExpectMsg<WebSocketProtocol.Closed>().Close.Code);
    }

    private async Task<(FramePeer Peer, WebSocketProtocol.Connected Connected)> ConnectAsync(
        WebSocketSettings? settings = null)
    {
        var peer = await OpenAsync(request => HttpResponse.WebSocket(request, TestActor), settings);
        return (peer, ExpectMsg<WebSocketProtocol.Connected>());
    }

    private sealed class Slow : ReceiveActor
    {
        private int _count;

        public Slow(Task gate, TaskCompletionSource done, int messages)
        {
            ReceiveAsync<WebSocketProtocol.BinaryReceived>(async _ =>
            {
                await gate;
                if (++_count == messages)
                    done.SetResult();
            });
            ReceiveAny(_ => { });
        }
    }
}
