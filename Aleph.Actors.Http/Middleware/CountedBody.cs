using System.Runtime.CompilerServices;

namespace Aleph.Actors.Http.Middleware;

/// <summary>A body whose bytes are counted when they are sent.</summary>
internal sealed class CountedBody(HttpBody inner) : HttpBody
{
    private long _sent;

    /// <summary>How many bytes were taken.</summary>
    public long Sent => Interlocked.Read(ref _sent);

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

    internal override void Discard() => inner.Discard();
}
