using Aleph.Actors.Bytes;
using FsCheck.Xunit;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Aleph.Actors.Tests.Bytes;

public class OutputBufferTests
{
    [Fact]
    public void Holds_no_memory_while_empty()
    {
        var buffer = new OutputBuffer();
        Assert.Equal(0, buffer.Segments);
        buffer.Write(new byte[200_000]);
        Drain(buffer);
        Assert.Equal(0, buffer.Segments);
        Assert.Equal(0, buffer.Length);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2048, 1)]
    [InlineData(10_000, 1)]
    [InlineData(65_536, 1)]
    [InlineData(40_000, 1)]
    public void Keeps_what_fits_one_send_together(int length, int segments)
    {
        var buffer = new OutputBuffer();
        buffer.Write(new byte[length / 2]);
        buffer.Write(new byte[length - (length / 2)]);
        Assert.Equal(segments, buffer.Segments);
        buffer.Clear();
    }

    [Fact]
    public void Files_lie_between_bytes_in_order_and_are_closed_when_consumed()
    {
        var (first, second) = (TempFile(40_000, 1), TempFile(5, 2));
        var buffer = new OutputBuffer();
        buffer.Write([9, 9]);
        buffer.Write(new FileSlice(first, 10, 39_000));
        buffer.Write(new FileSlice(second, 0, 5));
        buffer.Write(new byte[3]);
        Assert.Equal(2 + 39_000 + 5 + 3, buffer.Length);
        Assert.Null(buffer.FileAtFront);
        var drained = new List<byte>();
        while (buffer.Length > 0)
        {
            var bytes = buffer.Peek(7_000);
            drained.AddRange(bytes.Span);
            Assert.Equal(drained.Count is > 2 and <= 39_002, buffer.FileAtFront?.File == first);
            buffer.Consume(bytes.Length);
            Assert.Equal(drained.Count >= 39_002, first.IsClosed);
        }

        Assert.True(second.IsClosed);
        Assert.Equal(0, buffer.Segments);
        Assert.Equal(
            [9, 9, .. Enumerable.Repeat((byte)1, 39_000), 2, 2, 2, 2, 2, 0, 0, 0], drained);
    }

    [Fact]
    public void Files_are_closed_when_dropped_and_empty_ones_at_once()
    {
        var (dropped, taken, empty) = (TempFile(5, 1), TempFile(5, 1), TempFile(5, 1));
        var buffer = new OutputBuffer();
        buffer.Write(new FileSlice(empty, 3, 0));
        Assert.True(empty.IsClosed);
        Assert.Equal(0, buffer.Segments);
        buffer.GetSpan(10);
        buffer.Write(new FileSlice(dropped, 0, 5));
        buffer.Clear();
        Assert.True(dropped.IsClosed);
        buffer.Write(new FileSlice(taken, 0, 5));
        var other = buffer.TakeAll();
        Assert.Equal((0, 5), (buffer.Length, other.Length));
        Assert.False(taken.IsClosed);
        other.Clear();
        Assert.True(taken.IsClosed);
    }

    [Fact]
    public void A_file_that_is_too_short_says_so()
    {
        var slice = new FileSlice(TempFile(5, 1), 0, 6);
        var buffer = new OutputBuffer();
        buffer.Write(slice);
        buffer.Consume(buffer.Peek(100).Length);
        Assert.Null(slice.Fault);
        Assert.True(buffer.Peek(100).IsEmpty);
        Assert.Contains("shorter", slice.Fault, StringComparison.Ordinal);
        buffer.Clear();
    }

    [Fact]
    public void Leaves_peeked_memory_where_it_is_while_more_is_written()
    {
        var buffer = new OutputBuffer();
        buffer.Write([1, 2, 3]);
        var inFlight = buffer.Peek(100);
        for (var i = 0; i < 100; i++)
            buffer.Write(Enumerable.Repeat((byte)9, 3000).ToArray());
        Assert.Equal([1, 2, 3], inFlight.ToArray());
        buffer.Consume(3);
        Assert.Equal(300_000, Drain(buffer).Count);
    }

    [Fact]
    public void Moves_everything_to_another_buffer()
    {
        var buffer = new OutputBuffer();
        buffer.Write([1, 2, 3]);
        buffer.Peek(1);
        buffer.Consume(1);
        var taken = buffer.TakeAll();
        Assert.Equal(0, buffer.Segments + buffer.Length);
        buffer.Write([7]);
        Assert.Equal([2, 3], Drain(taken));
        Assert.Equal([7], Drain(buffer));
    }

    [Fact]
    public void Knows_its_marks()
    {
        var buffer = new OutputBuffer(100);
        buffer.Write(new byte[99]);
        Assert.False(buffer.IsAboveHighMark);
        buffer.Write(new byte[1]);
        Assert.True(buffer.IsAboveHighMark);
        Assert.Equal(25, buffer.LowMark);
        buffer.Clear();
    }

    [Fact]
    public void Rejects_consuming_more_than_there_is()
    {
        var buffer = new OutputBuffer();
        buffer.Write([1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Consume(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(-1));
        buffer.Clear();
    }

    [Property(MaxTest = 300)]
    public void Behaves_like_a_list_of_bytes(int[] steps)
    {
        var (buffer, model, next) = (new OutputBuffer(), new List<byte>(), (byte)0);
        foreach (var step in steps)
        {
            var size = Math.Abs(step % 50) * Math.Abs(step % 3001);
            if (step % 3 == 0)
                Take(buffer, model, size);
            else
                Put(buffer, model, size, ref next, reserve: step % 2 == 0);
            Assert.Equal(model.Count, buffer.Length);
        }

        Assert.Equal(model, Drain(buffer));
        Assert.Equal(0, buffer.Segments);
    }

    private static SafeFileHandle TempFile(int length, byte value)
    {
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, [.. Enumerable.Repeat(value, length)]);
        return File.OpenHandle(path, options: FileOptions.DeleteOnClose);
    }

    private static void Put(OutputBuffer buffer, List<byte> model, int size, ref byte next, bool reserve)
    {
        var bytes = new byte[size];
        for (var i = 0; i < size; i++)
            bytes[i] = next++;
        if (size == 0)
            return;
        if (reserve)
        {
            bytes.CopyTo(buffer.GetSpan(size));
            buffer.Advance(size);
        }
        else
        {
            buffer.Write(bytes);
        }

        model.AddRange(bytes);
    }

    private static void Take(OutputBuffer buffer, List<byte> model, int size)
    {
        var peeked = buffer.Peek(Math.Max(1, size));
        Assert.Equal(model.Take(peeked.Length), peeked.ToArray());
        Assert.Equal(model.Count == 0, peeked.Length == 0);
        var count = peeked.Length == 0 ? 0 : 1 + (size % peeked.Length);
        buffer.Consume(count);
        model.RemoveRange(0, count);
    }

    private static List<byte> Drain(OutputBuffer buffer)
    {
        var all = new List<byte>();
        while (buffer.Length > 0)
        {
            var bytes = buffer.Peek(64 * 1024);
            all.AddRange(bytes.ToArray());
            buffer.Consume(bytes.Length);
        }

        return all;
    }
}
