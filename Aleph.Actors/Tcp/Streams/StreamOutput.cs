using Akka.IO;

namespace Aleph.Actors.Tcp.Streams;

/// <summary>
/// Elements on their way from a stage to the connection that it is joined with, which copies them into its output
/// buffer: small ones leave together. The stage adds while there is credit and gets new credit when half of it is free.
/// Any thread.
/// </summary>
/// <param name="window">When so many bytes wait, the stage asks for no more elements.</param>
internal sealed class StreamOutput(int window)
{
    private readonly Lock _lock = new();
    private List<ByteString> _added = [];
    private long _pending;
    private bool _stalled;
    private bool _completed;

    // The connection's own.
    private List<ByteString> _taken = [];
    private int _next;
    private int _offset;

    /// <summary>Whether the stage has credit.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_lock)
                return !_stalled && !_completed;
        }
    }

    /// <summary>Whether the stage adds no more.</summary>
    public bool IsCompleted
    {
        get
        {
            lock (_lock)
                return _completed;
        }
    }

    /// <summary>The stage: sends an element. Answers whether another may follow.</summary>
    public bool Add(ByteString bytes)
    {
        lock (_lock)
        {
            _added.Add(bytes);
            _pending += Cost(bytes.Count);
            _stalled = _pending >= window;
            return !_stalled;
        }
    }

    /// <summary>The stage: nothing follows.</summary>
    public void Complete()
    {
        lock (_lock)
            _completed = true;
    }

    /// <summary>The connection: moves what there is, while <paramref name="output"/> is below its high mark.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="hasCredit">Whether the stage waited for credit and has it now.</param>
    /// <returns>Whether the stage has completed and all is moved.</returns>
    public bool MoveTo(OutputBuffer output, out bool hasCredit)
    {
        var moved = 0L;
        while (!output.IsAboveHighMark && (_next < _taken.Count || TakeAdded()))
            moved += MoveNext(output);
        lock (_lock)
        {
            _pending -= moved;
            hasCredit = _stalled && _pending <= window / 2;
            if (hasCredit)
                _stalled = false;
            return _completed && _next == _taken.Count && _added.Count == 0;
        }
    }

    private bool TakeAdded()
    {
        _taken.Clear();
        _next = 0;
        lock (_lock)
            (_added, _taken) = (_taken, _added);
        return _taken.Count > 0;
    }

    private int MoveNext(OutputBuffer output)
    {
        var bytes = _taken[_next];
        var count = output.WritePart(ref bytes, _offset);
        _taken[_next] = bytes;
        _offset += count;
        if (_offset == bytes.Count)
            (_next, _offset) = (_next + 1, 0);
        return Cost(count);
    }

    // Empty elements must not wait without end, either.
    private static int Cost(int count) => Math.Max(1, count);
}
