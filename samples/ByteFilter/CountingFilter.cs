using System.Buffers;
using Aleph.Actors;

namespace ByteFilter;

/// <summary>Passes all bytes on as they are, and counts them. One for each connection, on its turn.</summary>
internal sealed class CountingFilter(Totals totals) : IByteFilter
{
    public int Inbound(ReadOnlySpan<byte> received, IBufferWriter<byte> protocol)
    {
        protocol.Write(received);
        totals.Received(received.Length);
        return received.Length;
    }

    public void Outbound(ReadOnlySpan<byte> sent, IBufferWriter<byte> peer, bool isLast)
    {
        peer.Write(sent);
        totals.Sent(sent.Length);
    }

    public void EndOfInput(IBufferWriter<byte> protocol)
    {
        // Nothing is held back.
    }
}
