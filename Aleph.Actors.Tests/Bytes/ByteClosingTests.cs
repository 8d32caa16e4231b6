using System.Buffers;
using System.IO.Pipelines;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Bytes;

/// <summary>What was given is closed once, however reading ends.</summary>
public sealed class ByteClosingTests : IAsyncLifetime
{
    private static readonly byte[] Some = new byte[100];

    private readonly ActorSystem _system = ActorSystem.Create("closing");

    public static TheoryData<string> Results() => [.. ByteForms.Results];

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _system.Terminate();

    [Theory]
    [MemberData(nameof(Results))]
    public async Task At_the_end_of_every_form(string result)
    {
        using var forms = new ByteForms(_system.Materializer(), ByteOptions.Default);
        var stream = new ProbeStream(Some, Some);

        await forms.ReadAsync(result, ByteSource.From(stream)).Within($"read as {result}");

        await DisposedOnce(stream);
    }

    [Theory]
    [MemberData(nameof(Results))]
    public async Task At_a_failure_which_every_form_shows(string result)
    {
        using var forms = new ByteForms(_system.Materializer(), ByteOptions.Default);
        var stream = new ProbeStream(Some) { Failure = new IOException("the disk is gone") };

        var thrown = await Assert.ThrowsAnyAsync<Exception>(
            () => forms.ReadAsync(result, ByteSource.From(stream)).Within($"failed as {result}"));

        var root = thrown.GetBaseException();
        Assert.True(root.Message == "the disk is gone", $"{result} showed {thrown}");
        // A pipe belongs to its reader also when it fails.
        if (result != "pipe")
            await DisposedOnce(stream);
    }

    [Fact]
    public async Task When_enumeration_stops_early_or_before_the_first_element()
    {
        var early = new ProbeStream(Some, Some);
        await foreach (var element in ByteSource.From(early).ReadElementsAsync())
            break;
        var never = new ProbeStream(Some);
        await ByteSource.From(never).ReadElementsAsync().GetAsyncEnumerator().DisposeAsync();

        Assert.Equal(1, early.Disposals);
        Assert.Equal(1, never.Disposals);
    }

    [Fact]
    public async Task When_a_read_is_cancelled()
    {
        var stream = new ProbeStream(Some) { Waits = true };
        using var stop = new CancellationTokenSource();
        var reading = ByteSource.From(stream).ToArrayAsync(stop.Token).AsTask();
        await stream.IsWaiting.Within("the stream was read to its last piece");

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.Within("reading was cancelled"));
        await DisposedOnce(stream);
    }

    [Fact]
    public async Task When_both_tokens_can_cancel_either_does()
    {
        foreach (var which in new[] { 0, 1 })
        {
            var stream = new ProbeStream(Some) { Waits = true };
            using CancellationTokenSource first = new(), second = new();
            await using var elements = ByteSource.From(stream).ReadElementsAsync(first.Token)
                .GetAsyncEnumerator(second.Token);
            Assert.True(await elements.MoveNextAsync());
            var next = elements.MoveNextAsync().AsTask();
            await stream.IsWaiting.Within("the stream was read to its last piece");

            await (which == 0 ? first : second).CancelAsync();

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.Within("reading was cancelled"));
        }
    }

    [Fact]
    public async Task When_it_is_disposed_unread_but_not_when_it_was_read()
    {
        var unread = new ProbeStream(Some);
        var source = ByteSource.From(unread);
        await source.DisposeAsync();
        await source.DisposeAsync();
        Assert.Equal(1, unread.Disposals);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await source.ToArrayAsync());

        var read = new ProbeStream(Some);
        await using (var other = ByteSource.From(read))
            await other.ToArrayAsync();
        Assert.Equal(1, read.Disposals);
    }

    [Fact]
    public async Task Not_where_it_is_left_open()
    {
        var stream = new ProbeStream(Some);
        var source = ByteSource.From(stream, ByteOptions.Default with { LeaveOpen = true });
        await using (var face = source.AsStream())
            await face.ReadExactlyAsync(new byte[10]);
        await source.DisposeAsync();

        Assert.Equal(0, stream.Disposals);
    }

    [Fact]
    public async Task A_reader_of_text_is_disposed_once()
    {
        var stream = new ProbeStream(Some);
        _ = await ByteSource.From(new StreamReader(stream)).ToArrayAsync();
        var left = new ProbeStream(Some);
        _ = await ByteSource.From(new StreamReader(left), ByteOptions.Default with { LeaveOpen = true }).ToArrayAsync();

        Assert.Equal(1, stream.Disposals);
        Assert.Equal(0, left.Disposals);
    }

    [Fact]
    public async Task Enumerators_are_disposed_when_reading_stops_early()
    {
        var closed = 0;
        async IAsyncEnumerable<byte[]> Later()
        {
            try
            {
                yield return Some;
                await Task.Yield();
                yield return Some;
            }
            finally
            {
                closed++;
            }
        }

        IEnumerable<byte[]> Blocking()
        {
            try
            {
                yield return Some;
                yield return Some;
            }
            finally
            {
                closed++;
            }
        }

        await foreach (var element in ByteSource.From(Later()).ReadElementsAsync())
            break;
        await foreach (var element in ByteSource.From(Blocking()).ReadElementsAsync())
            break;

        Assert.Equal(2, closed);
    }

    [Fact]
    public async Task A_pipe_that_is_left_open_keeps_what_was_not_taken()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync("abcdef"u8.ToArray());
        var options = ByteOptions.Default with { LeaveOpen = true, ChunkSize = 2 };

        await foreach (var element in ByteSource.From(pipe.Reader, options).ReadElementsAsync())
            break;

        await pipe.Writer.CompleteAsync();
        Assert.Equal("cdef", await ByteSource.From(pipe.Reader).ToTextAsync());
    }

    [Fact]
    public async Task A_pipe_is_completed_so_that_its_writer_knows()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(Some);
        await foreach (var element in ByteSource.From(pipe.Reader).ReadElementsAsync())
            break;

        Assert.True((await pipe.Writer.WriteAsync(Some)).IsCompleted);
    }

    [Fact]
    public async Task A_pipe_that_failed_fails_its_reader()
    {
        var pipe = new Pipe();
        await pipe.Writer.CompleteAsync(new IOException("broken"));

        var thrown = await Assert.ThrowsAsync<IOException>(
            async () => await ByteSource.From(pipe.Reader).ToArrayAsync());
        Assert.Equal("broken", thrown.Message);
    }

    [Fact]
    public async Task A_cancelled_read_of_a_pipe_is_a_cancellation_and_takes_nothing()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync("ab"u8.ToArray());
        await pipe.Writer.CompleteAsync();
        pipe.Reader.CancelPendingRead();
        var options = ByteOptions.Default with { LeaveOpen = true };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await ByteSource.From(pipe.Reader, options).ToArrayAsync());
        Assert.Equal("ab", await ByteSource.From(pipe.Reader).ToTextAsync());
    }

    [Fact]
    public async Task A_cancelled_write_to_a_pipe_is_a_cancellation()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        pipe.Writer.CancelPendingFlush();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await ByteSource.From("ab"u8.ToArray()).TransferToAsync(ByteSink.To(pipe.Writer)));
    }

    [Fact]
    public async Task A_pipe_that_is_taken_for_memory_is_completed_like_a_pipe()
    {
        var pipe = new Pipe();
        await ByteSource.From("ab"u8.ToArray()).TransferToAsync(ByteSink.To((IBufferWriter<byte>)pipe.Writer));
        Assert.Equal("ab", await ByteSource.From(pipe.Reader).ToTextAsync());
    }

    [Fact]
    public async Task A_cancelled_graph_closes_its_source()
    {
        var stream = new ProbeStream(Some, Some, Some);
        await ByteSource.From(stream).AsSource().RunWith(Sink.First<Akka.IO.ByteString>(), _system.Materializer())
            .Within("the first element came");

        await DisposedOnce(stream);
    }

    [Fact]
    public async Task A_graph_is_cancelled_when_reading_stops_early()
    {
        var cancelled = new TaskCompletionSource();
        var source = Source.Repeat(Akka.IO.ByteString.FromBytes(Some)).WatchTermination((_, done) =>
        {
            done.ContinueWith(_ => cancelled.SetResult(), TaskScheduler.Default);
            return Akka.NotUsed.Instance;
        });

        await foreach (var element in source.ToByteSource(_system.Materializer()).ReadElementsAsync())
            break;

        await cancelled.Task.Within("the graph was cancelled");
    }

    [Fact]
    public async Task A_graph_that_gives_nothing_is_left_by_the_token()
    {
        var source = Source.Maybe<Akka.IO.ByteString>().ToByteSource(_system.Materializer());
        using var stop = new CancellationTokenSource();
        var reading = source.ToArrayAsync(stop.Token).AsTask();
        Assert.False(reading.IsCompleted);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.Within("reading was cancelled"));
    }

    [Fact]
    public async Task A_graph_that_fails_fails_its_reader()
    {
        var source = Source.Single(Akka.IO.ByteString.FromBytes(Some))
            .Concat(Source.Failed<Akka.IO.ByteString>(new IOException("broken")));

        var thrown = await Assert.ThrowsAnyAsync<Exception>(
            async () => await source.ToByteSource(_system.Materializer()).ToArrayAsync());
        Assert.Equal("broken", thrown.GetBaseException().Message);
    }

    [Fact]
    public async Task The_reader_of_a_channel_gives_up_by_its_token()
    {
        var stream = new ProbeStream(Some) { Waits = true };
        using var stop = new CancellationTokenSource();
        var reader = ByteSource.From(stream).AsChannelReader(stop.Token);
        await stream.IsWaiting.Within("the stream was read to its last piece");

        await stop.CancelAsync();

        await DisposedOnce(stream);
        _ = await reader.ReadAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reader.Completion.Within("the channel ended"));
    }

    private static async Task DisposedOnce(ProbeStream stream)
    {
        // Forms with a pump of their own close just behind the last element.
        await stream.IsDisposed.Within("the stream was disposed");
        Assert.Equal(1, stream.Disposals);
    }
}
