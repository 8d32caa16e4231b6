using System.IO.Pipelines;
using System.Text;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors.Tests.Support;
using Xunit;
using Channel = System.Threading.Channels.Channel;

namespace Aleph.Actors.Tests.Bytes;

public sealed class ByteTransferTests : IAsyncLifetime
{
    private static readonly byte[] Piece = new byte[1000];
    private static readonly byte[][] Hundred = [.. Enumerable.Repeat(Piece, 100)];

    private readonly ActorSystem _system = ActorSystem.Create("transfer");
    private readonly string _folder = Directory.CreateTempSubdirectory("bytes").FullName;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        await _system.Terminate();
    }

    [Fact]
    public async Task The_null_sink_counts_over_all_transfers()
    {
        var sink = ByteSink.Null();

        Assert.Equal(100_000, await ByteSource.From(new ProbeStream(Hundred)).TransferToAsync(sink));
        Assert.Equal(1000, await ByteSource.From(Piece).TransferToAsync(sink));
        Assert.Equal(101_000, sink.BytesWritten);
    }

    [Fact]
    public async Task A_full_channel_holds_the_source()
    {
        var stream = new ProbeStream(Hundred);
        var channel = Channel.CreateBounded<byte[]>(2);
        var transfer = ByteSource.From(stream).TransferToAsync(ByteSink.To(channel.Writer)).AsTask();

        for (var taken = 0; taken < 100; taken++)
        {
            _ = await channel.Reader.ReadAsync().AsTask().Within("an element came");
            // Two in the channel, one that waits, and the one that was taken now.
            Assert.InRange(stream.Reads, taken, taken + 5);
        }

        Assert.Equal(100_000, await transfer.Within("the transfer ended"));
        await channel.Reader.Completion.Within("the channel was completed");
    }

    [Fact]
    public async Task A_full_pipe_holds_the_source()
    {
        var stream = new ProbeStream(Hundred);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 4000, resumeWriterThreshold: 2000));
        var transfer = ByteSource.From(stream).TransferToAsync(ByteSink.To(pipe.Writer)).AsTask();

        for (var read = 0L; read < 100_000;)
        {
            var result = await pipe.Reader.ReadAsync().AsTask().Within("bytes came");
            Assert.InRange(result.Buffer.Length, 0, 5000);
            Assert.InRange(stream.Reads * 1000L, 0, read + 6000);
            read += result.Buffer.Length;
            pipe.Reader.AdvanceTo(result.Buffer.End);
        }

        Assert.Equal(100_000, await transfer.Within("the transfer ended"));
    }

    [Fact]
    public async Task The_window_of_a_channel_holds_the_source()
    {
        var stream = new ProbeStream(Hundred);
        var options = ByteOptions.Default with { Window = 3 };
        var reader = ByteSource.From(stream, options).AsChannelReader();

        for (var taken = 0; taken < 100; taken++)
        {
            _ = await reader.ReadAsync().AsTask().Within("an element came");
            Assert.InRange(reader.Count, 0, 3);
            Assert.InRange(stream.Reads, taken, taken + 6);
        }

        await reader.Completion.Within("the channel was completed");
    }

    [Fact]
    public async Task A_stage_takes_no_more_than_the_sink_writes()
    {
        var channel = Channel.CreateBounded<byte[]>(1);
        var pulled = 0;
        var writing = Source.From(Enumerable.Repeat(Akka.IO.ByteString.FromBytes(Piece), 100))
            .Select(x =>
            {
                Interlocked.Increment(ref pulled);
                return x;
            })
            .RunWith(ByteSink.To(channel.Writer).AsSink(), _system.Materializer());

        for (var taken = 0; taken < 100; taken++)
        {
            _ = await channel.Reader.ReadAsync().AsTask().Within("an element came");
            Assert.InRange(Volatile.Read(ref pulled), taken, taken + 4);
        }

        Assert.Equal(100_000, await writing.Within("the stage ended"));
        await channel.Reader.Completion.Within("the channel was completed");
    }

    [Fact]
    public async Task A_stage_passes_the_failure_of_its_stream_on()
    {
        var channel = Channel.CreateUnbounded<byte[]>();
        var writing = Source.Failed<Akka.IO.ByteString>(new IOException("broken"))
            .RunWith(ByteSink.To(channel.Writer).AsSink(), _system.Materializer());

        await Assert.ThrowsAnyAsync<Exception>(() => writing.Within("the stage failed"));
        var thrown = await Assert.ThrowsAnyAsync<Exception>(
            () => channel.Reader.Completion.Within("the channel failed"));
        Assert.Equal("broken", thrown.GetBaseException().Message);
    }

    [Fact]
    public async Task A_stage_does_not_close_a_sink_that_another_uses()
    {
        var stream = new ProbeStream(Piece) { Waits = true };
        var written = new ProbeTarget();
        var sink = ByteSink.To(written);
        var transfer = ByteSource.From(stream).TransferToAsync(sink).AsTask();
        await stream.IsWaiting.Within("the transfer waits");

        var second = Source.Single(Akka.IO.ByteString.FromBytes(Piece)).RunWith(sink.AsSink(), _system.Materializer());

        await Assert.ThrowsAnyAsync<Exception>(() => second.Within("the second use was refused"));
        Assert.Equal(0, written.Disposals);
        Assert.False(transfer.IsCompleted);
    }

    [Fact]
    public async Task A_cancelled_transfer_closes_both_ends_once()
    {
        var stream = new ProbeStream(Piece) { Waits = true };
        var target = new ProbeTarget();
        using var stop = new CancellationTokenSource();
        var sink = ByteSink.To(target);
        var transfer = ByteSource.From(stream).TransferToAsync(sink, stop.Token).AsTask();
        await stream.IsWaiting.Within("the transfer waits");

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => transfer.Within("the transfer ended"));
        Assert.Equal((1, 1, 1000), (stream.Disposals, target.Disposals, sink.BytesWritten));
        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await ByteSource.From(Piece).TransferToAsync(sink));
    }

    [Fact]
    public async Task A_sink_that_fails_closes_both_ends_once()
    {
        var stream = new ProbeStream(Hundred);
        var target = new ProbeTarget { Failure = new IOException("full") };

        var thrown = await Assert.ThrowsAsync<IOException>(
            async () => await ByteSource.From(stream).TransferToAsync(ByteSink.To(target)));

        Assert.Equal("full", thrown.Message);
        Assert.Equal((1, 1), (stream.Disposals, target.Disposals));
    }

    [Fact]
    public async Task A_source_that_fails_completes_a_pipe_with_its_failure()
    {
        var pipe = new Pipe();
        var stream = new ProbeStream { Failure = new IOException("gone") };

        await Assert.ThrowsAsync<IOException>(
            async () => await ByteSource.From(stream).TransferToAsync(ByteSink.To(pipe.Writer)));

        var thrown = await Assert.ThrowsAsync<IOException>(async () => await pipe.Reader.ReadAsync());
        Assert.Equal("gone", thrown.Message);
    }

    [Fact]
    public async Task A_pipe_whose_reader_gave_up_ends_the_transfer()
    {
        var pipe = new Pipe();
        await pipe.Reader.CompleteAsync();
        var stream = new ProbeStream(Hundred);

        await Assert.ThrowsAsync<IOException>(
            async () => await ByteSource.From(stream).TransferToAsync(ByteSink.To(pipe.Writer)));
        Assert.Equal((1, 1), (stream.Disposals, stream.Reads));
    }

    [Fact]
    public async Task A_sink_that_is_left_open_is_flushed_and_written_again()
    {
        var target = new ProbeTarget();
        var sink = ByteSink.To(target, ByteOptions.Default with { LeaveOpen = true });

        await ByteSource.From("one").TransferToAsync(sink);
        Assert.Equal(1, target.Flushes);
        await ByteSource.From("two").TransferToAsync(sink);

        Assert.Equal("onetwo", Encoding.ASCII.GetString(target.ToArray()));
        Assert.Equal(0, target.Disposals);
    }

    [Fact]
    public async Task A_source_that_was_read_leaves_the_sink_usable()
    {
        var target = new ProbeTarget();
        var sink = ByteSink.To(target);
        var source = ByteSource.From(new ProbeStream(Piece));
        _ = await source.ToArrayAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await source.TransferToAsync(sink));
        Assert.Equal(0, target.Disposals);
        Assert.Equal(1000, await ByteSource.From(Piece).TransferToAsync(sink));
    }

    [Fact]
    public async Task Files_are_written_anew_or_at_their_end()
    {
        var path = Path.Combine(_folder, "log");
        var append = ByteOptions.Default with { Append = true };

        await ByteSource.From("first").TransferToAsync(ByteSink.ToFile(path));
        await ByteSource.From("new").TransferToAsync(ByteSink.ToFile(path));
        await ByteSource.From(" end").TransferToAsync(ByteSink.To(new FileInfo(path), append));

        Assert.Equal("new end", await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task Files_are_copied_to_files_and_appended_to_them()
    {
        var (from, to) = (Path.Combine(_folder, "from"), Path.Combine(_folder, "to"));
        var bytes = new byte[300_000];
        Random.Shared.NextBytes(bytes);
        await File.WriteAllBytesAsync(from, bytes);
        var sink = ByteSink.ToFile(to);

        Assert.Equal(300_000, await ByteSource.From(new FileInfo(from)).TransferToAsync(sink));
        Assert.Equal(300_000, sink.BytesWritten);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(to));

        var append = ByteSink.ToFile(to, ByteOptions.Default with { Append = true });
        Assert.Equal(300_000, await ByteSource.FromFile(from).TransferToAsync(append));
        Assert.Equal(bytes.Concat(bytes), await File.ReadAllBytesAsync(to));
    }

    [Fact]
    public async Task A_file_is_not_copied_onto_itself()
    {
        var path = Path.Combine(_folder, "same");
        await File.WriteAllTextAsync(path, "content");

        await Assert.ThrowsAnyAsync<IOException>(
            async () => await ByteSource.FromFile(path).TransferToAsync(ByteSink.ToFile(path)));
        Assert.Equal("content", await File.ReadAllTextAsync(path));
    }

    [Theory]
    [InlineData(0, 0, "")]
    [InlineData(0, 3, "abc")]
    [InlineData(2, 3, "cde")]
    [InlineData(5, 1, "f")]
    [InlineData(2, null, "cdef")]
    [InlineData(6, null, "")]
    [InlineData(9, null, "")]
    public async Task A_range_of_a_file_is_read_as_every_form(int offset, int? length, string expected)
    {
        var path = Path.Combine(_folder, "range");
        await File.WriteAllTextAsync(path, "abcdef");
        var source = ByteSource.FromFile(path, offset, length);

        Assert.Equal(expected, await source.ToTextAsync());
        Assert.Equal(expected.Length, source.Length);
        using (var reader = source.AsTextReader())
            Assert.Equal(expected, await reader.ReadToEndAsync());
        await source.TransferToAsync(ByteSink.ToFile(path + "-copy"));
        Assert.Equal(expected, await File.ReadAllTextAsync(path + "-copy"));
    }

    [Fact]
    public async Task A_range_beyond_the_end_of_a_file_fails()
    {
        var path = Path.Combine(_folder, "short");
        await File.WriteAllTextAsync(path, "abcdef");

        await Assert.ThrowsAsync<EndOfStreamException>(
            async () => await ByteSource.FromFile(path, 3, 4).ToArrayAsync());
    }

    [Fact]
    public async Task A_file_that_is_not_there_fails_when_it_is_read()
    {
        var source = ByteSource.FromFile(Path.Combine(_folder, "nothing"));

        Assert.Null(source.Length);
        await Assert.ThrowsAsync<FileNotFoundException>(async () => await source.ToArrayAsync());
        Assert.Throws<FileNotFoundException>(() => source.AsStream());
    }
}
