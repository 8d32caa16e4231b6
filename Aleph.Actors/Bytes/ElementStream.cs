namespace Aleph.Actors;

/// <summary>
/// The bytes of a reading as a stream: one reader, forward only. Reading asynchronously never blocks; reading
/// synchronously blocks its caller until bytes are there, so never on a thread that has to deliver them. Cancelling a
/// read ends the stream, since an element cannot be asked for twice.
/// </summary>
internal sealed class ElementStream : Stream
{
    private const int Idle = 0, Reading = 1, Disposed = 2, DisposedWhileReading = 3;

    private readonly CancellationTokenSource _stop = new();
    private readonly ByteReading _elements;
    private IEnumerator<bool>? _blocking;
    private ReadOnlyMemory<byte> _rest;
    private int _state;

    /// <summary>A stream of an origin that is claimed already.</summary>
    public ElementStream(ByteOrigin origin, int chunkSize) =>
        _elements = new ByteReading(origin, chunkSize, int.MaxValue, _stop.Token);

    public override bool CanRead => _state < Disposed;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw NoSeeking();

    public override long Position
    {
        get => throw NoSeeking();
        set => throw NoSeeking();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Enter();
        try
        {
            // The callback must have ended before the source it cancels may be disposed.
            await using var registered = cancellationToken.UnsafeRegister(Stop, _stop).ConfigureAwait(false);
            if (_rest.IsEmpty && await _elements.MoveNextAsync().ConfigureAwait(false))
                _rest = _elements.Current;
            return Take(buffer.Span);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        finally
        {
            await LeaveAsync().ConfigureAwait(false);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_state >= Disposed, this);
        if (_rest.IsEmpty && !MoveNextBlocking())
            return 0;
        Enter();
        var count = Take(buffer);
        // Closes only where the stream was disposed just now; as there, nobody may wait for it.
        _ = LeaveAsync().AsTask();
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("This stream is read only.");

    public override long Seek(long offset, SeekOrigin origin) => throw NoSeeking();

    public override void SetLength(long value) => throw NoSeeking();

    public override async ValueTask DisposeAsync()
    {
        if (TryDispose())
            await CloseAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        // Nearly everything closes at once; what does not goes on closing, since nobody may wait for it here.
        if (disposing && TryDispose())
            _ = CloseAsync().AsTask();
        base.Dispose(disposing);
    }

    private static void Stop(object? stop) => ((CancellationTokenSource)stop!).Cancel();

    private static NotSupportedException NoSeeking() => new("This stream cannot seek.");

    private int Take(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _rest.Length);
        _rest.Span[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    // The BCL's own way from an asynchronous to a blocking sequence waits for each element. It is made anew after a
    // failure, which would end it.
    private bool MoveNextBlocking()
    {
        var blocking = _blocking ??= RemainingAsync().ToBlockingEnumerable().GetEnumerator();
        _blocking = null;
        var moved = blocking.MoveNext();
        _blocking = blocking;
        return moved;
    }

    // What matters is that it moves: the bytes are put where all reads find them.
    private async IAsyncEnumerable<bool> RemainingAsync()
    {
        while (await MoveNextAsync().ConfigureAwait(false))
            yield return true;
    }

    private async ValueTask<bool> MoveNextAsync()
    {
        Enter();
        try
        {
            if (!await _elements.MoveNextAsync().ConfigureAwait(false))
                return false;
            _rest = _elements.Current;
            return true;
        }
        finally
        {
            await LeaveAsync().ConfigureAwait(false);
        }
    }

    private void Enter()
    {
        var was = Interlocked.CompareExchange(ref _state, Reading, Idle);
        ObjectDisposedException.ThrowIf(was >= Disposed, this);
        if (was == Reading)
            throw new InvalidOperationException("This stream is being read; it has one reader at a time.");
    }

    private ValueTask LeaveAsync() =>
        Interlocked.CompareExchange(ref _state, Idle, Reading) == Reading ? default : CloseAsync();

    // An enumerator cannot be closed while it moves: a read that is under way is stopped, and closes.
    private bool TryDispose()
    {
        if (Interlocked.CompareExchange(ref _state, Disposed, Idle) == Idle)
            return true;
        if (Interlocked.CompareExchange(ref _state, DisposedWhileReading, Reading) == Reading)
            _stop.Cancel();
        return false;
    }

    private async ValueTask CloseAsync()
    {
        try
        {
            await _elements.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _stop.Dispose();
        }
    }
}
