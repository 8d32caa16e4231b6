using System.Net.ServerSentEvents;
using System.Text;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Aleph.Actors.Tests.Sse;

public sealed class ServerSentEventsTests
{
    [Fact]
    public async Task Events_are_written_with_all_their_parts()
    {
        var answer = HttpResponse.Events(Items(
            new SseItem<string>("a\nb\r\nc\rd"),
            new SseItem<string>("", "kind") { EventId = "7", ReconnectionInterval = TimeSpan.FromSeconds(2) },
            new SseItem<string>("\u00e9 data: x")));
        Assert.Equal("text/event-stream", answer.Headers["Content-Type"]);
        Assert.Equal("no-cache", answer.Headers["Cache-Control"]);
        Assert.Equal(
            "data: a\ndata: b\ndata: c\ndata: d\n\nevent: kind\nid: 7\nretry: 2000\ndata: \n\ndata: \u00e9 data: x\n\n",
            await answer.Body.ReadTextAsync());
    }

    [Fact]
    public async Task The_parser_of_the_BCL_reads_what_was_written_over_a_connection()
    {
        await using var host = await HttpHost.StartAsync(request => new(HttpResponse.Events(Items(
            new SseItem<string>(request.LastEventId() ?? "none", "first") { EventId = "8" },
            new SseItem<string>("two\nlines")))));
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("Last-Event-ID", "7");
        await using var stream = await client.GetStreamAsync(host.Uri).Within("the answer");
        var items = new List<SseItem<string>>();
        await foreach (var item in SseParser.Create(stream).EnumerateAsync())
            items.Add(item);
        Assert.Equal(["7", "two\nlines"], items.Select(x => x.Data));
        Assert.Equal("first", items[0].EventType);
        Assert.Equal("8", items[0].EventId);
    }

    [Fact]
    public async Task Comments_come_while_no_event_does()
    {
        var time = new FakeTimeProvider();
        var go = new TaskCompletionSource();
        var answer = HttpResponse.Events(After(go.Task), TimeSpan.FromSeconds(10), time);
        await using var elements = answer.Body.ReadElementsAsync().GetAsyncEnumerator();
        for (var i = 0; i < 3; i++)
        {
            var next = elements.MoveNextAsync().AsTask();
            time.Advance(TimeSpan.FromSeconds(9));
            Assert.False(next.IsCompleted);
            time.Advance(TimeSpan.FromSeconds(1));
            Assert.True(await next.Within("a comment"));
            Assert.Equal(":\n\n", Encoding.UTF8.GetString(elements.Current.Span));
        }

        var last = elements.MoveNextAsync().AsTask();
        go.SetResult();
        Assert.True(await last.Within("the event"));
        Assert.Equal("data: late\n\n", Encoding.UTF8.GetString(elements.Current.Span));
        Assert.Throws<ArgumentOutOfRangeException>(() => HttpResponse.Events(After(go.Task), TimeSpan.Zero));
    }

    [Fact]
    public async Task An_event_puts_the_next_comment_off()
    {
        var time = new FakeTimeProvider();
        var events = System.Threading.Channels.Channel.CreateUnbounded<SseItem<string>>();
        var answer = HttpResponse.Events(events.Reader.ReadAllAsync(), TimeSpan.FromSeconds(10), time);
        await using var elements = answer.Body.ReadElementsAsync().GetAsyncEnumerator();
        for (var i = 0; i < 5; i++)
        {
            var next = elements.MoveNextAsync().AsTask();
            time.Advance(TimeSpan.FromSeconds(6) + TimeSpan.FromMicroseconds(300));
            events.Writer.TryWrite(new SseItem<string>("x"));
            Assert.True(await next.Within("the event"));
            Assert.Equal("data: x\n\n", Encoding.UTF8.GetString(elements.Current.Span));
        }

        var comment = elements.MoveNextAsync().AsTask();
        time.Advance(TimeSpan.FromSeconds(9.9));
        await Task.Yield();
        Assert.False(comment.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.101));
        Assert.True(await comment.Within("a comment"));
        Assert.Equal(":\n\n", Encoding.UTF8.GetString(elements.Current.Span));
    }

    [Fact]
    public async Task The_source_is_cancelled_and_disposed_when_the_client_leaves()
    {
        var disposed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await HttpHost.StartAsync(_ => new(HttpResponse.Events(Forever())));
        using (var client = await RawClient.ConnectAsync(host.EndPoint))
        {
            await client.SendAsync(RawClient.Bytes("GET / HTTP/1.1|Host: a||"));
            await client.ReadResponseAsync(toHead: true).Within("the head");
            client.Reset();
        }

        await disposed.Task.Within("the source was disposed");

        async IAsyncEnumerable<SseItem<string>> Forever(
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken left = default)
        {
            try
            {
                yield return new SseItem<string>("one");
                await Task.Delay(Timeout.Infinite, left);
            }
            finally
            {
                disposed.SetResult();
            }
        }
    }

    private static async IAsyncEnumerable<SseItem<string>> After(Task task)
    {
        await task;
        yield return new SseItem<string>("late");
    }

    private static async IAsyncEnumerable<SseItem<string>> Items(params SseItem<string>[] items)
    {
        foreach (var item in items)
        {
            await Task.Yield();
            yield return item;
        }
    }
}
