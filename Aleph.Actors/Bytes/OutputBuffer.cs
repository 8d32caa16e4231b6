using System.Buffers;
using Aleph.Actors.Bytes;

namespace Aleph.Actors;

/// <summary>
/// The bytes that a connection has yet to send: a queue of pooled segments, written at the back by the protocol and
/// taken at the front by the transport, both on the connection's turn. It holds no memory while empty.
/// </summary>
public sealed class OutputBuffer : IBufferWriter<byte>
{
    private const int SmallSegment = 2 * 1024;
    private const int LargeSegment = 64 * 1024;

    // All segments but the last; made only when a connection first needs two.
    private Queue<Segment>? _full;
    private Segment _back;
    private int _start;
    private bool _peeked;

    /// <summary>Makes an empty buffer.</summary>
    /// <param name="highMark">From this many bytes on, <see cref="IsAboveHighMark"/>; at least 1.</param>
    public OutputBuffer(int highMark = LargeSegment)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(highMark, 1);
        HighMark = highMark;
    }

    /// <summary>How many bytes make a producer stop. In bytes.</summary>
    public int HighMark { get; }

    /// <summary>At how many bytes a stopped producer may go on: a quarter of <see cref="HighMark"/>.</summary>
    public int LowMark => HighMark / 4;

    /// <summary>How many bytes were written and not yet consumed, those in flight included.</summary>
    public long Length { get; private set; }

    /// <summary>Whether producers should stop until <see cref="IConnectionProtocol.OnWritable"/>.</summary>
    public bool IsAboveHighMark => Length >= HighMark;

    /// <summary>How many pooled arrays are held.</summary>
    internal int Segments => (_full?.Count ?? 0) + (_back.Array is null ? 0 : 1);

    /// <summary>The file whose bytes are next to be sent; null where they lie in memory.</summary>
    internal FileSlice? FileAtFront => Front.Slice as FileSlice;

    private Segment Front => _full is { Count: > 0 } full ? full.Peek() : _back;

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _back.Free);
        _back.End += count;
        Length += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureFree(sizeHint);
        return _back.Array.AsMemory(_back.End);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureFree(sizeHint);
        return _back.Array.AsSpan(_back.End);
    }

    /// <summary>Appends a copy of <paramref name="bytes"/>.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_back.Free == 0)
                EnsureFree(Math.Min(bytes.Length, LargeSegment));
            var count = Math.Min(bytes.Length, _back.Free);
            bytes[..count].CopyTo(_back.Array.AsSpan(_back.End));
            Advance(count);
            bytes = bytes[count..];
        }
    }

    /// <summary>Appends bytes that lie elsewhere; they are let go when they have been sent or dropped. They count in
    /// full as <see cref="Length"/>.</summary>
    internal void Write(OutputSlice slice)
    {
        if (slice.Remaining == 0)
        {
            slice.Dispose();
            return;
        }

        if (_back.End > 0)
            (_full ??= new Queue<Segment>()).Enqueue(_back);
        else if (_back.Array is { } reserved)
            ArrayPool<byte>.Shared.Return(reserved);
        (_full ??= new Queue<Segment>()).Enqueue(new Segment(slice));
        _back = default;
        Length += slice.Remaining;
    }

    /// <summary>
    /// The first unsent bytes that lie together, or an empty memory when there are none. Valid until consumed, also
    /// while more is written behind them.
    /// </summary>
    /// <param name="limit">At most so many bytes; at least 1.</param>
    public ReadOnlyMemory<byte> Peek(int limit)
    {
        var front = Front;
        if (front.Slice is { } slice)
            return slice.Read(limit);
        _peeked = front.Array is not null;
        return front.Array.AsMemory(_start, Math.Min(limit, front.End - _start));
    }

    /// <summary>Drops bytes from the front: they were sent.</summary>
    /// <param name="count">At most what the last <see cref="Peek"/> answered.</param>
    public void Consume(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var front = Front;
        if (front.Slice is { } slice)
        {
            ConsumeSlice(slice, count);
            return;
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, front.End - _start);
        _peeked = false;
        Length -= count;
        _start += count;
        if (_start < front.End)
            return;
        if (_full is { Count: > 0 } full)
            ReleaseFront(full);
        else
            ReleaseBack();
    }

    /// <summary>Drops everything. Not while a send is in flight: its memory would be shared.</summary>
    public void Clear()
    {
        while (_full is { Count: > 0 } full)
            ReleaseFront(full);
        ReleaseBack();
        Length = 0;
    }

    /// <summary>Moves everything, memory in flight included, to a buffer of its own; this one is empty
    /// afterwards.</summary>
    internal OutputBuffer TakeAll()
    {
        var taken = new OutputBuffer(HighMark)
        {
            _full = _full,
            _back = _back,
            _start = _start,
            _peeked = _peeked,
            Length = Length,
        };
        (_full, _back, _start, _peeked, Length) = (null, default, 0, false, 0);
        return taken;
    }

    private void ConsumeSlice(OutputSlice slice, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, slice.Remaining);
        slice.Advance(count);
        Length -= count;
        if (slice.Remaining == 0)
            ReleaseFront(_full!);
    }

    private void EnsureFree(int sizeHint)
    {
        sizeHint = Math.Max(1, sizeHint);
        if (_back.Free >= sizeHint)
            return;
        if (_back.Array is null)
            _back = new Segment(ArrayPool<byte>.Shared.Rent(Math.Max(sizeHint, SmallSegment)));
        else if (_peeked || _full is { Count: > 0 } || _back.Array.Length >= LargeSegment)
            AppendSegment(sizeHint);
        else
            Enlarge(sizeHint);
    }

    private void AppendSegment(int sizeHint)
    {
        // A segment that was reserved and never written must not reach the front: an empty front looks like an empty
        // buffer.
        if (_back.End == 0)
            ArrayPool<byte>.Shared.Return(_back.Array!);
        else
            (_full ??= new Queue<Segment>()).Enqueue(_back);
        _back = new Segment(ArrayPool<byte>.Shared.Rent(Math.Max(sizeHint, LargeSegment)));
    }

    // One larger segment leaves in one send; the copy is at most the small segment.
    private void Enlarge(int sizeHint)
    {
        var pending = _back.End - _start;
        var larger = new Segment(ArrayPool<byte>.Shared.Rent(Math.Max(pending + sizeHint, LargeSegment)));
        _back.Array.AsSpan(_start, pending).CopyTo(larger.Array);
        larger.End = pending;
        ReleaseBack();
        _back = larger;
    }

    private void ReleaseFront(Queue<Segment> full)
    {
        var front = full.Dequeue();
        if (front.Slice is { } slice)
            slice.Dispose();
        else
            ArrayPool<byte>.Shared.Return(front.Array!);
        _start = 0;
        if (full.Count == 0 && _back.End == 0)
            ReleaseBack();
    }

    private void ReleaseBack()
    {
        if (_back.Array is { } array)
            ArrayPool<byte>.Shared.Return(array);
        _back = default;
        _start = 0;
        _peeked = false;
    }

    private struct Segment
    {
        public readonly byte[]? Array;
        public readonly OutputSlice? Slice;
        public int End;

        public Segment(byte[] array) => Array = array;

        public Segment(OutputSlice slice) => Slice = slice;

        public readonly int Free => Array is null ? 0 : Array.Length - End;
    }
}
