using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>Statistics of a WebSocket and of a server, and the frame log.</summary>
public sealed class WebSocketInsightTests : WebSocketHarness
{
    [Fact]
    public async Task A_WebSocket_counts_what_it_received_and_sent()
    {
        var (peer, socket) = await OwnAsync();
        await peer.SendTextAsync("four");
        await peer.SendFrameAsync(Frames.Binary, new byte[10]);
        await peer.SendFrameAsync(Frames.Fin, new byte[5]);
        foreach (var _ in new[] { 1, 2 })
            await socket.ReceiveAsync().AsTask().Within("a message");
        await socket.SendAsync("seven b");
        await peer.ReadTextAsync();
        await peer.SendFrameAsync(Frames.Fin | Frames.Ping, []);
        Assert.Equal(Frames.Pong, (await peer.ReadFrameAsync())!.Opcode);
        var ping = socket.PingAsync();
        await peer.SendFrameAsync(Frames.Fin | Frames.Pong, (await peer.ReadFrameAsync())!.Payload);
        await ping.Within("the pong came");

        Assert.Equal(
            new WebSocketStatistics
            {
                MessagesReceived = 2,
                BytesReceived = 19,
                MessagesSent = 1,
                BytesSent = 7,
                PingsReceived = 1,
                PingsSent = 1,
                PongsReceived = 1,
            },
            socket.GetStatistics());
    }

    [Fact]
    public async Task Bytes_are_counted_without_compression()
    {
        var (peer, socket) = await OwnAsync(more: "Sec-WebSocket-Extensions: permessage-deflate\r\n");
        await socket.SendAsync(new string('x', 10_000));
        var frame = await peer.ReadFrameAsync();
        Assert.Equal((0xC1, true), (frame!.First, frame.Payload.Length < 1000));
        await peer.SendFrameAsync(Frames.Fin | Frames.Rsv1 | Frames.Text, frame.Payload);
        await socket.ReceiveAsync().AsTask().Within("an echo");
        var statistics = socket.GetStatistics();
        Assert.Equal((10_000, 10_000), (statistics.BytesSent, statistics.BytesReceived));
    }

    [Fact]
    public async Task Bytes_that_a_peer_does_not_take_are_counted_as_waiting()
    {
        var (peer, socket) = await OwnAsync(transport: new MemoryTransportOptions { Capacity = 1024 });
        var sending = socket.SendAsync(new byte[1 << 20]).AsTask();
        await Client.SettleAsync();
        Assert.Equal(1 << 20, socket.GetStatistics().BytesWaiting);
        socket.Abort();
        await Assert.ThrowsAsync<WebSocketClosedException>(() => sending.Within("it was given up"));
        Assert.Equal((0, 0), (socket.GetStatistics().BytesWaiting, socket.GetStatistics().MessagesSent));
        GC.KeepAlive(peer);
    }

    [Fact]
    public async Task A_server_sums_its_WebSockets_up_and_counts_close_codes()
    {
        var (first, one) = await OwnAsync();
        await first.SendTextAsync("abc");
        await one.ReceiveAsync().AsTask().Within("a message");

        // The server is told at the end of the turn that handed the message over.
        await Client.SettleAsync();
        var server = Client.Server.Counters.WebSockets;
        Assert.Equal((1, 1, 3), (server.Totals().Open, server.Totals().Opened, server.Totals().Traffic.BytesReceived));
        var sending = new WebSocketBroadcast();
        sending.Add(one);
        sending.Send("to all");
        await first.ReadTextAsync();
        await first.SendFrameAsync(Frames.Fin | Frames.Close, Frames.ClosePayload(4004));
        await one.Closed.Within("it closed");
        var totals = server.Totals();
        Assert.Equal((0, 1, 1, 6), (
            totals.Open, totals.Opened, totals.Traffic.MessagesSent, totals.Traffic.BytesSent));
        Assert.Equal([new(4004, 1)], totals.CloseCodes);
    }

    [Fact]
    public async Task The_statistics_of_a_server_tell_of_its_WebSockets_and_a_description_names_them()
    {
        await using var server = await Sys.Http().ServeAsync(
            0, request => HttpResponse.WebSocket(request, (socket, message) => socket.SendAsync(message)));
        var socket = await Sys.Http().WebSocketAsync($"ws://{server.LocalEndPoint}/").Within("the WebSocket opened");
        await socket.SendAsync("hello");
        await socket.ReceiveAsync().AsTask().Within("an echo");
        var ids = (ServerProtocol.Connections)await AskAsync(server, ServerProtocol.GetConnections.Instance);
        var description = (ConnectionDescription)await AskAsync(
            server, new ServerProtocol.DescribeConnection(Assert.Single(ids.Ids)));
        Assert.Equal("WebSocket", description.Protocol);
        var statistics = (HttpServerProtocol.Statistics)await AskAsync(
            server, HttpServerProtocol.GetStatistics.Instance);
        Assert.Equal((1, 1, 5, 1, 5), (
            statistics.WebSockets.Open, statistics.WebSockets.Traffic.MessagesReceived,
            statistics.WebSockets.Traffic.BytesReceived, statistics.WebSockets.Traffic.MessagesSent,
            statistics.WebSockets.Traffic.BytesSent));
        await socket.CloseAsync().Within("it closed");
    }

    [Fact]
    public async Task An_actor_asks_for_the_counters()
    {
        using var peer = await OpenAsync(request => HttpResponse.WebSocket(request, TestActor));
        var connection = ExpectMsg<WebSocketProtocol.Connected>().Connection;
        await peer.SendTextAsync("abc");
        ExpectMsg<WebSocketProtocol.TextReceived>();
        connection.Tell(WebSocketProtocol.GetStatistics.Instance, TestActor);
        var answer = await ExpectMsgAsync<WebSocketProtocol.Statistics>(Waiting.Patience);
        Assert.Equal((1, 3), (answer.Counters.MessagesReceived, answer.Counters.BytesReceived));
    }

    [Fact]
    public async Task The_frame_log_names_every_frame_and_nothing_of_what_it_contains()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Info));
        using var peer = await EchoAsync(
            Defaults with { FrameLog = LogLevel.InfoLevel }, "Sec-WebSocket-Extensions: permessage-deflate\r\n");
        await peer.SendFrameAsync(Frames.Text, "secret {0} "u8.ToArray());
        await peer.SendFrameAsync(Frames.Fin | Frames.Ping, "secret"u8.ToArray());
        await peer.SendFrameAsync(Frames.Fin, new byte[200]);
        await peer.SendFrameAsync(Frames.Fin | Frames.Close, Frames.ClosePayload(4003, "enough"));
        var lines = new List<string>();
        while (lines.Count == 0 || !lines[^1].Contains("ended as", StringComparison.Ordinal))
        {
            var line = await ExpectMsgAsync<Info>(Waiting.Patience);
            if (line.LogSource.StartsWith("Aleph.Actors.FrameLog", StringComparison.Ordinal))
                lines.Add($"{line.Message}");
        }

        Assert.Equal(
            [
                "is a WebSocket, sub-protocol -, extensions permessage-deflate; client_no_context_takeover",
                "received text, 11 bytes, not the last", "received ping, 6 bytes", "sent pong, 6 bytes",
                "received continuation, 200 bytes", "sent text, N bytes, compressed", "received close, 8 bytes",
                "sent close, 2 bytes", "ended as a WebSocket: 4003 (enough)",
            ],
            lines.Select(Said));
        Assert.DoesNotContain(lines, x => x.Contains("secret", StringComparison.Ordinal));
        Assert.All(lines, x => Assert.StartsWith("Connection ", x, StringComparison.Ordinal));

        static string Said(string line)
        {
            var at = new[] { " is a ", " received ", " sent ", " ended as " }
                .Select(x => line.IndexOf(x, StringComparison.Ordinal)).First(x => x > 0);
            return System.Text.RegularExpressions.Regex.Replace(line[(at + 1)..], "sent text, [0-9]+", "sent text, N");
        }
    }

    [Fact]
    public async Task The_frame_log_says_what_fails_a_WebSocket_and_is_silent_unless_asked_for()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Info));
        using var silent = await EchoAsync();
        await silent.SendAsync(0xFF);
        await silent.ExpectCloseAsync(1002);
        using var peer = await EchoAsync(Defaults with { FrameLog = LogLevel.InfoLevel });
        await peer.SendAsync(0xFF);
        await peer.ExpectCloseAsync(1002);
        var opened = await FrameLineAsync();
        Assert.Contains("is a WebSocket", opened, StringComparison.Ordinal);
        Assert.Contains("received what fails it with 1002", await FrameLineAsync(), StringComparison.Ordinal);
    }

    private async Task<string> FrameLineAsync()
    {
        while (true)
        {
            var line = await ExpectMsgAsync<Info>(Waiting.Patience);
            if (line.LogSource.StartsWith("Aleph.Actors.FrameLog", StringComparison.Ordinal))
                return $"{line.Message}";
        }
    }

    private static Task<ServerProtocol.Event> AskAsync(ServerBinding server, ServerProtocol.Command command) =>
        server.Actor.Ask<ServerProtocol.Event>(command).Within("the server answered");
}
