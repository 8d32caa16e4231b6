using System.Buffers;

namespace Aleph.Actors;

/// <summary>
/// The bytes that a connection has yet to send: a queue of pooled segments, written at the back by the protocol and taken at
/// the front by the transport, both on the connection's turn. It holds no memory while empty.
/// </summary>
public sealed class OutputBuffer : IBufferWriter<byte>
{
    private const int SmallSegment = 4 * 1024;
    private const int LargeSegment = 64 * 1024;

    private readonly Queue<Segment> _full = new();
    private Segment _back;

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
            var free = GetSpan(Math.Min(bytes.Length, LargeSegment));
            var count = Math.Min(bytes.Length, free.Length);
            bytes[..count].CopyTo(free);
            Advance(count);
            bytes = bytes[count..];
        }
    }

    /// <summary>The first unsent bytes that lie together, or an empty memory when there are none. Valid until consumed.</summary>
    /// <param name="limit">At most so many bytes; at least 1.</param>
    public ReadOnlyMemory<byte> Peek(int limit)
    {
        var front = _full.Count > 0 ? _full.Peek() : _back;
        return front.Array.AsMemory(front.Start, Math.Min(limit, front.End - front.Start));
    }

    /// <summary>Drops bytes from the front: they were sent.</summary>
    /// <param name="count">At most what the last <see cref="Peek"/> answered.</param>
    public void Consume(int count)
    {
        Length -= count;
        if (_full.Count > 0)
        {
            var front = _full.Peek();
            front.Start += count;
            if (front.Start == front.End)
                ArrayPool<byte>.Shared.Return(_full.Dequeue().Array!);
            else
                ReplaceFront(front);
            return;
        }

        _back.Start += count;
        if (_back.Start == _back.End)
            ReleaseBack();
    }

    /// <summary>Drops everything. Not while a send is in flight: its memory would be shared.</summary>
    public void Clear()
    {
        while (_full.TryDequeue(out var segment))
            ArrayPool<byte>.Shared.Return(segment.Array!);
        ReleaseBack();
        Length = 0;
    }

    private void EnsureFree(int sizeHint)
    {
        sizeHint = Math.Max(1, sizeHint);
        if (_back.Free >= sizeHint)
            return;
        var first = _back.Array is null;
        if (!first && _back.End > _back.Start)
            _full.Enqueue(_back);
        else
            ReleaseBack();
        _back = new Segment(ArrayPool<byte>.Shared.Rent(Math.Max(sizeHint, first ? SmallSegment : LargeSegment)));
    }

    private void ReplaceFront(Segment front)
    {
        var count = _full.Count;
        _full.Dequeue();
        _full.Enqueue(front);
        for (var i = 1; i < count; i++)
            _full.Enqueue(_full.Dequeue());
    }

    private void ReleaseBack()
    {
        if (_back.Array is { } array)
            ArrayPool<byte>.Shared.Return(array);
        _back = default;
    }

    private struct Segment(byte[] array)
    {
        public readonly byte[]? Array = array;
        public int Start;
        public int End;

        public readonly int Free => Array is null ? 0 : Array.Length - End;
    }
}
