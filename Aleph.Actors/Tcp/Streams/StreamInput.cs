using System.Diagnostics.CodeAnalysis;
using Akka.IO;

namespace Aleph.Actors.Tcp.Streams;

/// <summary>
/// Received bytes on their way from a connection to the stage that is joined with it. The connection appends, the stage
/// takes all that is there as one element. Any thread.
/// </summary>
/// <param name="window">When so many bytes wait, the connection pauses reading.</param>
internal sealed class StreamInput(int window)
{
    private const int LargestChunk = 16 * 1024;

    private readonly Lock _lock = new();
    private readonly List<ArraySegment<byte>> _full = [];
    private byte[] _chunk = [];
    private int _used;
    private int _length;
    private Marks _marks;

    [Flags]
    private enum Marks
    {
        None = 0,
        Awaited = 1,
        Paused = 2,
        Ended = 4,
        Cancelled = 8,
    }

    /// <summary>Whether nothing waits and nothing follows.</summary>
    public bool IsExhausted
    {
        get
        {
            lock (_lock)
                return Is(Marks.Ended) && _length == 0;
        }
    }

    /// <summary>Whether nobody takes any more.</summary>
    public bool IsCancelled
    {
        get
        {
            lock (_lock)
                return Is(Marks.Cancelled);
        }
    }

    /// <summary>The connection: these bytes came. They are dropped when nobody takes any more.</summary>
    /// <param name="data">What came; copied.</param>
    /// <param name="isFull">Whether reading has to pause until <see cref="TakeResume"/>.</param>
    /// <returns>Whether the stage waits for them.</returns>
    public bool Append(ReadOnlySpan<byte> data, out bool isFull)
    {
        lock (_lock)
        {
            isFull = false;
            if (Is(Marks.Cancelled | Marks.Ended) || data.IsEmpty)
                return false;
            Copy(data);
            if (_length >= window)
                _marks |= Marks.Paused;
            isFull = Is(Marks.Paused);
            return TakeMark(Marks.Awaited);
        }
    }

    /// <summary>The connection: nothing follows.</summary>
    public void End()
    {
        lock (_lock)
            _marks |= Marks.Ended;
    }

    /// <summary>The connection: whether a pause is over. True once for each.</summary>
    public bool TakeResume()
    {
        lock (_lock)
            return (_length == 0 || Is(Marks.Cancelled)) && TakeMark(Marks.Paused);
    }

    /// <summary>The stage: takes all that waits; if that is nothing, it is awaited from now on.</summary>
    /// <param name="bytes">What waited.</param>
    /// <param name="wasFull">Whether the connection has paused reading.</param>
    public bool TryTake([NotNullWhen(true)] out ByteString? bytes, out bool wasFull)
    {
        lock (_lock)
        {
            wasFull = Is(Marks.Paused);
            bytes = null;
            if (_length == 0)
            {
                _marks |= Marks.Awaited;
                return false;
            }

            bytes = TakeAll();
            return true;
        }
    }

    /// <summary>The stage: takes no more; what comes is dropped.</summary>
    public void Cancel()
    {
        lock (_lock)
        {
            _marks |= Marks.Cancelled;
            Clear();
        }
    }

    // What the stage keeps up with is copied once into an array of its size. While it does not, small reads gather in
    // larger chunks, so that an element never has many segments.
    private void Copy(ReadOnlySpan<byte> data)
    {
        _length += data.Length;
        var first = Math.Min(data.Length, _chunk.Length - _used);
        data[..first].CopyTo(_chunk.AsSpan(_used));
        _used += first;
        data = data[first..];
        if (data.IsEmpty)
            return;
        var size = data.Length;
        if (_used > 0)
        {
            _full.Add(new ArraySegment<byte>(_chunk, 0, _used));
            size = Math.Max(size, Math.Min(LargestChunk, 2 * _chunk.Length));
        }

        _chunk = GC.AllocateUninitializedArray<byte>(size);
        data.CopyTo(_chunk);
        _used = data.Length;
    }

    private ByteString TakeAll()
    {
        var last = new ArraySegment<byte>(_chunk, 0, _used);
        if (_full.Count > 0)
            _full.Add(last);
        var bytes = _full.Count > 0 ? ByteString.FromBytes(_full) : ByteString.FromBytes(last);
        Clear();
        return bytes;
    }

    private void Clear()
    {
        _full.Clear();
        _chunk = [];
        _used = 0;
        _length = 0;
    }

    private bool TakeMark(Marks mark)
    {
        var was = Is(mark);
        _marks &= ~mark;
        return was;
    }

    private bool Is(Marks any) => (_marks & any) != 0;
}
