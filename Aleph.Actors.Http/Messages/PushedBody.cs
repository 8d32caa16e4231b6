using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Aleph.Actors.Http;

/// <summary>
/// A body that a function writes. It runs on the thread pool from the moment that the body is sent, into a small pipe:
/// what it writes leaves as soon as it is flushed, and a flush waits until the connection has taken it.
/// </summary>
internal sealed class PushedBody(Func<PipeWriter, CancellationToken, Task> write, long? length) : HttpBody
{
    // One byte over: a flush waits until all before it has been taken. The connection's own buffer comes after it.
    private static readonly PipeOptions Options = new(
        pauseWriterThreshold: 1, resumeWriterThreshold: 1, minimumSegmentSize: 4096,
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.ThreadPool,
        useSynchronizationContext: false);

    public override long? Length => length;

    internal override async IAsyncEnumerable<ReadOnlyMemory<byte>> Open(
        IBodyContext? context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pipe = new Pipe(Options);
        using var aborted = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _ = RunAsync(pipe.Writer, aborted.Token);
        try
        {
            while (true)
            {
                var result = await pipe.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                foreach (var element in result.Buffer)
                    yield return element;
                pipe.Reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                    break;
            }
        }
        finally
        {
            // Early or not, nobody takes anything any more.
            await aborted.CancelAsync().ConfigureAwait(false);
            await pipe.Reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    private async Task RunAsync(PipeWriter writer, CancellationToken aborted)
    {
        // The caller is on its way to its first element; the function may take its time before it awaits.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            var pushed = new PushedBodyWriter(writer, aborted);
            await write(pushed, aborted).ConfigureAwait(false);
            await pushed.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            await writer.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            // The reader fails with it, and with it the connection; when there is no reader any more it is the answer
            // to that, and nobody's concern.
            await writer.CompleteAsync(fault).ConfigureAwait(false);
        }
    }
}

/// <summary>
/// The writer of a <see cref="PushedBody"/>: as the pipe's, but a flush to nobody throws, so that a function which
/// looks at no result ends, too.
/// </summary>
internal sealed class PushedBodyWriter(PipeWriter inner, CancellationToken aborted) : PipeWriter
{
    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override void Advance(int bytes) => inner.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    /// <summary>Nothing yet: the body ends when the function does.</summary>
    public override void Complete(Exception? exception = null)
    {
    }

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        var result = await inner.FlushAsync(cancellationToken).ConfigureAwait(false);
        return result.IsCompleted
            ? throw new OperationCanceledException("The body is not wanted any more: the peer has left.", aborted)
            : result;
    }
}
