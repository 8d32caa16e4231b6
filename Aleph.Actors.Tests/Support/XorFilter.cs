using System.Buffers;

namespace Aleph.Actors.Tests.Support;

internal sealed class XorFilter(byte key) : IByteFilter
{
    public int Inbound(ReadOnlySpan<byte> received, IBufferWriter<byte> protocol)
    {
        Pass(received, protocol);
        return received.Length;
    }

    public void Outbound(ReadOnlySpan<byte> sent, IBufferWriter<byte> peer, bool isLast) => Pass(sent, peer);

    public void EndOfInput(IBufferWriter<byte> protocol)
    {
    }

    private void Pass(ReadOnlySpan<byte> from, IBufferWriter<byte> to)
    {
        if (from.Length == 0)
            return;
        var span = to.GetSpan(from.Length);
        for (var i = 0; i < from.Length; i++)
            span[i] = (byte)(from[i] ^ key);
        to.Advance(from.Length);
    }
}
