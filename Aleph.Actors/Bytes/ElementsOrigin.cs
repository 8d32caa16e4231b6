namespace Aleph.Actors;

/// <summary>Bytes as elements that somebody else makes.</summary>
internal sealed class ElementsOrigin(IAsyncEnumerable<ReadOnlyMemory<byte>> elements, bool reusable = false)
    : ByteOrigin
{
    public override bool IsReusable => reusable;

    public override IAsyncEnumerator<ReadOnlyMemory<byte>> Read(int size, CancellationToken cancellationToken) =>
        elements.GetAsyncEnumerator(cancellationToken);
}
