using System.IO.Pipelines;

namespace Aleph.Actors;

/// <summary>Writes to a pipe, each element flushed, so that a full pipe holds the source.</summary>
internal sealed class PipeTarget(PipeWriter writer) : ByteTarget
{
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var result = await writer.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        if (result.IsCanceled)
            throw new OperationCanceledException("Writing to the pipe was cancelled.");
        if (result.IsCompleted)
            throw new IOException("The reader of the pipe gave up.");
    }

    public override ValueTask CloseAsync(Exception? fault) => writer.CompleteAsync(fault);
}
