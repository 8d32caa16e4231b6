using System.Buffers;

namespace Aleph.Actors.Transports.Tls;

/// <summary>
/// The decrypted and not yet consumed bytes of one connection. TLS decrypts into it directly. Holds no memory while it
/// is empty.
/// </summary>
internal sealed class TlsInput
{
    private const int Small = 4 * 1024;

    // One record has at most 16 KiB of plain text, and many fit on bulk.
    private const int Record = 16 * 1024;

    private byte[] _array = [];
    private int _start;
    private int _end;

    public int Length => _end - _start;

    public ReadOnlySpan<byte> Bytes => _array.AsSpan(_start, Length);

    /// <summary>Room for about <paramref name="encrypted"/> bytes, and never none; valid until the next call.</summary>
    public Memory<byte> Reserve(int encrypted)
    {
        var wanted = Math.Clamp(encrypted, Small, 4 * Record);
        if (_array.Length - _end < Math.Min(wanted, Record))
            Move(wanted);
        return _array.AsMemory(_end);
    }

    public void Commit(int count)
    {
        _end += count;
        ReleaseIfEmpty();
    }

    public void Consume(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)Length);
        _start += count;
        ReleaseIfEmpty();
    }

    public void Clear()
    {
        _start = _end;
        ReleaseIfEmpty();
    }

    private void Move(int free)
    {
        var length = Length;
        var next = ArrayPool<byte>.Shared.Rent(length + free);
        Bytes.CopyTo(next);
        if (_array.Length > 0)
            ArrayPool<byte>.Shared.Return(_array);
        (_array, _start, _end) = (next, 0, length);
    }

    private void ReleaseIfEmpty()
    {
        if (_start < _end)
            return;
        if (_array.Length > 0)
            ArrayPool<byte>.Shared.Return(_array);
        (_array, _start, _end) = ([], 0, 0);
    }
}
