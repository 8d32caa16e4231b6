namespace Aleph.Actors.Http;

/// <summary>The elements of a body as a stream to read from. One reader; asynchronous only.</summary>
/// <param name="elements">The elements.</param>
/// <param name="drop">Called where it is disposed before the first read; null for nothing.</param>
internal sealed class BodyReadStream(IAsyncEnumerable<ReadOnlyMemory<byte>> elements, Action? drop = null) : Stream
{
    private readonly IAsyncEnumerator<ReadOnlyMemory<byte>> _elements = elements.GetAsyncEnumerator();
    private ReadOnlyMemory<byte> _rest;
    private Action? _drop = drop;
    private int _disposed;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException("A body is a stream without seeking.");

    public override long Position
    {
        get => throw new NotSupportedException("A body is a stream without seeking.");
        set => throw new NotSupportedException("A body is a stream without seeking.");
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _drop = null;
        while (_rest.IsEmpty)
        {
            if (!await _elements.MoveNextAsync().ConfigureAwait(false))
                return 0;
            _rest = _elements.Current;
        }

        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw Synchronous();

    public override void Flush()
    {
    }

    public override void Write(byte[] buffer, int offset, int count) => throw Synchronous();

    public override long Seek(long offset, SeekOrigin origin) => throw Synchronous();

    public override void SetLength(long value) => throw Synchronous();

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            await ReleaseAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        // What an element's end releases must not block its user here.
        if (disposing && Interlocked.Exchange(ref _disposed, 1) == 0)
            _ = ReleaseAsync().AsTask();
        base.Dispose(disposing);
    }

    private ValueTask ReleaseAsync()
    {
        Interlocked.Exchange(ref _drop, null)?.Invoke();
        return _elements.DisposeAsync();
    }

    private static NotSupportedException Synchronous() =>
        new("A body can be read asynchronously only: use ReadAsync or CopyToAsync.");
}
