using Akka.Configuration;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Client;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>WebSockets that are opened again: when, after which wait, and what becomes of messages meanwhile.</summary>
public sealed class ReconnectingWebSocketTests : ClientHarness
{
    private static readonly WebSocketReconnectSettings Soon = new()
    {
        MinBackoff = TimeSpan.FromMilliseconds(1),
        MaxBackoff = TimeSpan.FromMilliseconds(5),
    };

    private readonly System.Threading.Channels.Channel<string> _heard =
        System.Threading.Channels.Channel.CreateUnbounded<string>();

    [Fact]
    public async Task Opens_again_when_the_connection_breaks_and_says_what_resume_says_first()
    {
        var broken = 0;
        await using var server = FrameServer.Start(async link =>
        {
            var first = await link.ReadFrameAsync();
            await link.SendTextAsync($"heard {first!.Text}");
            if (Interlocked.Increment(ref broken) < 3)
                return;
            Assert.Equal("more", (await link.ReadFrameAsync())!.Text);
            await link.ExpectCloseAsync(1000);
            await link.SendFrameAsync(Frames.Fin | Frames.Close, Frames.ClosePayload(1000));
        });
        var opened = 0;
        var third = new TaskCompletionSource();
        await using var socket = Start(server.Url, async (resumed, cancellation) =>
        {
            Assert.Equal(opened > 0, resumed.IsAgain);
            Assert.Equal(resumed.IsAgain ? 1006 : null, resumed.Lost?.Code);
            await resumed.Socket.SendAsync($"hello {++opened}", cancellation);
            if (opened == 3)
                third.SetResult();
        });
        foreach (var number in new[] { 1, 2, 3 })
            Assert.Equal($"heard hello {number}", await HearAsync());
        await third.Task.Within("the third resume ended");
        await socket.SendAsync(WebSocketMessage.Of("more")).Within("it was sent");
        await socket.CloseAsync().Within("it closed");
        Assert.Equal(1000, (await socket.Ended.Within("it ended")).Code);
    }

    [Fact]
    public async Task A_message_that_could_not_be_sent_fails_at_its_sender_and_resume_is_told()
    {
        var bytes = new byte[64 << 20];
        bytes.AsSpan().Fill(7);
        var large = WebSocketMessage.Of(bytes);
        var isSending = new TaskCompletionSource();
        var links = 0;
        await using var server = FrameServer.Start(async link =>
        {
            if (Interlocked.Increment(ref links) == 1)
            {
                // Reads nothing of the message, which is larger than what the kernel takes.
                await isSending.Task.Within("a message was on its way");
                return;
            }

            await link.ExpectCloseAsync(1000);
            await link.SendFrameAsync(Frames.Fin | Frames.Close, Frames.ClosePayload(1000));
        });
        var again = new TaskCompletionSource<WebSocketResumed>();
        await using var socket = Start(server.Url, (resumed, _) =>
        {
            if (resumed.IsAgain)
                again.TrySetResult(resumed);
            return default;
        });
        await socket.SendAsync(WebSocketMessage.Of("small")).Within("it was sent");
        var sending = socket.SendAsync(large).AsTask();
        isSending.SetResult();
        await Assert.ThrowsAsync<WebSocketClosedException>(() => sending.Within("the sender was told"));

        // The sender has his memory back.
        bytes.AsSpan().Clear();
        var resumed = await again.Task.Within("it was open again");
        var unsent = Assert.Single(resumed.Unsent);
        Assert.Equal((bytes.Length, false), (unsent.Bytes.Length, unsent.Bytes.Span.ContainsAnyExcept((byte)7)));
        Assert.True(resumed.Away >= TimeSpan.Zero);
        await socket.CloseAsync().Within("it closed");
    }

    [Fact]
    public async Task Messages_wait_until_resume_has_ended_and_can_be_taken_back()
    {
        await using var server = FrameServer.Start(async link =>
        {
            Assert.Equal("first", (await link.ReadFrameAsync())!.Text);
            Assert.Equal("second", (await link.ReadFrameAsync())!.Text);
            await link.CloseAsync();
        });
        var gate = new TaskCompletionSource();
        await using var socket = Start(server.Url, async (resumed, _) =>
        {
            await gate.Task;
            await resumed.Socket.SendAsync("first", CancellationToken.None);
        });
        using var cancel = new CancellationTokenSource();
        var takenBack = socket.SendAsync(WebSocketMessage.Of("never"), cancel.Token).AsTask();
        var second = socket.SendAsync(WebSocketMessage.Of("second")).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => takenBack.Within("it was taken back"));
        Assert.False(second.IsCompleted || socket.IsOpen);
        gate.SetResult();
        await second.Within("it was sent");
        Assert.Equal(1000, (await socket.Ended.Within("the server closed")).Code);
        await Assert.ThrowsAsync<WebSocketClosedException>(
            () => socket.SendAsync(WebSocketMessage.Of("late")).AsTask().Within("it was refused"));
    }

    [Theory]
    [InlineData(1000, 1)]
    [InlineData(1008, 1)]
    [InlineData(1001, 2)]
    [InlineData(1011, 2)]
    [InlineData(4000, 2)]
    public async Task A_close_is_a_reason_to_connect_again_unless_the_server_is_done_with_us(int code, int connections)
    {
        var count = 0;
        await using var server = FrameServer.Start(
            link => link.CloseAsync(Interlocked.Increment(ref count) == 1 ? code : 1000));
        await using var socket = Start(server.Url);
        Assert.Equal(connections == 1 ? code : 1000, (await socket.Ended.Within("it ended")).Code);
        Assert.Equal(connections, count);
    }

    [Fact]
    public async Task The_user_may_judge_closes()
    {
        var count = 0;
        await using var server = FrameServer.Start(
            link => link.CloseAsync(Interlocked.Increment(ref count) == 1 ? 1000 : 4000));
        await using var socket = Start(
            server.Url, settings: Soon with { ShouldReconnect = close => close.Code == 1000 });
        Assert.Equal(4000, (await socket.Ended.Within("it ended")).Code);
    }

    [Fact]
    public async Task Gives_up_after_so_many_attempts_in_a_row()
    {
        var scripted = Scripted();
        scripted.Peers.Refusal = new IOException("nobody there");
        await using var socket = ReconnectingWebSocket.Start(
            scripted.Client, "ws://server.test/", HandleAsync, settings: Soon with { MaxAttempts = 3 });
        var sending = socket.SendAsync(WebSocketMessage.Of("x")).AsTask();
        await Assert.ThrowsAnyAsync<HttpClientException>(() => socket.Ended.Within("it gave up"));
        await Assert.ThrowsAsync<WebSocketClosedException>(() => sending.Within("the sender was told"));
    }

    [Fact]
    public async Task Connections_that_do_not_last_are_attempts_too()
    {
        var count = 0;
        await using var server = FrameServer.Start(link =>
        {
            Interlocked.Increment(ref count);
            return link.CloseAsync(1012);
        });
        await using var socket = Start(
            server.Url, settings: Soon with { MaxAttempts = 3, StableAfter = TimeSpan.FromDays(1) });
        Assert.Equal(1012, (await socket.Ended.Within("it gave up")).Code);
        Assert.Equal(3, count);
    }

    [Theory]
    [InlineData(403, false), InlineData(404, false), InlineData(429, true), InlineData(503, true)]
    [InlineData(302, true)]
    public async Task A_refusal_is_final_where_asking_again_would_not_help(int status, bool again)
    {
        var asked = 0;
        await using var server = await ServeAsync(request => Interlocked.Increment(ref asked) < 3
            ? HttpResponse.Text("no", status)
            : HttpResponse.WebSocket(request, (WebSocketConnection socket) => Task.CompletedTask));
        await using var socket = Start(UrlOf(server).Replace("http", "ws", StringComparison.Ordinal));
        if (again)
        {
            Assert.Equal(1000, (await socket.Ended.Within("it opened and ended")).Code);
            Assert.Equal(3, asked);
            return;
        }

        var refusal = await Assert.ThrowsAsync<WebSocketHandshakeException>(() => socket.Ended.Within("it gave up"));
        Assert.Equal((status, 1), (refusal.Status.Code, asked));
    }

    [Fact]
    public async Task It_can_be_closed_while_it_waits()
    {
        var scripted = Scripted();
        scripted.Peers.Refusal = new IOException("nobody there");
        var day = TimeSpan.FromDays(1);
        await using var socket = ReconnectingWebSocket.Start(
            scripted.Client, "ws://server.test/", HandleAsync,
            settings: Soon with { MinBackoff = day, MaxBackoff = day });
        await socket.CloseAsync(4001, "enough").Within("it closed");
        Assert.Equal(new WebSocketClose(4001, "enough"), await socket.Ended);
        await Assert.ThrowsAnyAsync<ArgumentException>(() => socket.CloseAsync(1006));
    }

    [Fact]
    public async Task A_resume_that_fails_closes_with_1011_and_is_an_attempt()
    {
        var codes = new List<int>();
        await using var server = FrameServer.Start(async link =>
        {
            var close = await link.ReadFrameAsync();
            lock (codes)
                codes.Add(close!.CloseCode);
            await link.SendFrameAsync(Frames.Fin | Frames.Close, close.Payload);
        });
        await using var socket = Start(
            server.Url, (_, _) => throw new InvalidOperationException("not today"), Soon with { MaxAttempts = 2 });
        Assert.Equal(1011, (await socket.Ended.Within("it gave up")).Code);
        Assert.Equal([1011, 1011], codes);
    }

    [Theory]
    [InlineData(0, 0, 200), InlineData(1, 0, 200), InlineData(2, 0, 400), InlineData(5, 0, 3200)]
    [InlineData(8, 0, 25_600), InlineData(9, 0, 30_000), InlineData(5000, 0, 30_000)]
    [InlineData(2, 1, 200), InlineData(2, 0.5, 300)]
    public void Waits_double_up_to_a_limit_and_a_share_is_left_to_chance(int failures, double chance, int wait) =>
        Assert.Equal(wait, WebSocketReconnectSettings.Default.WaitAfter(failures, chance).TotalMilliseconds);

    [Fact]
    public void The_defaults_equal_the_HOCON_and_every_key_is_read()
    {
        Assert.Equal(WebSocketReconnectSettings.Default, WebSocketReconnectSettings.FromConfig(Config.Empty));
        Assert.Empty(WebSocketReconnectSettings.Default.Validate());
        var read = WebSocketReconnectSettings.FromConfig(ConfigurationFactory.ParseString(
            """
            aleph.http.websocket.reconnect {
              min-backoff = 1s, max-backoff = 2s, jitter = 0.25, max-attempts = 3, stable-after = 4s
            }
            """));
        Assert.Equal(
            new WebSocketReconnectSettings
            {
                MinBackoff = TimeSpan.FromSeconds(1),
                MaxBackoff = TimeSpan.FromSeconds(2),
                Jitter = 0.25,
                MaxAttempts = 3,
                StableAfter = TimeSpan.FromSeconds(4),
            },
            read);
    }

    [Fact]
    public void Every_fault_is_named()
    {
        var faults = new WebSocketReconnectSettings
        {
            MinBackoff = TimeSpan.Zero,
            MaxBackoff = TimeSpan.FromDays(2),
            Jitter = 1.5,
            MaxAttempts = 0,
            StableAfter = TimeSpan.FromSeconds(-1),
        }.Validate();
        Assert.Equal(
            ["min-backoff", "max-backoff", "jitter", "max-attempts", "stable-after"],
            faults.Select(x => x.Split(' ')[0].Split('.')[^1]));
        Assert.Contains("max-backoff", Assert.Single((WebSocketReconnectSettings.Default with
        {
            MaxBackoff = TimeSpan.FromMilliseconds(100),
        }).Validate()));
        Assert.Throws<ArgumentException>(() => Start("ws://127.0.0.1:1", settings: Soon with { Jitter = -1 }));
    }

    private ReconnectingWebSocket Start(
        string url, Func<WebSocketResumed, CancellationToken, ValueTask>? resumed = null,
        WebSocketReconnectSettings? settings = null) =>
        ReconnectingWebSocket.Start(Sys.Http().Client, url, HandleAsync, resumed, settings ?? Soon);

    private ValueTask HandleAsync(WebSocketConnection socket, WebSocketMessage message) =>
        _heard.Writer.WriteAsync(message.Text);

    private Task<string> HearAsync() => _heard.Reader.ReadAsync().AsTask().Within("a message came");
}
