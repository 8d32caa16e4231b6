using System.Threading.Channels;

namespace Aleph.Actors;

/// <summary>Writes to a channel; elements are copied, since they are kept.</summary>
internal sealed class ChannelTarget<T>(ChannelWriter<T> writer, Func<byte[], T> element, int largest) : ByteTarget
{
    public override int LargestElement => largest;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        writer.WriteAsync(element(bytes.ToArray()), cancellationToken);

    public override ValueTask CloseAsync(Exception? fault)
    {
        writer.TryComplete(fault);
        return default;
    }
}
