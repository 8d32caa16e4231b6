using System.Runtime.CompilerServices;
using Aleph.Actors.Bytes;

namespace Aleph.Actors.Http.Middleware;

/// <summary>A body whose bytes are counted when they are sent.</summary>
internal sealed class CountedBody(HttpBody inner) : HttpBody
{
    private FileSlice? _slice;
    private long _mark;
    private long _sent;

    /// <summary>How many bytes were taken; of a file, how many were sent and what a buffer would hold
    /// besides.</summary>
    public long Sent => Volatile.Read(ref _slice) is { } slice
        ? slice.Length - Math.Max(0, slice.Remaining - _mark)
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

    internal override FileSlice? TakeSlice(long mark)
    {
        if (inner.IsUsed || inner.TakeSlice(mark) is not { } slice)
            return null;
        try
        {
            inner.Claim();
        }
        catch (InvalidOperationException)
        {
            // Used meanwhile: opening it says so.
            return null;
        }

        _mark = mark;
        Volatile.Write(ref _slice, slice);
        return slice;
    }

    internal override void Discard() => inner.Discard();
}
