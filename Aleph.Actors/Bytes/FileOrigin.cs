using System.Buffers;

namespace Aleph.Actors;

/// <summary>A file or a range of one, opened by each reading and closed by it.</summary>
internal sealed class FileOrigin(string path, long offset, long? length) : ByteOrigin
{
    // A file that is not there fails when it is read, with the BCL's own exception.
    public override long? Length =>
        length ?? (new FileInfo(path) is { Exists: true } file ? Math.Max(0, file.Length - offset) : null);

    public override bool IsReusable => true;

    public string Path => path;

    public bool IsWhole => offset == 0 && length is null;

    public override async IAsyncEnumerator<ReadOnlyMemory<byte>> Read(int size, CancellationToken cancellationToken)
    {
        using var handle = File.OpenHandle(path, options: FileOptions.Asynchronous | FileOptions.SequentialScan);
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            var (position, rest) = (offset, length ?? long.MaxValue);
            while (rest > 0)
            {
                var wanted = buffer.AsMemory(0, (int)Math.Min(size, rest));
                var count = await RandomAccess.ReadAsync(handle, wanted, position, cancellationToken)
                    .ConfigureAwait(false);
                if (count == 0)
                    break;
                position += count;
                rest -= count;
                yield return wanted[..count];
            }

            if (length is not null && rest > 0)
                throw new EndOfStreamException($"{path} ends at {position}, {rest} bytes before the end of the range.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
