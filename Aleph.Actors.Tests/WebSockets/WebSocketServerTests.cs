using System.Text;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>Messages, pings and the end of a WebSocket at a server.</summary>
public sealed class WebSocketServerTests : WebSocketHarness
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(1_048_576)]
    public async Task Echoes_a_message_of_any_size_and_type(int size)
    {
        using var peer = await EchoAsync();
        var payload = new byte[size];
        Random.Shared.NextBytes(payload);
        await EchoAsync(peer, Frames.Binary, payload);
        await EchoAsync(peer, Frames.Text, Encoding.UTF8.GetBytes(new string('x', size)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Reads_frames_in_any_segments(int segment)
    {
        using var peer = await EchoAsync(transport: new MemoryTransportOptions { MaxDelivery = segment });
        await peer.SendAsync([.. Frames.Masked(Frames.Text, "ab"u8), .. Frames.Masked(Frames.Fin, "cd"u8)]);
        Assert.Equal("abcd", await peer.ReadTextAsync());
        await EchoAsync(peer, Frames.Binary, new byte[300]);
    }

    [Fact]
    public async Task What_came_with_the_handshake_is_read()
    {
        var client = Serve(request => HttpResponse.WebSocket(request, (socket, message) => socket.SendAsync(message)))
            .Connect();
        await client.SendAsync([.. Encoding.Latin1.GetBytes(FramePeer.Request()), .. Frames.Masked(0x81, "early"u8)]);
        await client.ReadUntilAsync("\u0081\u0005early");
    }

    [Fact]
    [Trait("rfc", "6455-5.5.2")]
    public async Task A_Ping_MUST_be_answered_with_a_Pong_of_the_same_payload()
    {
        using var peer = await EchoAsync();
        await peer.SendAsync(
            [.. Frames.Masked(Frames.Text, "a"u8), .. Frames.Masked(0x89, "p1"u8), .. Frames.Masked(0x80, "b"u8)]);
        var pong = await peer.ReadFrameAsync();
        Assert.Equal((Frames.Fin | Frames.Pong, "p1"), (pong!.First, pong.Text));
        Assert.Equal("ab", await peer.ReadTextAsync());
    }

    [Fact]
    [Trait("rfc", "6455-5.5.3")]
    public async Task An_unsolicited_Pong_is_no_fault()
    {
        using var peer = await EchoAsync();
        await peer.SendFrameAsync(Frames.Fin | Frames.Pong, "who asked"u8.ToArray());
        await peer.SendTextAsync("on");
        Assert.Equal("on", await peer.ReadTextAsync());
    }

    [Theory]
    [Trait("rfc", "6455-5.5.1")]
    [InlineData(1000, "bye")]
    [InlineData(1001, "")]
    [InlineData(4999, "mine")]
    public async Task A_Close_MUST_be_answered_with_a_Close_and_the_server_ends_the_connection(int code, string reason)
    {
        var (peer, socket) = await OwnAsync();
        await peer.SendFrameAsync(Frames.Fin | Frames.Close, Frames.ClosePayload(code, reason));
        await peer.ExpectCloseAsync(code);
        await peer.ExpectEndAsync();
        Assert.Equal(new WebSocketClose(code, reason), await socket.Closed.Within("it closed"));
        Assert.Null(await socket.ReceiveAsync());
        await Assert.ThrowsAsync<WebSocketClosedException>(() => socket.SendAsync("late").AsTask());
        await Assert.ThrowsAsync<WebSocketClosedException>(() => socket.PingAsync());
        Assert.False(socket.TryClose());
    }

    [Fact]
    public async Task An_empty_Close_is_answered_with_an_empty_one()
    {
        var (peer, socket) = await OwnAsync();
        await peer.SendFrameAsync(Frames.Fin | Frames.Close, []);
        await peer.ExpectCloseAsync(1005);
        await peer.ExpectEndAsync();
        Assert.Equal(WebSocketClose.NoStatus, (await socket.Closed.Within("it closed")).Code);
    }

    [Fact]
    [Trait("rfc", "6455-7.1.2")]
    public async Task Of_ten_closes_one_is_sent_and_all_see_the_peers()
    {
        var (peer, socket) = await OwnAsync();
        var firsts = await Task.WhenAll(Enumerable.Range(0, 10).Select(x => Task.Run(() => socket.TryClose(4000 + x))));
        Assert.Single(firsts, x => x);
        var close = socket.CloseAsync();
        await peer.ExpectCloseAsync(4000 + Array.IndexOf(firsts, true));
        await peer.SendTextAsync("thrown away");
        Assert.False(close.IsCompleted);
        await peer.SendFrameAsync(Frames.Fin | Frames.Close, Frames.ClosePayload(4321, "seen"));
        await peer.ExpectEndAsync();
        Assert.Equal(new WebSocketClose(4321, "seen"), await close.Within("the close ended"));
    }

    [Fact]
    public async Task What_was_sent_before_a_close_goes_before_it()
    {
        var (peer, socket) = await OwnAsync();
        var send = socket.SendAsync(new byte[500_000]);
        socket.TryClose(1000, "done");
        await Assert.ThrowsAsync<WebSocketClosedException>(() => socket.SendAsync("after").AsTask());
        var size = 0;
        ServerFrame? frame;
        while ((frame = await peer.ReadFrameAsync())!.Opcode != Frames.Close)
            size += frame.Payload.Length;
        Assert.Equal(500_000, size);
        Assert.Equal((1000, "done"), frame.Close);
        await send.Within("the message was sent");
    }

    [Theory]
    [InlineData(999)]
    [InlineData(1004)]
    [InlineData(1006)]
    [InlineData(2000)]
    [InlineData(5000)]
    public async Task A_code_that_may_not_be_sent_is_refused_to_its_caller(int code)
    {
        var (_, socket) = await OwnAsync();
        Assert.Throws<ArgumentOutOfRangeException>(() => socket.TryClose(code));
        Assert.Throws<ArgumentException>(() => socket.TryClose(1000, new string('ü', 62)));
        Assert.True(socket.TryClose(1000, new string('ü', 61)));
    }

    [Fact]
    public async Task When_the_code_that_owns_it_ends_it_is_closed_with_1000_and_with_1011_when_it_fails()
    {
        using var good = await OpenAsync(request => HttpResponse.WebSocket(request, _ => Task.CompletedTask));
        await good.ExpectCloseAsync(1000);
        using var bad = await OpenAsync(
            request => HttpResponse.WebSocket(request, _ => Task.FromException(new InvalidOperationException("oh"))));
        Assert.Equal("", await bad.ExpectCloseAsync(1011));
        await Logged.ExpectAsync("failed; it is closed with 1011");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task When_a_function_fails_it_is_closed_with_1011(bool atOnce)
    {
        using var peer = await OpenAsync(async (_, _) =>
        {
            if (!atOnce)
                await Task.Yield();
            throw new InvalidOperationException("secret");
        });
        await peer.SendTextAsync("x");
        Assert.Equal("", await peer.ExpectCloseAsync(1011));
        await Logged.ExpectAsync("it is closed with 1011");
    }

    [Theory]
    [InlineData("81 02", 1002, "frame_not_masked")]
    [InlineData("c1", 1002, "reserved")]
    [InlineData("82 ff 7f ff ff ff ff ff ff ff 00 00 00 00", 1009, "too large")]
    [InlineData("81 84 00 00 00 00 ce ba e1 ed", 1007, "text")]
    public async Task A_fault_is_told_by_a_Close_and_the_rest_is_thrown_away(string hex, int code, string what)
    {
        var (peer, socket) = await OwnAsync();
        await peer.SendAsync([.. Frames.Hex(hex), .. new byte[10_000]]);
        var reason = await peer.ExpectCloseAsync(code);
        Assert.Contains("(RFC 6455", reason);
        await peer.ExpectEndAsync();
        await peer.SendAsync(new byte[10_000]);
        Client.Peer.HalfClose();
        Assert.Equal(new WebSocketClose(code, reason), await socket.Closed.Within($"it closed for {what}"));
        await Assert.ThrowsAsync<WebSocketClosedException>(() => socket.ReceiveAsync().AsTask());
    }

    [Fact]
    public async Task An_end_without_a_Close_is_1006()
    {
        var (peer, socket) = await OwnAsync();
        await peer.SendAsync(0x81);
        Client.Peer.HalfClose();
        Assert.Equal(WebSocketClose.Abnormal, (await socket.Closed.Within("it closed")).Code);
        await Assert.ThrowsAsync<WebSocketClosedException>(() => socket.ReceiveAsync().AsTask());
        await peer.ExpectEndAsync();
    }

    [Fact]
    public async Task A_reset_is_1006()
    {
        var (_, socket) = await OwnAsync();
        var ping = socket.PingAsync();
        Client.Peer.Reset();
        Assert.Equal(WebSocketClose.Abnormal, (await socket.Closed.Within("it closed")).Code);
        await Assert.ThrowsAsync<WebSocketClosedException>(() => ping.Within("the ping ended"));
    }

    [Fact]
    public async Task An_abort_resets_the_connection()
    {
        var (peer, socket) = await OwnAsync();
        socket.Abort();
        socket.Abort();
        await peer.ExpectResetAsync();
        await socket.Closed.Within("it closed");
    }

    [Fact]
    public async Task A_ping_ends_with_its_pong_and_a_later_pong_answers_those_before()
    {
        var (peer, socket) = await OwnAsync();
        var first = socket.PingAsync();
        var second = socket.PingAsync("two"u8.ToArray());
        var third = socket.PingAsync("three"u8.ToArray());
        foreach (var _ in new int[3])
            Assert.Equal(Frames.Ping, (await peer.ReadFrameAsync())!.Opcode);
        await Client.SettleAsync();
        Clock.Advance(TimeSpan.FromSeconds(1));
        await peer.SendFrameAsync(Frames.Fin | Frames.Pong, "other"u8.ToArray());
        await peer.SendFrameAsync(Frames.Fin | Frames.Pong, "two"u8.ToArray());
        Assert.Equal(TimeSpan.FromSeconds(1), await second.Within("the second pong"));
        Assert.Equal(TimeSpan.FromSeconds(1), await first.Within("the first ping was answered, too"));
        Assert.False(third.IsCompleted);
        await peer.SendFrameAsync(Frames.Fin | Frames.Close, []);
        await Assert.ThrowsAsync<WebSocketClosedException>(() => third.Within("the third ping ended"));
        await Assert.ThrowsAsync<ArgumentException>(() => socket.PingAsync(new byte[126]));
    }

    [Fact]
    public async Task Concurrent_messages_are_whole_and_in_order()
    {
        var (peer, socket) = await OwnAsync(Defaults with { FragmentSize = 1024 });
        var sends = Enumerable.Range(0, 20)
            .Select(x => socket.SendAsync(string.Concat(Enumerable.Repeat((char)('a' + x), 3000))).AsTask()).ToArray();
        for (var x = 0; x < 20; x++)
        {
            var text = "";
            for (ServerFrame? frame = null; frame is null || (frame.First & Frames.Fin) == 0;)
            {
                frame = await peer.ReadFrameAsync();
                Assert.Equal(text.Length == 0 ? Frames.Text : 0, frame!.Opcode);
                text += frame.Text;
            }

            Assert.Equal(new string((char)('a' + x), 3000), text);
        }

        await Task.WhenAll(sends).Within("all were sent");
    }

    [Fact]
    public async Task Receives_messages_in_order_and_cancels_without_loss()
    {
        var (peer, socket) = await OwnAsync();
        using var cancel = new CancellationTokenSource();
        var waiting = socket.ReceiveAsync(cancel.Token);
        await Assert.ThrowsAsync<InvalidOperationException>(() => socket.ReceiveAsync().AsTask());
        await peer.SendFrameAsync(Frames.Text, "a"u8.ToArray());
        await Client.SettleAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.AsTask());
        await peer.SendFrameAsync(Frames.Fin, "b"u8.ToArray());
        await peer.SendFrameAsync(Frames.Fin | Frames.Binary, [7]);
        await peer.SendFrameAsync(Frames.Fin | Frames.Close, []);
        var all = new List<string>();
        await foreach (var message in socket.ReadAllAsync())
            all.Add(message.IsText ? message.Text : Convert.ToHexString(message.Bytes.Span));
        Assert.Equal(["ab", "07"], all);
    }

    [Fact]
    public async Task Compresses_from_the_threshold_on_unless_told_otherwise()
    {
        var (peer, socket) = await OwnAsync(
            Defaults with { CompressionThreshold = 10 }, "Sec-WebSocket-Extensions: permessage-deflate\r\n");
        await socket.SendAsync("123456789");
        await socket.SendAsync("1234567890");
        await socket.SendAsync(new byte[] { 1 });
        Assert.Equal(Frames.Fin | Frames.Text, (await peer.ReadFrameAsync())!.First);
        Assert.Equal(Frames.Fin | Frames.Rsv1 | Frames.Text, (await peer.ReadFrameAsync())!.First);
        Assert.Equal(Frames.Fin | Frames.Binary, (await peer.ReadFrameAsync())!.First);
        await peer.SendFrameAsync(Frames.Fin | Frames.Rsv1 | Frames.Text, Frames.Hex("f2 48 cd c9 c9 07 00"));
        Assert.Equal("Hello", (await socket.ReceiveAsync())!.Text);
    }

    private static async Task EchoAsync(FramePeer peer, int opcode, byte[] payload)
    {
        var send = peer.SendFrameAsync(Frames.Fin | opcode, payload);
        var back = new List<byte>();
        ServerFrame? frame;
        do
        {
            frame = await peer.ReadFrameAsync();
            Assert.Equal(back.Count == 0 ? opcode : 0, frame!.Opcode);
            back.AddRange(frame.Payload);
        }
        while ((frame.First & Frames.Fin) == 0);
        await send;
        Assert.Equal(payload, back);
    }
}
