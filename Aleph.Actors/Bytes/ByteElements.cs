namespace Aleph.Actors;

/// <summary>The elements of an origin, which the first enumerator claims.</summary>
internal sealed class ByteElements(ByteOrigin origin, int chunkSize, CancellationToken given)
    : IAsyncEnumerable<ReadOnlyMemory<byte>>
{
    public IAsyncEnumerator<ReadOnlyMemory<byte>> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        origin.Claim();
        if (!given.CanBeCanceled || !cancellationToken.CanBeCanceled || given == cancellationToken)
        {
            return new ByteReading(
                origin, chunkSize, chunkSize, given.CanBeCanceled ? given : cancellationToken);
        }

        var linked = CancellationTokenSource.CreateLinkedTokenSource(given, cancellationToken);
        return new ByteReading(origin, chunkSize, chunkSize, linked.Token, linked);
    }
}
