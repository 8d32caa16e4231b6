using System.Buffers;

namespace Aleph.Actors;

/// <summary>Writes to memory that somebody owns.</summary>
internal sealed class BufferTarget(IBufferWriter<byte> writer) : ByteTarget
{
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        writer.Write(bytes.Span);
        return default;
    }
}
