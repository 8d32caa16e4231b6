using System.Buffers;

namespace Aleph.Actors.Http.WebSockets;

/// <summary>Octets that lie together, gathered in a pooled array which is given back when they are dropped.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>
{
    private const int Least = 512;

    private byte[] _array = [];

    /// <summary>How many octets there are.</summary>
    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => _array.AsSpan(0, Length);

    public ReadOnlyMemory<byte> Memory => _array.AsMemory(0, Length);

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureFree(sizeHint);
        return _array.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureFree(sizeHint);
        return _array.AsSpan(Length);
    }

    /// <summary>Drops octets from the end.</summary>
    public void Cut(int count) => Length -= count;

    /// <summary>Drops all octets and keeps the array.</summary>
    public void Clear() => Length = 0;

    /// <summary>Drops all octets and gives the array back.</summary>
    public void Release()
    {
        if (_array.Length > 0)
            ArrayPool<byte>.Shared.Return(_array);
        _array = [];
        Length = 0;
    }

    private void EnsureFree(int sizeHint)
    {
        var needed = Length + Math.Max(1, sizeHint);
        if (needed <= _array.Length)
            return;
        var twice = (int)Math.Min(2L * _array.Length, Array.MaxLength);
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Least, Math.Max(needed, twice)));
        Span.CopyTo(larger);
        var length = Length;
        Release();
        (_array, Length) = (larger, length);
    }
}
