namespace Aleph.Actors.Http.Http1;

/// <summary>
/// The last head of a connection with its octets. Keep-alive clients repeat themselves: an equal head is the same object again,
/// and equal field lines after another request line are the same <see cref="HttpHeaders"/>.
/// </summary>
internal sealed class HeadCache
{
    // An idle connection holds these octets: heads with large cookies are not worth it.
    private const int MaxOctets = 1024;

    private readonly byte[] _octets;
    private readonly int _lineLength;

    private HeadCache(byte[] octets, int lineLength, RequestHead head, FieldFacts facts)
    {
        _octets = octets;
        _lineLength = lineLength;
        Head = head;
        Facts = facts;
    }

    public RequestHead Head { get; }

    public FieldFacts Facts { get; }

    /// <summary>The octets of the whole head.</summary>
    public int Length => _octets.Length;

    /// <summary>The octets of the field lines and the empty line.</summary>
    public int BlockLength => _octets.Length - _lineLength;

    public static HeadCache? Of(ReadOnlySpan<byte> octets, int lineLength, RequestHead head, in FieldFacts facts) =>
        octets.Length > MaxOctets ? null : new HeadCache(octets.ToArray(), lineLength, head, facts);

    public bool Matches(ReadOnlySpan<byte> input) => input.StartsWith(_octets);

    public bool MatchesBlock(ReadOnlySpan<byte> input) => input.StartsWith(_octets.AsSpan(_lineLength));
}
