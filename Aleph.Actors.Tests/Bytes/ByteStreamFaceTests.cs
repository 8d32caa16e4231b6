using System.Text;
using Aleph.Actors.Tests.Support;
using Xunit;
using Channel = System.Threading.Channels.Channel;

namespace Aleph.Actors.Tests.Bytes;

#pragma warning disable CA2022 // The reads that look inexact fail.

/// <summary>The stream that is made of elements.</summary>
public sealed class ByteStreamFaceTests
{
    [Fact]
    public async Task A_blocking_read_waits_for_its_bytes_and_mixes_with_others()
    {
        var channel = Channel.CreateBounded<byte[]>(1);
        await using var stream = ByteSource.From(channel.Reader).AsStream();
        var reading = Task.Factory.StartNew(
            () => (stream.ReadByte(), stream.ReadByte()), default, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        await channel.Writer.WriteAsync([1]);
        await channel.Writer.WriteAsync([2, 3]);
        Assert.Equal((1, 2), await reading.Within("both bytes were read"));

        var buffer = new byte[4];
        Assert.Equal(1, await stream.ReadAsync(buffer));
        await channel.Writer.WriteAsync([4, 5]);
        Assert.Equal(2, await stream.ReadAsync(buffer).AsTask().Within("a read came through"));
        Assert.Equal(4, buffer[0]);
        channel.Writer.Complete();
        Assert.Equal(0, await stream.ReadAsync(buffer));
        Assert.Equal(-1, stream.ReadByte());
    }

    [Fact]
    public async Task A_failure_is_no_end_however_often_one_reads()
    {
        var channel = Channel.CreateUnbounded<byte[]>();
        channel.Writer.Complete(new IOException("broken"));
        await using var stream = ByteSource.From(channel.Reader).AsStream();

        for (var i = 0; i < 2; i++)
        {
            Assert.Equal("broken", Assert.Throws<IOException>(() => stream.ReadByte()).Message);
            await Assert.ThrowsAsync<IOException>(async () => await stream.ReadAsync(new byte[1]));
        }
    }

    [Fact]
    public async Task A_cancelled_read_says_so_with_its_token_and_ends_the_stream()
    {
        var channel = Channel.CreateUnbounded<byte[]>();
        await using var stream = ByteSource.From(channel.Reader).AsStream();
        using var stop = new CancellationTokenSource();
        var reading = stream.ReadAsync(new byte[1], stop.Token).AsTask();

        await stop.CancelAsync();

        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.Within("it was cancelled"));
        Assert.Equal(stop.Token, thrown.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await stream.ReadAsync(new byte[1]));
    }

    [Fact]
    public async Task Disposing_it_ends_a_read_that_waits_and_closes_what_it_reads()
    {
        foreach (var blocking in new[] { false, true })
        {
            var given = new ProbeStream([1]) { Waits = true };
            var stream = Wrapped(given);
            Assert.Equal(1, await stream.ReadAsync(new byte[1]));
            var reading = blocking
                ? Task.Factory.StartNew(
                    () => stream.Read(new byte[1]), default, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                : stream.ReadAsync(new byte[1]).AsTask();
            await given.IsWaiting.Within("the read waits");

            await stream.DisposeAsync();

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.Within("the read ended"));
            await given.IsDisposed.Within("what it reads was closed");
            Assert.Equal(1, given.Disposals);
            await Assert.ThrowsAsync<ObjectDisposedException>(async () => await stream.ReadAsync(new byte[1]));
        }
    }

    [Fact]
    public async Task It_has_one_reader_at_a_time()
    {
        var channel = Channel.CreateUnbounded<byte[]>();
        await using var stream = ByteSource.From(channel.Reader).AsStream();
        var first = stream.ReadAsync(new byte[1]).AsTask();

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.ReadAsync(new byte[1]));

        await channel.Writer.WriteAsync([1]);
        Assert.Equal(1, await first.Within("the first reader went on"));
    }

    [Fact]
    public void Disposed_synchronously_and_repeatedly_it_closes_once()
    {
        var given = new ProbeStream([1, 2]);
        var stream = Wrapped(given);
        Assert.Equal(1, stream.ReadByte());

        stream.Dispose();
        stream.Dispose();

        Assert.Equal(1, given.Disposals);
        Assert.False(stream.CanRead);
        Assert.Throws<ObjectDisposedException>(() => stream.ReadByte());
    }

    [Fact]
    public void It_neither_seeks_nor_writes()
    {
        using var stream = ByteSource.From(new[] { "a" }.ToAsyncEnumerable()).AsStream();

        Assert.False(stream.CanSeek);
        Assert.Throws<NotSupportedException>(() => stream.Length);
        Assert.Throws<NotSupportedException>(() => stream.Seek(0, SeekOrigin.Begin));
        Assert.Throws<NotSupportedException>(() => stream.Write(Encoding.ASCII.GetBytes("a")));
    }

    // A stream itself would be handed back as it is.
    private static Stream Wrapped(ProbeStream stream)
    {
        var origin = new StreamOrigin(stream, leaveOpen: false);
        origin.Claim();
        return new ElementStream(origin, 1);
    }
}
