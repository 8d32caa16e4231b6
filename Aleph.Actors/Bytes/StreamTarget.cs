namespace Aleph.Actors;

/// <summary>Writes to a stream, flushed when everything came.</summary>
internal sealed class StreamTarget(Stream stream) : ByteTarget
{
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        stream.WriteAsync(bytes, cancellationToken);

    public override async ValueTask CompleteAsync(CancellationToken cancellationToken) =>
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);

    public override ValueTask CloseAsync(Exception? fault) => stream.DisposeAsync();
}
