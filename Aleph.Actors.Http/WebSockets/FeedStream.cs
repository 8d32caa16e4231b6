using System.Buffers;

namespace Aleph.Actors.Http.WebSockets;

/// <summary>
/// The input of a <see cref="System.IO.Compression.DeflateStream"/>, given in pieces: tells whether it was asked for
/// more than there was.
/// </summary>
internal sealed class FeedStream : Stream
{
    private const int Size = 4096;

    private byte[] _buffer = [];
    private int _start;
    private int _end;

    /// <summary>Whether somebody has read when there was nothing left.</summary>
    public bool WasStarved { get; set; }

    /// <summary>Whether all was read.</summary>
    public bool IsEmpty => _start == _end;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Memory for octets from <paramref name="at"/> on.</summary>
    public Span<byte> Room(int at)
    {
        if (_buffer.Length == 0)
            _buffer = ArrayPool<byte>.Shared.Rent(Size);
        return _buffer.AsSpan(at);
    }

    /// <summary>Gives the reader these octets of the memory.</summary>
    public void Feed(int start, int count)
    {
        WasStarved = false;
        (_start, _end) = (start, start + count);
    }

    /// <summary>Gives the memory back.</summary>
    public void Release()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _start, _end) = ([], 0, 0);
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        WasStarved |= IsEmpty;
        var count = Math.Min(buffer.Length, _end - _start);
        _buffer.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
