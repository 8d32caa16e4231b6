namespace Aleph.Actors.Http.Middleware;

/// <summary>
/// The source of a decompressing stream of the BCL, which takes a cut source for a whole one. At its end it gives one
/// octet more: whole content leaves it alone, cut content swallows it and wants still more. Asynchronous only.
/// </summary>
internal sealed class EndWatch(Stream inner) : Stream
{
    private int _readsAtEnd;

    /// <summary>Whether the content was cut off.</summary>
    public bool IsCut => _readsAtEnd > 1;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            return 0;
        var count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (count > 0 || ++_readsAtEnd > 1)
            return count;
        buffer.Span[0] = 0;
        return 1;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
