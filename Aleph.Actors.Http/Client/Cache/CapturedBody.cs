using System.Buffers;
using System.Runtime.CompilerServices;

namespace Aleph.Actors.Http.Client.Cache;

/// <summary>
/// A body on its way to its reader, copied as it passes. Once all of it was read, and it is not too long, the copy is
/// given away; one that fails or is given up is never.
/// </summary>
internal sealed class CapturedBody(HttpBody inner, int limit, Action<ReadOnlyMemory<byte>> whole) : HttpBody
{
    public override long? Length => inner.Length;

    public override HttpHeaders Trailers => inner.Trailers;

    internal override async IAsyncEnumerable<ReadOnlyMemory<byte>> Open(
        IBodyContext? context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        inner.Claim();
        var copy = new ArrayBufferWriter<byte>();
        var isShort = true;
        await foreach (var element in inner.Open(context, cancellationToken).ConfigureAwait(false))
        {
            isShort = isShort && element.Length <= limit - copy.WrittenCount;
            if (isShort)
                copy.Write(element.Span);
            yield return element;
        }

        if (isShort)
            whole(copy.WrittenMemory);
    }

    internal override void Discard()
    {
        if (TryClaim())
            inner.Discard();
    }

    internal override void Drop() => inner.Discard();
}
