using System.Buffers;
using System.IO.Pipelines;

namespace Aleph.Actors.Http.Client;

/// <summary>
/// The body of an answer as a stream to read from, asynchronously only. Disposing it, also before the first read, frees
/// the connection.
/// </summary>
internal sealed class ResponseBodyStream(ResponseBody body, PipeReader reader) : Stream
{
    private bool _ended;

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
        while (!_ended)
        {
            var result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var count = (int)Math.Min(buffer.Length, result.Buffer.Length);
            result.Buffer.Slice(0, count).CopyTo(buffer.Span);
            var isEmpty = result.Buffer.IsEmpty;
            reader.AdvanceTo(result.Buffer.GetPosition(count));
            if (!isEmpty || buffer.IsEmpty)
                return count;
            if (!result.IsCompleted)
                continue;
            _ended = true;
            body.Release();
            body.ThrowIfBroken();
        }

        return 0;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("A body can be read asynchronously only: use ReadAsync or CopyToAsync.");

    public override void Flush()
    {
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_ended)
        {
            _ended = true;
            body.Release();
        }

        base.Dispose(disposing);
    }
}
