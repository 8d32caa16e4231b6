namespace Aleph.Actors.Http.Http1;

/// <summary>
/// The last head of a connection with its octets. Keep-alive clients repeat themselves: an equal head is the same
/// object again, and equal field lines after another request line are the same <see cref="HttpHeaders"/>.
/// </summary>
/// <typeparam name="THead">A head of either direction, immutable.</typeparam>
internal sealed class HeadCache<THead>
    where THead : class
{
    // An idle connection holds these octets: heads with large cookies are not worth it.
    private const int MaxOctets = 1024;

    private byte[] _octets = [];
    private int _lineLength;
    private THead? _head;

    /// <summary>The octets of the whole head; 0 while nothing is remembered.</summary>
    public int Length { get; private set; }

    /// <summary>The octets of the field lines and the empty line.</summary>
    public int BlockLength => Length - _lineLength;

    public THead Head => _head!;

    public void Remember(ReadOnlySpan<byte> octets, int lineLength, THead head)
    {
        if (octets.Length > MaxOctets)
            return;
        if (octets.Length > _octets.Length)
            _octets = new byte[octets.Length];
        octets.CopyTo(_octets);
        Length = octets.Length;
        _lineLength = lineLength;
        _head = head;
    }

    public bool Matches(ReadOnlySpan<byte> input) => _head is not null && input.StartsWith(_octets.AsSpan(0, Length));

    public bool MatchesBlock(ReadOnlySpan<byte> input) =>
        _head is not null && input.StartsWith(_octets.AsSpan(_lineLength, BlockLength));
}
