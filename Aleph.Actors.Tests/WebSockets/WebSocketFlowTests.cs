using Akka;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>The face of a flow: strict and streamed messages, and what its end means.</summary>
public sealed class WebSocketFlowTests : WebSocketHarness
{
    private static readonly Flow<WebSocketMessage, WebSocketMessage, NotUsed> Echo = Flow.Create<WebSocketMessage>();

    [Fact]
    public async Task Echoes_strict_and_streamed_messages_of_both_types()
    {
        using var peer = await FlowAsync(Echo, Defaults with { StrictLimit = 1000 });
        await peer.SendTextAsync("hello");
        Assert.Equal("hello", await peer.ReadTextAsync());
        foreach (var size in new[] { 0, 1000, 1001, 300_000, 5 })
        {
            var payload = new byte[size];
            Random.Shared.NextBytes(payload);
            var send = peer.SendFrameAsync(Frames.Fin | Frames.Binary, payload);
            Assert.Equal(payload, await ReadMessageAsync(peer));
            await send;
        }
    }

    [Fact]
    public async Task A_message_longer_than_the_limit_is_an_element_before_its_end_has_come()
    {
        var element = new TaskCompletionSource<WebSocketMessage>();
        var flow = Flow.Create<WebSocketMessage>().Select(message =>
        {
            element.TrySetResult(message);
            return message.Source is null ? message : WebSocketMessage.Of("streamed");
        });
        using var peer = await FlowAsync(flow, Defaults with { StrictLimit = 10 });
        await peer.SendFrameAsync(Frames.Text, new byte[11]);
        Assert.Equal("streamed", await peer.ReadTextAsync());
        var message = await element.Task.Within("the element came");
        Assert.Throws<InvalidOperationException>(() => message.Bytes);

        // Cancelling it skips the rest, and the next message comes.
        message.Source!.RunWith(Sink.Cancelled<ByteString>(), Sys.Materializer());
        await peer.SendFrameAsync(Frames.Fin, new byte[100_000]);
        await peer.SendTextAsync("next");
        Assert.Equal("next", await peer.ReadTextAsync());
    }

    [Fact]
    public async Task When_the_flow_completes_the_WebSocket_is_closed_with_1000()
    {
        using var peer = await FlowAsync(Echo.Take(2));
        await peer.SendTextAsync("one");
        await peer.SendTextAsync("two");
        Assert.Equal("one", await peer.ReadTextAsync());
        Assert.Equal("two", await peer.ReadTextAsync());
        await peer.ExpectCloseAsync(1000);
        await peer.SendFrameAsync(Frames.Fin | Frames.Close, Frames.ClosePayload(1000));
        await peer.ExpectEndAsync();
    }

    [Fact]
    public async Task When_the_flow_fails_the_WebSocket_is_closed_with_1011()
    {
        using var peer = await FlowAsync(
            Echo.Select(message => message.Text == "x" ? throw new InvalidOperationException("oh") : message));
        await peer.SendTextAsync("x");
        await peer.ExpectCloseAsync(1011);
    }

    [Fact]
    public async Task When_the_peer_closes_the_flow_completes()
    {
        var ended = new TaskCompletionSource();
        using var peer = await FlowAsync(Echo.WatchTermination((_, task) =>
        {
            task.ContinueWith(_ => ended.SetResult(), TaskScheduler.Default);
            return NotUsed.Instance;
        }));
        await peer.SendFrameAsync(Frames.Fin | Frames.Close, Frames.ClosePayload(1000));
        await peer.ExpectCloseAsync(1000);
        await ended.Task.Within("the flow completed");
    }

    [Fact]
    public async Task A_flow_that_cancels_its_input_may_send_on_and_what_comes_is_thrown_away()
    {
        var more = new TaskCompletionSource<WebSocketMessage>();
        var flow = Flow.FromSinkAndSource(Sink.Cancelled<WebSocketMessage>(), Source.FromTask(more.Task));
        using var peer = await FlowAsync(flow);
        await peer.SendFrameAsync(Frames.Fin | Frames.Binary, new byte[500_000]);
        more.SetResult(WebSocketMessage.Of("still here"));
        Assert.Equal("still here", await peer.ReadTextAsync());
        await peer.ExpectCloseAsync(1000);
    }

    [Fact]
    public async Task A_streamed_message_is_sent_as_it_comes_and_none_gets_between_its_frames()
    {
        var second = new TaskCompletionSource<ByteString>();
        var parts = Source.Single(ByteString.FromString("one ")).Concat(Source.FromTask(second.Task));
        var messages = Source.From([WebSocketMessage.StreamedUtf8(parts), WebSocketMessage.Of("after")]);
        using var peer = await FlowAsync(Flow.FromSinkAndSource(
            Sink.Ignore<WebSocketMessage>().MapMaterializedValue(_ => NotUsed.Instance), messages));
        var first = await peer.ReadFrameAsync();
        Assert.Equal((Frames.Text, "one "), (first!.First, first.Text));
        second.SetResult(ByteString.FromString("two"));
        var frame = await peer.ReadFrameAsync();
        Assert.Equal((0, "two"), (frame!.First, frame.Text));
        Assert.Equal(Frames.Fin, (await peer.ReadFrameAsync())!.First);
        Assert.Equal("after", await peer.ReadTextAsync());
    }

    private Task<FramePeer> FlowAsync<TMat>(
        Flow<WebSocketMessage, WebSocketMessage, TMat> flow, WebSocketSettings? settings = null) =>
        OpenAsync(request => HttpResponse.WebSocket(request, flow), settings);

    private static async Task<byte[]> ReadMessageAsync(FramePeer peer)
    {
        var all = new List<byte>();
        ServerFrame? frame;
        do
        {
            frame = await peer.ReadFrameAsync();
            all.AddRange(frame!.Payload);
        }
        while ((frame.First & Frames.Fin) == 0);
        return [.. all];
    }
}
