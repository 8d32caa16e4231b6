using System.Buffers;

namespace Aleph.Actors;

/// <summary>Received bytes that lie together: written at the back, consumed at the front. Holds no memory while
/// empty.</summary>
internal sealed class InputBuffer : IBufferWriter<byte>
{
    private const int Smallest = 2 * 1024;

    private byte[] _array = [];
    private int _start;
    private int _end;

    public int Length => _end - _start;

    public ReadOnlySpan<byte> Bytes => _array.AsSpan(_start, Length);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _array.Length - _end);
        _end += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureFree(Math.Max(1, sizeHint));
        return _array.AsMemory(_end);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureFree(Math.Max(1, sizeHint));
        return _array.AsSpan(_end);
    }

    public void Consume(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)Length);
        _start += count;
        if (_start == _end)
            Clear();
    }

    public void Clear()
    {
        if (_array.Length > 0)
            ArrayPool<byte>.Shared.Return(_array);
        (_array, _start, _end) = ([], 0, 0);
    }

    private void EnsureFree(int sizeHint)
    {
        if (_array.Length - _end >= sizeHint)
            return;
        var length = Length;
        var next = length + sizeHint <= _array.Length / 2
            ? _array
            : ArrayPool<byte>.Shared.Rent(Math.Max(Smallest, Math.Max(_array.Length * 2, length + sizeHint)));
        Bytes.CopyTo(next);
        if (!ReferenceEquals(next, _array) && _array.Length > 0)
            ArrayPool<byte>.Shared.Return(_array);
        (_array, _start, _end) = (next, 0, length);
    }
}
