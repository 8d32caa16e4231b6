using System.Buffers;
using System.Net.Sockets;
using Akka.Actor;

namespace Aleph.Actors.Transports.Sockets;

/// <summary>
/// The receiving operation, with the buffer of all received and not yet consumed bytes. The buffer is small while the
/// connection waits and grows while bytes come faster than that; while in flight it neither moves nor changes.
/// </summary>
internal sealed class ReceiveOperation(IActorRef owner, int min, int max) : SocketOperation(owner)
{
    private byte[]? _buffer;
    private int _start;
    private int _end;

    public ReadOnlySpan<byte> Unconsumed => _buffer.AsSpan(_start, _end - _start);

    public int UnconsumedLength => _end - _start;

    public int Capacity => _buffer?.Length ?? 0;

    /// <summary>Where free bytes begin; only with room.</summary>
    public Span<byte> Free => _buffer.AsSpan(_end);

    /// <summary>Makes room of at least one byte, a small or a large one; false when the limit is reached.</summary>
    public bool MakeRoom(bool large, bool mayGrow)
    {
        if (_start == _end)
            _start = _end = 0;
        var unconsumed = _end - _start;
        var wanted = large ? max : unconsumed == 0 ? min : Math.Min(max, Math.Max(min, unconsumed + min));
        if (_buffer is null || (unconsumed == 0 && !large && _buffer.Length >= 2 * min))
            Move(min < wanted && _buffer is null && !large ? min : wanted, unconsumed);
        else if (mayGrow && _buffer.Length < wanted && (large || _buffer.Length - unconsumed < min / 2))
            Move(wanted, unconsumed);
        else if (_start > 0 && _buffer.Length - _end < min / 2)
            Compact(unconsumed);
        return _end < _buffer!.Length;
    }

    public void Received(int count) => _end += count;

    // Where bytes will be stays as it is even when none is left: a receive may have ended whose result nobody took yet.
    public void Consumed(int count) => _start += count;

    /// <summary>Forgets all bytes, for a closer that only waits for the end.</summary>
    public void Discard()
    {
        _start = _end = 0;
        if (_buffer is null)
            Move(min, 0);
    }

    public override void Release()
    {
        if (_buffer is { } buffer)
            ArrayPool<byte>.Shared.Return(buffer);
        _buffer = null;
        base.Release();
    }

    protected override bool BeginCore(Socket socket)
    {
        SetBuffer(_buffer, _end, _buffer!.Length - _end);
        return socket.ReceiveAsync(this);
    }

    private void Move(int size, int unconsumed)
    {
        var next = ArrayPool<byte>.Shared.Rent(size);
        if (_buffer is { } buffer)
        {
            buffer.AsSpan(_start, unconsumed).CopyTo(next);
            ArrayPool<byte>.Shared.Return(buffer);
        }

        (_buffer, _start, _end) = (next, 0, unconsumed);
    }

    private void Compact(int unconsumed)
    {
        _buffer.AsSpan(_start, unconsumed).CopyTo(_buffer);
        (_start, _end) = (0, unconsumed);
    }
}
