namespace Aleph.Actors.Http;

/// <summary>The elements of a body as a stream to read from. One reader; asynchronous only.</summary>
internal sealed class BodyReadStream(IAsyncEnumerable<ReadOnlyMemory<byte>> elements) : Stream
{
    private readonly IAsyncEnumerator<ReadOnlyMemory<byte>> _elements = elements.GetAsyncEnumerator();
    private ReadOnlyMemory<byte> _rest;

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
        await _elements.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private static NotSupportedException Synchronous() =>
        new("A body can be read asynchronously only: use ReadAsync or CopyToAsync.");
}
