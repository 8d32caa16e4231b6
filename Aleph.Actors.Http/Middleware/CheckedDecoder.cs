namespace Aleph.Actors.Http.Middleware;

/// <summary>
/// A decompressing stream of the BCL that tells when its source was cut off, which those take for an end. Asynchronous
/// only; owns both streams.
/// </summary>
internal sealed class CheckedDecoder : Stream
{
    private readonly EndWatch _source;
    private readonly Stream _decoder;

    public CheckedDecoder(Stream source, Func<Stream, Stream> decoder)
    {
        _source = new EndWatch(source);
        _decoder = decoder(_source);
    }

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
        var count = await _decoder.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        return count == 0 && buffer.Length > 0 && _source.IsCut
            ? throw new InvalidDataException("The compressed content was cut off.")
            : count;
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
        await _decoder.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
