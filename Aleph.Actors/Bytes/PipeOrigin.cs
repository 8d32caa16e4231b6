using System.IO.Pipelines;

namespace Aleph.Actors;

/// <summary>Bytes from a pipe. What was not taken when reading ends early stays in a pipe that is left open.</summary>
internal sealed class PipeOrigin(PipeReader reader, bool leaveOpen) : ByteOrigin
{
    public PipeReader Reader => reader;

    public bool LeaveOpen => leaveOpen;

    public override async IAsyncEnumerator<ReadOnlyMemory<byte>> Read(int size, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var taken = result.Buffer.Start;
            try
            {
                if (result.IsCanceled)
                    throw new OperationCanceledException("Reading the pipe was cancelled.");
                var rest = result.Buffer;
                while (!rest.IsEmpty)
                {
                    // An element that is handed out counts as taken, and no byte behind it.
                    var piece = rest.First[..Math.Min(size, rest.First.Length)];
                    rest = rest.Slice(piece.Length);
                    taken = rest.Start;
                    if (!piece.IsEmpty)
                        yield return piece;
                }
            }
            finally
            {
                reader.AdvanceTo(taken);
            }

            if (result.IsCompleted)
                yield break;
        }
    }

    public override ValueTask CloseAsync(Exception? fault) => leaveOpen ? default : reader.CompleteAsync(fault);
}
