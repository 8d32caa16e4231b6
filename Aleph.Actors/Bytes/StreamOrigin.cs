using System.Buffers;

namespace Aleph.Actors;

/// <summary>Bytes from a stream, from where it stands to its end; each read is an element.</summary>
internal sealed class StreamOrigin(Stream stream, bool leaveOpen) : ByteOrigin
{
    public override long? Length { get; } = stream.CanSeek ? Math.Max(0, stream.Length - stream.Position) : null;

    public Stream Stream => stream;

    public bool LeaveOpen => leaveOpen;

    public override async IAsyncEnumerator<ReadOnlyMemory<byte>> Read(int size, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer.AsMemory(0, size), cancellationToken)
                .ConfigureAwait(false)) > 0)
                yield return buffer.AsMemory(0, count);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public override ValueTask CloseAsync(Exception? fault) => leaveOpen ? default : stream.DisposeAsync();
}
