namespace Aleph.Actors.Http;

/// <summary>A body of elements that somebody else makes.</summary>
internal sealed class ElementsBody(IAsyncEnumerable<ReadOnlyMemory<byte>> elements, long? length) : HttpBody
{
    public override long? Length => length;

    internal override IAsyncEnumerable<ReadOnlyMemory<byte>> Open(
        IBodyContext? context, CancellationToken cancellationToken) => new Cancellable(elements, cancellationToken);

    private sealed class Cancellable(IAsyncEnumerable<ReadOnlyMemory<byte>> elements, CancellationToken given)
        : IAsyncEnumerable<ReadOnlyMemory<byte>>
    {
        public IAsyncEnumerator<ReadOnlyMemory<byte>> GetAsyncEnumerator(
            CancellationToken cancellationToken = default) =>
            elements.GetAsyncEnumerator(given.CanBeCanceled ? given : cancellationToken);
    }
}
