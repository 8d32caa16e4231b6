using System.Buffers;
using System.Runtime.CompilerServices;

namespace Aleph.Actors.Http;

/// <summary>A body read from a <see cref="Stream"/>, which it disposes at its end, however it comes.</summary>
internal sealed class StreamBody(Stream stream, long? length) : HttpBody
{
    private const int ElementSize = 16 * 1024;

    public override long? Length => length;

    internal override async IAsyncEnumerable<ReadOnlyMemory<byte>> Open(
        IBodyContext? context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ElementSize);
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer.AsMemory(0, ElementSize), cancellationToken)
                .ConfigureAwait(false)) > 0)
                yield return buffer.AsMemory(0, count);
        }
        finally
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    internal override void Discard()
    {
        if (TryClaim())
            Drop();
    }

    // Disposing a stream may block or call back, and this is called on a connection's turn.
    internal override void Drop() => ThreadPool.UnsafeQueueUserWorkItem(
        static unused => _ = unused.DisposeAsync().AsTask(), stream, preferLocal: false);
}
