using System.Text;
using System.Threading.Channels;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Server;

/// <summary>Contents of answers: how they are framed, when they leave, and what becomes of broken ones.</summary>
public class ResponseBodyTests : ServerHarness
{
    private const string Get = "GET /a HTTP/1.1\nHost: h\n\n";
    private const string ChunkedHead =
        "HTTP/1.1 200 OK\nContent-Type: application/octet-stream\nTransfer-Encoding: chunked\n\n";

    [Fact]
    public async Task Each_element_is_its_own_chunk_and_leaves_at_once()
    {
        var elements = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();
        var client = Serve(_ => HttpResponse.Of(HttpBody.From(elements.Reader.ReadAllAsync()))).Connect();
        await client.SendAsync(Get);
        await client.ExpectAsync(ChunkedHead);
        elements.Writer.TryWrite("one"u8.ToArray());
        Assert.Equal("3\none\n", await client.ReadUntilAsync("one\n"));
        elements.Writer.TryWrite(default);
        elements.Writer.TryWrite("second"u8.ToArray());
        Assert.Equal("6\nsecond\n", await client.ReadUntilAsync("second\n"));
        elements.Writer.Complete();
        Assert.Equal("0\n\n", await client.ReadUntilAsync("0\n\n"));
    }

    [Fact]
    public async Task Elements_that_are_ready_together_share_a_send_but_no_chunk()
    {
        var client = Serve(_ => HttpResponse.Of(HttpBody.From(Many(1000, "x"u8.ToArray())))).Connect();
        await client.SendAsync(Get);
        var answer = await client.ReadAnswerAsync();
        Assert.Equal(ChunkedHead + string.Concat(Enumerable.Repeat("1\nx\n", 1000)) + "0\n\n", answer);
        Assert.InRange(client.Sends, 1, 300);
    }

    [Fact]
    public async Task A_huge_element_is_one_chunk()
    {
        var client = Serve(_ => HttpResponse.Of(HttpBody.From(Many(1, new byte[1_000_000])))).Connect();
        await client.SendAsync(Get);
        await client.ExpectAsync(ChunkedHead);
        Assert.Equal("F4240\n", (await client.ReadUntilAsync("\n")).ToUpperInvariant());
        Assert.Equal(1_000_000 + 1, (await client.ReadUntilAsync("\n")).Length);
        Assert.Equal("0\n\n", await client.ReadUntilAsync("0\n\n"));
    }

    [Fact]
    public async Task A_stream_of_known_length_has_a_Content_Length_and_is_disposed()
    {
        var stream = new Probed("hello"u8.ToArray());
        var client = Serve(_ => HttpResponse.Of(HttpBody.From(stream, 5))).Connect();
        await client.SendAsync(Get);
        Assert.EndsWith("Content-Length: 5\n\nhello", await client.ReadAnswerAsync());
        await stream.Disposed.Task.Within("the stream was disposed");
    }

    [Fact]
    public async Task A_source_is_sent_element_by_element()
    {
        var source = Source.From(["a", "bc", ""]).Select(x => ByteString.FromString(x));
        var client = Serve(_ => HttpResponse.Of(source.ToBody())).Connect();
        await client.SendAsync(Get);
        Assert.Equal(ChunkedHead + "1\na\n2\nbc\n0\n\n", await client.ReadAnswerAsync());
    }

    [Fact]
    public async Task Http_1_0_gets_a_stream_of_unknown_length_until_the_close()
    {
        var client = Serve(_ => HttpResponse.Of(HttpBody.From(Many(3, "ab"u8.ToArray())))).Connect();
        await client.SendAsync("GET / HTTP/1.0\n\n");
        var answer = await client.ReadToEndAsync();
        Assert.EndsWith("\n\nababab", answer);
        Assert.DoesNotContain("chunked", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trailers_are_asked_for_after_the_content()
    {
        var count = 0;
        var client = Serve(
            _ => HttpResponse.Of(HttpBody.From(Counting())).WithTrailers(() => HttpHeaders.Of(("X-Count", $"{count}"))))
            .Connect();
        await client.SendAsync(Get);
        Assert.EndsWith("1\nx\n1\nx\n0\nX-Count: 2\n\n", await client.ReadUntilAsync("X-Count: 2\n\n"));

        async IAsyncEnumerable<ReadOnlyMemory<byte>> Counting()
        {
            for (; count < 2; count++)
                yield return "x"u8.ToArray();
            await Task.CompletedTask;
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    public async Task A_stream_of_another_length_than_announced_resets_the_connection(int announced)
    {
        var server = Serve(_ => HttpResponse.Of(HttpBody.From(Many(5, "x"u8.ToArray()), announced)));
        var client = server.Connect();
        await client.SendAsync(Get);
        await client.ExpectResetAsync();
        await Logged.ExpectAsync("GET /a failed");
        await server.ExpectNothingLeftAsync();
    }

    [Fact]
    public async Task Bytes_of_another_length_than_the_header_says_give_500()
    {
        var client = Serve(_ => HttpResponse.Text("abc").WithHeader("Content-Length", "5")).Connect();
        await client.SendAsync(Get);
        await client.ExpectStatusAsync(500);
    }

    [Fact]
    public async Task A_content_that_fails_midway_resets_the_connection_without_a_last_chunk()
    {
        var goOn = new TaskCompletionSource();
        var server = Serve(_ => HttpResponse.Of(HttpBody.From(Failing())));
        var client = server.Connect();
        await client.SendAsync(Get);
        await client.ReadUntilAsync("1\nx\n");
        goOn.SetResult();
        Assert.Equal("", await client.ExpectResetAsync());
        await Logged.ExpectAsync("broken");
        await server.ExpectNothingLeftAsync();

        async IAsyncEnumerable<ReadOnlyMemory<byte>> Failing()
        {
            yield return "x"u8.ToArray();
            await goOn.Task;
            throw new InvalidOperationException("broken");
        }
    }

    [Fact]
    public async Task A_streamed_content_used_twice_gives_500_and_the_reason()
    {
        var response = HttpResponse.Of(HttpBody.From(Many(1, "x"u8.ToArray())));
        var client = Serve(_ => response).Connect();
        await client.SendAsync(Get + Get);
        Assert.EndsWith("0\n\n", await client.ReadAnswerAsync());
        await client.ExpectStatusAsync(500);
        await Logged.ExpectAsync("used before");
    }

    [Fact]
    public async Task A_constant_response_can_be_given_again()
    {
        var response = HttpResponse.Text("same");
        var client = Serve(_ => response).Connect();
        await client.SendAsync(Get + Get);
        Assert.Equal(await client.ReadAnswerAsync(), await client.ReadAnswerAsync());
    }

    [Fact]
    public async Task An_idle_sequence_is_cancelled_and_disposed_when_the_client_leaves()
    {
        var disposed = new TaskCompletionSource();
        var server = Serve(_ => HttpResponse.Of(HttpBody.From(Idle(disposed, default))));
        var client = server.Connect();
        await client.SendAsync(Get);
        await client.ReadUntilAsync("1\nx\n");
        client.Peer.Reset();
        await disposed.Task.Within("the sequence was disposed");
        await server.ExpectNothingLeftAsync();
    }

    [Fact]
    public async Task An_idle_stream_is_disposed_when_the_client_leaves()
    {
        var stream = new Probed([]) { Idle = true };
        var client = Serve(_ => HttpResponse.Of(HttpBody.From(stream))).Connect();
        await client.SendAsync(Get);
        await client.ExpectAsync(ChunkedHead);
        await stream.Asked.Task.Within("the stream was read");
        client.Peer.Reset();
        await stream.Disposed.Task.Within("the stream was disposed");
    }

    [Fact]
    public async Task An_idle_source_is_cancelled_when_the_client_leaves()
    {
        var cancelled = new TaskCompletionSource();
        var source = Source.Single(ByteString.FromString("x"))
            .Concat(Source.Maybe<ByteString>().MapMaterializedValue(_ => Akka.NotUsed.Instance))
            .WatchTermination((_, done) => done.ContinueWith(_ => cancelled.TrySetResult(), TaskScheduler.Default));
        var client = Serve(_ => HttpResponse.Of(source.ToBody())).Connect();
        await client.SendAsync(Get);
        await client.ReadUntilAsync("1\nx\n");
        client.Peer.Reset();
        await cancelled.Task.Within("the source was cancelled");
    }

    [Fact]
    public async Task An_unsent_stream_is_disposed_when_the_answer_has_no_content()
    {
        var stream = new Probed("hello"u8.ToArray());
        var client = Serve(_ => HttpResponse.Of(HttpBody.From(stream, 5))).Connect();
        await client.SendAsync("HEAD / HTTP/1.1\nHost: h\n\n");
        Assert.Contains("Content-Length: 5", await client.ReadAnswerAsync(withoutContent: true),
            StringComparison.Ordinal);
        await stream.Disposed.Task.Within("the stream was disposed");
    }

    [Fact]
    public async Task A_client_that_does_not_read_holds_the_source_back()
    {
        var made = 0;
        var began = new TaskCompletionSource();
        var server = Serve(_ => HttpResponse.Of(HttpBody.From(Endless())), x => x with { ResponseStallTimeout = null });
        var client = server.Connect();
        await client.SendAsync(Get);
        await client.ReadUntilAsync("\n\n");
        await began.Task.Within("elements were made");
        for (var (before, still) = (-1, 0); still < 50; still = before == made ? still + 1 : 0)
        {
            before = made;
            await client.SettleAsync();
            Assert.InRange(server.Context.Buffered.Count, 0, 256 * 1024);
        }

        Assert.InRange(made, 1, 64);
        client.Peer.Reset();
        await server.ExpectNothingLeftAsync();

        async IAsyncEnumerable<ReadOnlyMemory<byte>> Endless()
        {
            for (var element = new byte[16 * 1024]; ; made++)
            {
                if (made > 0)
                    began.TrySetResult();
                yield return element;
                await Task.CompletedTask;
            }
        }
    }

    internal static async IAsyncEnumerable<ReadOnlyMemory<byte>> Many(int count, byte[] element)
    {
        for (var i = 0; i < count; i++)
            yield return element;
        await Task.CompletedTask;
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Idle(
        TaskCompletionSource disposed,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        try
        {
            yield return "x"u8.ToArray();
            await Task.Delay(Timeout.Infinite, cancellation);
        }
        finally
        {
            disposed.SetResult();
        }
    }

    private sealed class Probed(byte[] bytes) : MemoryStream(bytes)
    {
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Disposed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Idle { get; init; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer,
            CancellationToken cancellationToken = default)
        {
            Asked.TrySetResult();
            if (Idle)
                await Task.Delay(Timeout.Infinite, cancellationToken);
            return Read(buffer.Span);
        }

        protected override void Dispose(bool disposing)
        {
            Disposed.TrySetResult();
            base.Dispose(disposing);
        }
    }
}
