using System.Buffers;

namespace Aleph.Actors.Http.Middleware;

/// <summary>Where an encoder writes: memory that is taken out piece by piece. Disposing it has no effect.</summary>
internal sealed class GatheringStream : Stream
{
    private readonly ArrayBufferWriter<byte> _bytes = new(4096);

    /// <summary>What was written since <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void Clear() => _bytes.ResetWrittenCount();

    public override void Write(ReadOnlySpan<byte> buffer) => _bytes.Write(buffer);

    public override void Write(byte[] buffer, int offset, int count) => _bytes.Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
