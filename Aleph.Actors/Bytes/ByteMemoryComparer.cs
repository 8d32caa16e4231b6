namespace Aleph.Actors;

/// <summary>Compares memory by its bytes; see <see cref="ByteComparison"/>. Stateless; any thread.</summary>
public sealed class ByteMemoryComparer : IComparer<ReadOnlyMemory<byte>>, IEqualityComparer<ReadOnlyMemory<byte>>
{
    internal ByteMemoryComparer()
    {
    }

    /// <inheritdoc/>
    public int Compare(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => ByteComparison.Compare(x.Span, y.Span);

    /// <inheritdoc/>
    public bool Equals(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => ByteComparison.Equal(x.Span, y.Span);

    /// <summary>A hash of all bytes, seeded anew in each process.</summary>
    public int GetHashCode(ReadOnlyMemory<byte> obj)
    {
        var hash = new HashCode();
        hash.AddBytes(obj.Span);
        return hash.ToHashCode();
    }
}
