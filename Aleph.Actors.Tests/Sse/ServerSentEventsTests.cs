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

    [Theory]
    [InlineData("", "data: \n\n")]
    [InlineData("\n", "data: \ndata: \n\n")]
    [InlineData("a\r", "data: a\ndata: \n\n")]
    [InlineData("\r\n\n\rb", "data: \ndata: \ndata: \ndata: b\n\n")]
    [InlineData("\r\r\n", "data: \ndata: \ndata: \n\n")]
    public async Task Each_line_of_the_data_has_a_field_of_its_own(string data, string written) =>
        Assert.Equal(
            written, await HttpResponse.Events(Items(new SseItem<string>(data))).Body.ReadTextAsync());

    [Fact]
    public async Task A_source_that_fails_fails_the_answer_and_is_disposed()
    {
        var source = new ScriptedSource();
        await using var elements = Elements(source);
        var next = elements.MoveNextAsync().AsTask();
        source.Moved.SetException(new InvalidOperationException("no more"));
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => next.Within("the end"));
        Assert.Equal("no more", fault.Message);
        await source.Disposed.Task.Within("the source was disposed");
    }

    [Fact]
    public async Task A_source_that_throws_instead_of_moving_fails_the_answer_and_is_disposed()
    {
        var source = new ScriptedSource { Throws = true };
        await using var elements = Elements(source);
        await Assert.ThrowsAsync<NotSupportedException>(() => elements.MoveNextAsync().AsTask().Within("the end"));
        await source.Disposed.Task.Within("the source was disposed");
    }

    [Fact]
    public async Task A_read_under_way_ends_when_its_reader_leaves()
    {
        var source = new ScriptedSource();
        await using var elements = Elements(source);
        var next = elements.MoveNextAsync().AsTask();
        await elements.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.Within("the end"));
        Assert.False(source.Disposed.Task.IsCompleted);
        source.Moved.SetResult(true);
        await source.Disposed.Task.Within("the source was disposed");
        Assert.False(await elements.MoveNextAsync());
    }

    [Fact]
    public async Task Nothing_is_asked_for_before_somebody_reads()
    {
        var source = new ScriptedSource();
        var elements = Elements(source);
        Assert.False(source.IsAsked);
        await elements.DisposeAsync();
        Assert.False(source.IsAsked);
        Assert.False(await elements.MoveNextAsync());
    }

    [Fact]
    public async Task The_time_for_comments_may_be_longer_than_any_timer()
    {
        var answer = HttpResponse.Events(Items(new SseItem<string>("a")), TimeSpan.MaxValue);
        Assert.Equal("data: a\n\n", await answer.Body.ReadTextAsync());
    }

    [Fact]
    public async Task A_large_event_is_written_whole_among_small_ones()
    {
        var large = new string('x', 300_000);
        var answer = HttpResponse.Events(Items(new("a"), new(large), new("b")));
        Assert.Equal($"data: a\n\ndata: {large}\n\ndata: b\n\n", await answer.Body.ReadTextAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_source_that_heeds_no_token_is_disposed_when_it_has_moved(bool fails)
    {
        var source = new ScriptedSource();
        using var leaving = new CancellationTokenSource();
        await using var elements = Elements(source, leaving.Token);
        var next = elements.MoveNextAsync().AsTask();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.Within("the end"));
        Assert.False(source.Disposed.Task.IsCompleted);
        if (fails)
            source.Moved.SetException(new InvalidOperationException("late"));
        else
            source.Moved.SetResult(true);
        await source.Disposed.Task.Within("the source was disposed");
    }

    [Fact]
    public async Task Events_and_comments_at_the_same_time_lose_neither_order_nor_events()
    {
        const int Count = 20_000;
        var events = System.Threading.Channels.Channel.CreateBounded<SseItem<string>>(1);
        var answer = HttpResponse.Events(events.Reader.ReadAllAsync(), TimeSpan.FromMilliseconds(1));
        var commented = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sending = Task.Run(SendAsync);
        var seen = 0;
        await foreach (var element in answer.Body.ReadElementsAsync())
        {
            var text = Encoding.UTF8.GetString(element.Span);
            if (text == ":\n\n")
                commented.TrySetResult();
            else
                Assert.Equal($"data: {seen++}\n\n", text);
        }

        await sending;
        Assert.Equal(Count, seen);

        async Task SendAsync()
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
            for (var i = 0; i < Count; i++)
            {
                if (i % 1000 == 0)
                    await timer.WaitForNextTickAsync();
                await events.Writer.WriteAsync(new SseItem<string>($"{i}"));
            }

            await commented.Task.Within("a comment");
            events.Writer.Complete();
        }
    }

    private static IAsyncEnumerator<ReadOnlyMemory<byte>> Elements(
        ScriptedSource source, CancellationToken cancellation = default) =>
        HttpResponse.Events(source).Body.ReadElementsAsync(cancellation).GetAsyncEnumerator(cancellation);

    /// <summary>Moves once, when it is told to.</summary>
    private sealed class ScriptedSource : IAsyncEnumerable<SseItem<string>>, IAsyncEnumerator<SseItem<string>>
    {
        public TaskCompletionSource<bool> Moved { get; } = new();

        public TaskCompletionSource Disposed { get; } = new();

        public SseItem<string> Current => new("one");

        public bool IsAsked { get; private set; }

        public IAsyncEnumerator<SseItem<string>> GetAsyncEnumerator(CancellationToken cancellationToken)
        {
            IsAsked = true;
            return this;
        }

        public bool Throws { get; init; }

        public ValueTask<bool> MoveNextAsync() => Throws ? throw new NotSupportedException() : new(Moved.Task);

        public ValueTask DisposeAsync()
        {
            Disposed.SetResult();
            return default;
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
