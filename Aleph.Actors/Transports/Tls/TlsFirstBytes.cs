using System.Runtime.CompilerServices;

namespace Aleph.Actors.Transports.Tls;

/// <summary>
/// The first bytes of a peer, however they are cut, as far as <see cref="TlsRecords"/> looks at them.
/// </summary>
internal struct TlsFirstBytes
{
    private Bytes _bytes;
    private int _count;

    /// <summary>Adds <paramref name="data"/>; answers what is wrong with what came so far, or null.</summary>
    public TlsException? FaultOf(ReadOnlySpan<byte> data, bool isServer)
    {
        if (_count == Bytes.Length)
            return null;
        var taken = Math.Min(data.Length, Bytes.Length - _count);
        data[..taken].CopyTo(_bytes[_count..]);
        _count += taken;
        return TlsRecords.FaultOf(_bytes[.._count], isServer);
    }

    [InlineArray(Length)]
    private struct Bytes
    {
        // A record's header and that of the message in it.
        public const int Length = 9;

        private byte _first;
    }
}
