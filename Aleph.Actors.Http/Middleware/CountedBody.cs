using System.Runtime.CompilerServices;
using Aleph.Actors.Bytes;

namespace Aleph.Actors.Http.Middleware;

/// <summary>A body whose bytes are counted when they are sent.</summary>
internal sealed class CountedBody(HttpBody inner) : HttpBody
{
    // What an output buffer would hold of any other body.
    private const long Buffered = 64 * 1024;

    private FileSlice? _slice;
    private long _sent;

    /// <summary>How many bytes were taken; of a file, how many were sent and what fits a buffer besides.</summary>
    public long Sent => Volatile.Read(ref _slice) is { } slice
        ? slice.Length - Math.Max(0, slice.Remaining - Buffered)
        : Interlocked.Read(ref _sent);

    public override long? Length => inner.Length;

    public override HttpHeaders Trailers => inner.Trailers;

    internal override async IAsyncEnumerable<ReadOnlyMemory<byte>> Open(
        IBodyContext? context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        inner.Claim();
        await foreach (var element in inner.Open(context, cancellationToken).ConfigureAwait(false))
        {
            Interlocked.Add(ref _sent, element.Length);
            yield return element;
        }
    }

    internal override FileSlice? TakeSlice()
    {
        if (inner.IsUsed || inner.TakeSlice() is not { } slice)
            return null;
        inner.Claim();
        Volatile.Write(ref _slice, slice);
        return slice;
    }

    internal override void Discard() => inner.Discard();
}
