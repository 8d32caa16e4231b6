using System.Threading.Tasks.Sources;

namespace Aleph.Actors.Transports.Tls;

/// <summary>
/// The encrypted side of a <see cref="TlsStream"/>: a stream that is fed with what the peer sent and keeps what is to
/// be sent to it. During the handshake the two ends work on different threads; once <see cref="Open"/>, all happens on
/// the connection's turn, and a read that waits completes inside the call that feeds it.
/// </summary>
internal sealed class TlsWire : Stream, IValueTaskSource<int>
{
    private readonly Lock _lock = new();
    private readonly Action _changed;
    private readonly InputBuffer _received = new();
    private readonly InputBuffer _written = new();
    private ManualResetValueTaskSourceCore<int> _read = new() { RunContinuationsAsynchronously = true };
    private OutputBuffer? _output;
    private Memory<byte> _target;
    private Exception? _failure;
    private bool _isWaiting;
    private bool _ended;

    /// <param name="changed">Called on any thread when bytes were written or read during the handshake.</param>
    public TlsWire(Action changed) => _changed = changed;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>How many bytes were fed and not read yet.</summary>
    public int Unread
    {
        get
        {
            lock (_lock)
                return _received.Length;
        }
    }

    /// <summary>Whether the end of input was read, as opposed to an end that TLS itself announced.</summary>
    public bool EndWasRead { get; private set; }

    /// <summary>The unread bytes, to be looked at before the handshake begins.</summary>
    public ReadOnlySpan<byte> Peek() => _received.Bytes;

    /// <summary>The peer sent <paramref name="data"/>.</summary>
    public void Feed(ReadOnlySpan<byte> data)
    {
        int count;
        lock (_lock)
        {
            data.CopyTo(_received.GetSpan(data.Length));
            _received.Advance(data.Length);
            if (!_isWaiting || !TryRead(_target, out count))
                return;
            _isWaiting = false;
            _target = default;
        }

        _read.SetResult(count);
    }

    /// <summary>The peer sends no more.</summary>
    public void End()
    {
        lock (_lock)
        {
            _ended = true;
            if (!_isWaiting || !TryRead(_target, out _))
                return;
            _isWaiting = false;
            _target = default;
        }

        _read.SetResult(0);
    }

    /// <summary>Breaks the wire: reads fail from now on, the one that waits, too.</summary>
    public void Break()
    {
        lock (_lock)
        {
            _failure ??= new IOException("The connection was left.");
            _received.Clear();
            _written.Clear();
            if (!_isWaiting)
                return;
            _isWaiting = false;
            _target = default;
        }

        _read.SetException(_failure);
    }

    /// <summary>Moves what was written during the handshake to <paramref name="output"/>.</summary>
    public void Collect(OutputBuffer output)
    {
        lock (_lock)
        {
            output.Write(_written.Bytes);
            _written.Clear();
        }
    }

    /// <summary>The handshake is over: from now on all calls come on the turn, and writes go to
    /// <paramref name="output"/>.</summary>
    public void Open(OutputBuffer output)
    {
        Collect(output);
        _output = output;
        _read.RunContinuationsAsynchronously = false;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count;
        lock (_lock)
        {
            if (_failure is not null)
                return ValueTask.FromException<int>(_failure);
            if (!TryRead(buffer, out count))
            {
                _target = buffer;
                _isWaiting = true;
                _read.Reset();
                return new ValueTask<int>(this, _read.Version);
            }
        }

        if (_output is null && count > 0)
            _changed();
        return new ValueTask<int>(count);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_output is { } output)
        {
            output.Write(buffer.Span);
            return default;
        }

        lock (_lock)
        {
            if (_failure is not null)
                return ValueTask.FromException(_failure);
            buffer.Span.CopyTo(_written.GetSpan(buffer.Length));
            _written.Advance(buffer.Length);
        }

        _changed();
        return default;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
        // Written bytes leave by themselves.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => _read.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _read.OnCompleted(continuation, state, token, flags);

    // An empty buffer asks to be told when there is something to read.
    private bool TryRead(Memory<byte> to, out int count)
    {
        count = Math.Min(_received.Length, to.Length);
        if (_received.Length == 0)
        {
            EndWasRead |= _ended && to.Length > 0;
            return _ended;
        }

        _received.Bytes[..count].CopyTo(to.Span);
        _received.Consume(count);
        return true;
    }
}
