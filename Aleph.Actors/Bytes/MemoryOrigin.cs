using System.Buffers;

namespace Aleph.Actors;

/// <summary>Bytes in memory, in one piece or more.</summary>
internal sealed class MemoryOrigin(ReadOnlySequence<byte> bytes) : ByteOrigin
{
    public override long? Length => bytes.Length;

    public override bool IsReusable => true;

    public override bool TryGetBytes(out ReadOnlySequence<byte> found)
    {
        found = bytes;
        return true;
    }

    public override async IAsyncEnumerator<ReadOnlyMemory<byte>> Read(int size, CancellationToken cancellationToken)
    {
        await default(ValueTask).ConfigureAwait(false);
        foreach (var piece in bytes)
            yield return piece;
    }
}
